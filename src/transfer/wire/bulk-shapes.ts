/**
 * The shapes that come by the hundred thousand, checked by hand: zod took 4 µs an entry and copied each, which was
 * a fifth of the receiver's own thread in a move of small files. `test/property/bulk-shapes.test.ts` holds them to their zod
 * schemas.
 */
import type { Entry } from '../kinds/entry.ts';
import { isCount, isEntry } from '../kinds/entry-shape.ts';
import { LIMITS } from '../limits.ts';

const DIGEST = /^[A-Za-z0-9_-]{43}$/;
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
