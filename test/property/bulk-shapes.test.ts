import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { KINDS, RECORD_KINDS } from '../../src/transfer/kinds/kind.ts';
import { LIMITS } from '../../src/transfer/limits.ts';
import { isEntry } from '../../src/transfer/kinds/entry-shape.ts';
import { areDigests, areEntryNumbers, isEntries } from '../../src/transfer/wire/bulk-shapes.ts';
import { entrySchema } from '../../src/transfer/wire/messages.ts';

const digestsSchema = z
  .array(
    z.tuple([z.number().int().nonnegative().max(LIMITS.entries), z.string().regex(/^[A-Za-z0-9_-]{43}$/)]),
  )
  .max(LIMITS.pageEntries);

const numbersSchema = z.array(z.number().int().nonnegative().max(LIMITS.entries)).max(LIMITS.pageEntries);

const name = fc.oneof(
  fc.string(),
  fc.constant(''),
  fc.constant('a'.repeat(LIMITS.nameBytes)),
  fc.constant('a'.repeat(LIMITS.nameBytes + 1)),
);
const path = fc.oneof(
  fc.array(name, { maxLength: 4 }),
  fc.constant(Array.from({ length: LIMITS.pathDepth }, () => 'a')),
  fc.constant(Array.from({ length: LIMITS.pathDepth + 1 }, () => 'a')),
);
const number = fc.oneof(
  fc.nat(),
  fc.double(),
  fc.constantFrom(
    0,
    -1,
    1,
    LIMITS.fileBytes,
    LIMITS.fileBytes + 1,
    8.64e15,
    8.64e15 + 2,
    LIMITS.segmentRecords,
  ),
);

/** Values near to entries: right kinds of things, at times a wrong one, one missing or one too many. */
const nearEntry = fc.record(
  {
    type: fc.constantFrom('file', 'folder', 'apk', 'segment', 'link'),
    kind: fc.constantFrom(...KINDS, 'links'),
    path,
    size: number,
    mtimeMs: number,
    executable: fc.oneof(fc.boolean(), fc.constant(1)),
    index: number,
    records: number,
    more: fc.anything(),
  },
  { requiredKeys: ['type'] },
);

const good = fc.oneof(
  fc.record({
    type: fc.constant('file'),
    kind: fc.constant('files'),
    path: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }),
    size: fc.nat(),
    mtimeMs: fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
    executable: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('folder'),
    kind: fc.constant('files'),
    path: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }),
    size: fc.constant(0),
  }),
  fc.record({
    type: fc.constant('apk'),
    kind: fc.constant('apps'),
    path: fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })),
    size: fc.nat(),
    mtimeMs: fc.double({ min: 0, max: 1e13, noNaN: true }),
  }),
  fc.record({
    type: fc.constant('segment'),
    kind: fc.constantFrom(...RECORD_KINDS),
    index: fc.nat(),
    records: fc.integer({ min: 1, max: LIMITS.segmentRecords }),
    size: fc.nat(),
  }),
);

/** As it would come over the wire. */
const received = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

describe('what is checked by hand', () => {
  it('takes and refuses the entries that the schema takes and refuses', () => {
    fc.assert(
      fc.property(fc.oneof(nearEntry, good, fc.anything()), (value) => {
        const entry = received(value);
        expect(isEntry(entry)).toBe(entrySchema.safeParse(entry).success);
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes every good entry, and none with one thing of it missing, added or changed', () => {
    fc.assert(
      fc.property(good, fc.nat(), fc.anything(), (entry, at, other) => {
        expect(isEntry(received(entry))).toBe(true);
        const keys = Object.keys(entry);
        const key = keys[at % keys.length] as string;
        for (const changed of [
          { ...entry, [key]: undefined },
          { ...entry, more: 1 },
          { ...entry, [key]: other },
        ]) {
          const value = received(changed);
          expect(isEntry(value)).toBe(entrySchema.safeParse(value).success);
        }
      }),
    );
  });

  it('a page is one entry at least and as many as a page may have at most', () => {
    const entry = { type: 'folder', kind: 'files', path: ['a'], size: 0 };
    expect(isEntries([])).toBe(false);
    expect(isEntries([entry])).toBe(true);
    expect(isEntries([entry, {}])).toBe(false);
    expect(isEntries(Array.from({ length: LIMITS.pageEntries }, () => entry))).toBe(true);
    expect(isEntries(Array.from({ length: LIMITS.pageEntries + 1 }, () => entry))).toBe(false);
    expect(isEntries({ length: 1, 0: entry })).toBe(false);
  });

  it('takes and refuses the digests that their schema takes and refuses', () => {
    const digest = fc.oneof(
      fc.string({ minLength: 43, maxLength: 43, unit: fc.constantFrom('a', 'Z', '0', '-', '_') }),
      fc.string({ minLength: 42, maxLength: 44 }),
      fc.constant(`${'a'.repeat(43)}\n`),
    );
    const pair = fc.oneof(fc.tuple(number, digest), fc.array(fc.oneof(number, digest)), fc.anything());
    fc.assert(
      fc.property(fc.oneof(fc.array(pair, { maxLength: 5 }), fc.anything()), (value) => {
        const digests = received(value);
        expect(areDigests(digests)).toBe(digestsSchema.safeParse(digests).success);
      }),
      { numRuns: 3_000 },
    );
    expect(areDigests(Array.from({ length: LIMITS.pageEntries + 1 }, () => [1, 'a'.repeat(43)]))).toBe(false);
  });

  it('takes and refuses the numbers that their schema takes and refuses', () => {
    const one = fc.oneof(number, fc.constantFrom(LIMITS.entries, LIMITS.entries + 1), fc.anything());
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.nat()), fc.array(one, { maxLength: 5 }), fc.anything()), (value) => {
        const numbers = received(value);
        expect(areEntryNumbers(numbers)).toBe(numbersSchema.safeParse(numbers).success);
      }),
      { numRuns: 3_000 },
    );
    expect(areEntryNumbers(Array.from({ length: LIMITS.pageEntries }, () => 1))).toBe(true);
    expect(areEntryNumbers(Array.from({ length: LIMITS.pageEntries + 1 }, () => 1))).toBe(false);
  });
});
