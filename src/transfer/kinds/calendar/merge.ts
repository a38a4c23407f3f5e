/**
 * Merges calendars into those of a destination. Two passes over what arrives: the first gathers calendars and time
 * zones, the second decides about each component (`event-merge.ts`). Memory holds hashes and places of the components,
 * and the headers and zones of the calendars.
 */
import { existsSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { MoverError } from '../../errors.ts';
import type { MergeRequest, MergeResult } from '../kind.ts';
import { mergeFailure } from '../record-merge/failures.ts';
import { yieldEvery } from '../../yield-every.ts';
import { RecordStore } from '../record-merge/record-store.ts';
import { openSources, type Source } from '../record-merge/sources.ts';
import { parseComponent } from './component.ts';
import { EventMerge, type Scope } from './event-merge.ts';
import { holdsMessages, parseHeader } from './header.ts';
import { IncomingCalendars } from './incoming.ts';
import { ExistingCalendars, findPlaces, type Place } from './places.ts';
import { calendarPieces } from './read.ts';
import { parseCalendarRecord } from './record.ts';
import { defineZone } from './time-zone.ts';
import { writeCalendars } from './write.ts';

/** See `RecordFormat.merge`. */
export async function mergeCalendars(request: MergeRequest): Promise<MergeResult> {
  const { signal, workFolder } = request;
  signal.throwIfAborted();
  let store: RecordStore | undefined;
  try {
    const sources = await openSources(request.existing, workFolder, signal);
    store = new RecordStore(workFolder);
    const events = new EventMerge(store);
    const existing: Place[] = [];
    /** Files of the destination, and whether other programs can read them to their end. */
    const sound = new Map<string, boolean>();
    for (const source of sources) {
      const found = await indexCalendars(source, store, events, signal);
      existing.push(...found.places);
      sound.set(source.original, found.sound);
    }

    const calendars = await gather(request);
    const incoming = calendars.all;
    const pathOf = (collection: string | undefined): string =>
      soundPath(resolve(request.target(collection)), sound);
    const places = findPlaces(incoming, pathOf, existing);
    const targets = new Set(places.map((place) => place.path));
    const messages = new Set<number>();
    for (const [label, { header }] of incoming.entries()) if (holdsMessages(header)) messages.add(label);
    const pause = yieldEvery(signal);
    const scope: Scope = {
      sources: sources.map((source) => source.original),
      ...{ targets, places, messages, pause },
    };

    const counts = { added: 0, merged: 0, same: 0 };
    let malformed = 0;
    /** Time zones and calendars without events. */
    let othersAdded = 0;
    const made = new Set<Place>();
    /** Labels of calendars that are written for what is no event: time zones, or their name. */
    const zoneOnly = new Set<number>();
    const zonesThere = new Map<Place, Set<string>>();
    for (const place of places) zonesThere.set(place, new Set(place.zones.keys()));
    for await (const line of request.incoming()) {
      await pause();
      const record = parseCalendarRecord(line);
      const label = record === undefined ? undefined : calendars.labelOf(record);
      const place = label === undefined ? undefined : places[label];
      const there = place === undefined ? undefined : zonesThere.get(place);
      if (record === undefined || label === undefined || place === undefined || there === undefined)
        malformed++;
      else if (record.parsed === undefined) {
        if (place.ordinal !== undefined || made.has(place)) counts.same++;
        else {
          made.add(place);
          zoneOnly.add(label);
          othersAdded++;
        }
      } else if (record.parsed.zone === undefined) {
        const outcome = await events.take(record.parsed, label, scope);
        counts[outcome]++;
      } else if (there.has(record.parsed.zone)) counts.same++;
      else {
        there.add(record.parsed.zone);
        zoneOnly.add(label);
        othersAdded++;
      }
    }
    const before = store.existing;
    const outcome = { store, sources, places, incoming, zoneOnly, workFolder, signal };
    const { replacements, after } = await writeCalendars(outcome);
    if (after !== before + counts.added) throw new MoverError('UNEXPECTED');
    return {
      ...counts,
      added: counts.added + othersAdded,
      skipped: malformed === 0 ? [] : [{ reason: 'malformed', count: malformed }],
      before,
      // That these are there, reading back has shown; no reader counts them where there are events, too.
      after: after + othersAdded,
      replacements,
    };
  } catch (error) {
    throw mergeFailure(error, signal);
  } finally {
    store?.close();
  }
}

async function gather({ incoming, signal }: MergeRequest): Promise<IncomingCalendars> {
  const calendars = new IncomingCalendars();
  const pause = yieldEvery(signal);
  for await (const line of incoming()) {
    await pause();
    const record = parseCalendarRecord(line);
    if (record !== undefined) calendars.gather(record);
  }
  return calendars;
}

/**
 * The file itself, or the first beside it (`calendar (2).ics`) that is sound or can be made: what is added behind a break
 * is read by no other program.
 */
function soundPath(path: string, sound: ReadonlyMap<string, boolean>): string {
  const { dir, name, ext } = parse(path);
  for (let n = 1; ; n++) {
    const nth = n === 1 ? path : join(dir, `${name} (${String(n)})${ext}`);
    const known = sound.get(nth);
    // One that is there and was not read is found out when it would be written.
    if (known === true || (known === undefined && (n === 1 || !existsSync(nth)))) return nth;
  }
}

interface Indexed {
  readonly places: readonly Place[];
  /** All that begins in it ends in it. */
  readonly sound: boolean;
}

/** Numbers the components of a file, all but its time zones, and gives the calendars that can be added to. */
async function indexCalendars(
  source: Source,
  store: RecordStore,
  events: EventMerge,
  signal: AbortSignal,
): Promise<Indexed> {
  store.addSource(source.path, source.sizeBytes);
  const calendars = new ExistingCalendars(source.original);
  const pause = yieldEvery(signal);
  let offset = 0;
  let sound = true;
  let open = false;
  for await (const pieces of calendarPieces(source.read(), signal)) {
    await pause();
    for (const piece of pieces) {
      if (piece.type === 'begin') {
        sound &&= !open;
        open = true;
        calendars.begin();
      } else if (piece.type === 'end') {
        open = false;
        calendars.end();
      } else if (piece.type === 'skipped') sound &&= piece.reason === 'too-large';
      else if (piece.type === 'properties')
        calendars.addHeader(parseHeader(piece.bytes.toString('latin1')) ?? []);
      else if (piece.type === 'component') {
        source.sum.addRecord(piece.bytes);
        const component = parseComponent(piece.bytes);
        if (piece.name !== 'VTIMEZONE') {
          events.addExisting(offset, piece.bytes, component, calendars.holdsMessages);
        } else if (component?.zone !== undefined) calendars.addZone(defineZone(component.zone, piece.bytes));
      }
      offset += piece.bytes.length;
    }
  }
  return { places: calendars.places, sound: sound && !open };
}
