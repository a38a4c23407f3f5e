/**
 * The shapes that come by the hundred thousand, checked by hand: zod took 4 µs an entry and copied each, which was
 * a fifth of the receiver's own thread in a move of small files. `test/property/bulk-shapes.test.ts` holds them to their zod
 * schemas.
 */
import type { Entry } from '../kinds/entry.ts';
import { RECORD_KINDS } from '../kinds/kind.ts';
import { LIMITS } from '../limits.ts';

const DIGEST = /^[A-Za-z0-9_-]{43}$/;
const MOST_MS = 8.64e15;
const RECORD_KIND_NAMES: ReadonlySet<unknown> = new Set(RECORD_KINDS);

const isCount = (value: unknown, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;

const isName = (value: unknown): boolean =>
  typeof value === 'string' && value.length >= 1 && value.length <= LIMITS.nameBytes;

const isTime = (value: unknown): boolean =>
  typeof value === 'number' && value >= -MOST_MS && value <= MOST_MS;

function isPath(value: unknown, fewest: number, most: number): boolean {
  if (!Array.isArray(value) || value.length < fewest || value.length > most) return false;
  for (const name of value) if (!isName(name)) return false;
  return true;
}

/** What came from `JSON.parse` has no other keys than its own. */
function hasKeys(value: object, count: number): boolean {
  let keys = 0;
  for (const _ in value) keys += 1;
  return keys === count;
}

export function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Readonly<Record<string, unknown>>;
  switch (entry['type']) {
    case 'file':
      return (
        entry['kind'] === 'files' &&
        isPath(entry['path'], 1, LIMITS.pathDepth) &&
        isCount(entry['size'], LIMITS.fileBytes) &&
        isTime(entry['mtimeMs']) &&
        typeof entry['executable'] === 'boolean' &&
        hasKeys(entry, 6)
      );
    case 'folder':
      return (
        entry['kind'] === 'files' &&
        isPath(entry['path'], 1, LIMITS.pathDepth) &&
        entry['size'] === 0 &&
        hasKeys(entry, 4)
      );
    case 'apk':
      return (
        entry['kind'] === 'apps' &&
        isPath(entry['path'], 2, 2) &&
        isCount(entry['size'], LIMITS.fileBytes) &&
        isTime(entry['mtimeMs']) &&
        hasKeys(entry, 5)
      );
    case 'segment':
      return (
        RECORD_KIND_NAMES.has(entry['kind']) &&
        isCount(entry['index'], Number.MAX_SAFE_INTEGER) &&
        isCount(entry['records'], LIMITS.segmentRecords) &&
        entry['records'] !== 0 &&
        isCount(entry['size'], LIMITS.fileBytes) &&
        hasKeys(entry, 5)
      );
    default:
      return false;
  }
}

/** A page of entries, none of them empty. */
export function isEntries(value: unknown): value is Entry[] {
  return (
    Array.isArray(value) && value.length >= 1 && value.length <= LIMITS.pageEntries && value.every(isEntry)
  );
}

/** Entries by number. */
export function areEntryNumbers(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= LIMITS.pageEntries &&
    value.every((number) => isCount(number, LIMITS.entries))
  );
}

/** Entries by number, each with its digest. */
export function areDigests(value: unknown): value is [number, string][] {
  return (
    Array.isArray(value) &&
    value.length <= LIMITS.pageEntries &&
    value.every(
      (pair: unknown) =>
        Array.isArray(pair) &&
        pair.length === 2 &&
        isCount(pair[0], LIMITS.entries) &&
        typeof pair[1] === 'string' &&
        DIGEST.test(pair[1]),
    )
  );
}
