/**
 * Merges calendars into those of a destination. Two passes over what arrives: the first gathers calendars and time
 * zones, the second decides about each component (`event-merge.ts`). Memory holds hashes and places of the components,
 * and the headers and zones of the calendars.
 */
import { resolve } from 'node:path';
import { MoverError } from '../../errors.ts';
import type { MergeRequest, MergeResult } from '../kind.ts';
import { mergeFailure } from '../splice/failures.ts';
import { pacer } from '../splice/pace.ts';
import { RecordStore } from '../splice/record-store.ts';
import { openSources, type Source } from '../splice/sources.ts';
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
    for (const source of sources) existing.push(...(await indexCalendars(source, store, events, signal)));

    const calendars = await gather(request);
    const incoming = calendars.all;
    const pathOf = (collection: string | undefined): string => resolve(request.target(collection));
    const places = findPlaces(incoming, pathOf, existing);
    const targets = new Set(places.map((place) => place.path));
    const messages = new Set<number>();
    for (const [label, { header }] of incoming.entries()) if (holdsMessages(header)) messages.add(label);
    const scope: Scope = { sources: sources.map((source) => source.original), targets, places, messages };

    const counts = { added: 0, merged: 0, same: 0 };
    let malformed = 0;
    let zonesAdded = 0;
    /** Time zones that came as records of their own, by the label of their calendar. */
    const zoneOnly = new Set<number>();
    const zonesThere = new Map<Place, Set<string>>();
    for (const place of places) zonesThere.set(place, new Set(place.zones.keys()));
    const pause = pacer(signal);
    for await (const line of request.incoming()) {
      await pause();
      const record = parseCalendarRecord(line);
      const label = record === undefined ? undefined : calendars.labelOf(record);
      const place = label === undefined ? undefined : places[label];
      const there = place === undefined ? undefined : zonesThere.get(place);
      if (record === undefined || label === undefined || there === undefined) malformed++;
      else if (record.parsed.zone === undefined) {
        counts[events.take(record.component, record.parsed, label, scope)]++;
      } else if (there.has(record.parsed.zone)) counts.same++;
      else {
        there.add(record.parsed.zone);
        zoneOnly.add(label);
        zonesAdded++;
      }
    }
    const before = store.existing;
    const outcome = { store, sources, places, incoming, zoneOnly, workFolder, signal };
    const { replacements, after } = await writeCalendars(outcome);
    if (after !== before + counts.added) throw new MoverError('UNEXPECTED');
    return {
      ...counts,
      added: counts.added + zonesAdded,
      skipped: malformed === 0 ? [] : [{ reason: 'malformed', count: malformed }],
      before,
      // That the zones are there, reading back has shown; no reader counts them where there are events, too.
      after: after + zonesAdded,
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
  const pause = pacer(signal);
  for await (const line of incoming()) {
    await pause();
    const record = parseCalendarRecord(line);
    if (record !== undefined) calendars.gather(record);
  }
  return calendars;
}

/** Numbers the components of a file, all but its time zones, and gives the calendars that can be added to. */
async function indexCalendars(
  source: Source,
  store: RecordStore,
  events: EventMerge,
  signal: AbortSignal,
): Promise<Place[]> {
  store.addSource(source.path, source.sizeBytes);
  const calendars = new ExistingCalendars(source.original);
  const pause = pacer(signal);
  let offset = 0;
  for await (const pieces of calendarPieces(source.read(), signal)) {
    await pause();
    for (const piece of pieces) {
      if (piece.type === 'begin') calendars.begin();
      else if (piece.type === 'end') calendars.end();
      else if (piece.type === 'properties')
        calendars.addHeader(parseHeader(piece.bytes.toString('latin1')) ?? []);
      else if (piece.type === 'component') {
        source.tally.add(piece.bytes);
        const component = parseComponent(piece.bytes);
        if (piece.name !== 'VTIMEZONE') {
          events.addExisting(offset, piece.bytes, component, calendars.holdsMessages);
        } else if (component?.zone !== undefined) calendars.addZone(defineZone(component.zone, piece.bytes));
      }
      offset += piece.bytes.length;
    }
  }
  return calendars.places;
}
