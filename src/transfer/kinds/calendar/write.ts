/**
 * Writes the calendars of a finished merge: files of the destination with some components exchanged, new ones before
 * the END of their calendar, new calendars at the end of the file; each file read back and compared before anyone may
 * rename it. A time zone is written where its calendar lacks it, once.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MoverError } from '../../errors.ts';
import { identify } from '../file-identity.ts';
import type { MergeResult, Replacement } from '../kind.ts';
import { DigestSum } from '../record-merge/digest-sum.ts';
import { yieldEvery } from '../../yield-every.ts';
import type { RecordStore } from '../record-merge/record-store.ts';
import { readFileChunks, type Source } from '../record-merge/sources.ts';
import { CalendarFile, type Additions, type Calendars } from './calendar-file.ts';
import type { Place } from './places.ts';
import { calendarPieces } from './read.ts';

/**
 * Gives the files that changed, none when nothing did, and how many components all files hold then: time zones, which
 * are part of what needs them, not among them.
 */
export async function writeCalendars(
  calendars: Calendars,
): Promise<Pick<MergeResult, 'replacements' | 'after'>> {
  const { store, sources, places, signal } = calendars;
  let after = 0;
  const additions = additionsOf(calendars);
  const replacements: Replacement[] = [];
  const byPath = new Map<string, Place[]>();
  for (const place of new Set(places)) {
    if (!additions.has(place)) continue;
    const known = byPath.get(place.path);
    if (known === undefined) byPath.set(place.path, [place]);
    else known.push(place);
  }
  const write = async (to: string, source: Source | undefined, first: number): Promise<void> => {
    const from = join(calendars.workFolder, `calendar-${replacements.length}.ics`);
    const writer = new CalendarFile(from, calendars, additions);
    try {
      const here = byPath.get(to) ?? [];
      if (source !== undefined) await writer.copy(source, first, here);
      for (const place of here) if (place.ordinal === undefined) await writer.make(place);
      writer.file.finish();
      const read = identify(from);
      after += await compare(from, writer.written, signal);
      replacements.push({ from, to, read, was: source?.was });
    } finally {
      writer.file.close();
    }
  };

  const paths = new Set(byPath.keys());
  const changed = changedSources(store);
  let first = 0;
  for (const [number, source] of sources.entries()) {
    const count = store.countOf(number);
    if (paths.has(source.original) || changed.has(number)) await write(source.original, source, first);
    else after += count;
    paths.delete(source.original);
    first += count;
  }
  for (const to of paths) {
    // A file that was not read must not be overwritten.
    if (existsSync(to)) throw new MoverError('DESTINATION_FAILED');
    await write(to, undefined, first);
  }
  return { replacements, after };
}

/** What each place gets: the arriving calendars that add something to it, and their records. Others are absent. */
function additionsOf({ store, places, zoneOnly }: Calendars): Map<Place, Additions> {
  const additions = new Map<Place, Additions>();
  const at = (label: number): Additions | undefined => {
    const place = places[label];
    if (place === undefined) return undefined;
    const known = additions.get(place) ?? { labels: new Set<number>(), records: [] };
    additions.set(place, known);
    known.labels.add(label);
    return known;
  };
  for (const label of zoneOnly) at(label);
  for (let record = store.existing; record < store.count; record++)
    at(store.label(record))?.records.push(record);
  return additions;
}

function changedSources(store: RecordStore): Set<number> {
  const changed = new Set<number>();
  for (let record = 0; record < store.existing; record++) {
    const source = store.isNew(record) ? store.sourceOf(record) : undefined;
    if (source !== undefined) changed.add(source);
  }
  return changed;
}

/** Reads what was written with the reader everyone else will use. Gives the number of components but time zones. */
async function compare(path: string, written: DigestSum, signal: AbortSignal): Promise<number> {
  const found = new DigestSum();
  let components = 0;
  const pause = yieldEvery(signal);
  for await (const pieces of calendarPieces(readFileChunks(path), signal)) {
    await pause();
    for (const piece of pieces) {
      if (piece.type !== 'component') continue;
      found.addRecord(piece.bytes);
      if (piece.name !== 'VTIMEZONE') components++;
    }
  }
  if (!found.equals(written)) throw new MoverError('UNEXPECTED');
  return components;
}
