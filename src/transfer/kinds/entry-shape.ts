/** The shape of an entry, checked by hand: see wire/bulk-shapes.ts for why, and for the test that compares it to a schema. */
import { LIMITS } from '../limits.ts';
import type { Entry } from './entry.ts';
import { RECORD_KINDS } from './kind.ts';

const MOST_MS = 8.64e15;
const RECORD_KIND_NAMES: ReadonlySet<unknown> = new Set(RECORD_KINDS);

export const isCount = (value: unknown, most: number): boolean =>
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
