/** What the laws of contacts and of calendars have in common: awkward text, files of content lines, folders to merge into. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { foldLine } from '../../src/transfer/kinds/content-line.ts';
import type { RecordFormat } from '../../src/transfer/kinds/kind.ts';
import { readAll, RecordFolder } from '../unit/kinds/record-folder.ts';

/** Merging is on disk: fewer runs than for pure code, each over many properties. */
export const MERGE_RUNS = { numRuns: 120 };
export const READ_RUNS = { numRuns: 300 };

/** Texts that content lines must escape, fold and encode; `special` to the format, and anything else. */
export const words = (...special: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      ...['', 'a;b', 'x,y', 'back\\slash', 'two\nlines', 'עברית', '日本', '😀👩‍👧', 'é'],
      ...special,
    ),
    fc.string({ unit: 'grapheme', maxLength: 100 }).map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, '')),
  );

/** Bytes of a chunk a file is read in. */
export const chunkBytes = fc.integer({ min: 1, max: 300 });

export const lineEnds = fc.constantFrom('\r\n', '\n');

/** One content line, folded and ended: latin1, one character a byte. */
export const contentLine = (line: string, lineEnd: string): string =>
  foldLine(Buffer.from(line).toString('latin1'), lineEnd) + lineEnd;

/** Gives a folder of that format for one run. */
export async function withFolder<T>(
  format: RecordFormat,
  use: (folder: RecordFolder) => Promise<T>,
): Promise<T> {
  const folder = new RecordFolder(format);
  try {
    return await use(folder);
  } finally {
    folder.remove();
  }
}

/**
 * Whatever the bytes: the reader comes to an end, what it gives are records, and it does not matter in which chunks the
 * bytes came. `lines` are pieces of files, for no random bytes would come upon them.
 */
export const expectReaderNeverStops = (
  format: RecordFormat,
  lines: readonly [string, ...string[]],
  parse: (line: string) => unknown,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
          fc.constantFrom(...lines).map((line) => Buffer.from(line)),
        ),
        { maxLength: 40 },
      ),
      fc.integer({ min: 1, max: 50 }),
      async (parts, chunk) => {
        const bytes = Buffer.concat(parts);
        const { lines: records } = await readAll(format, bytes, { chunk });
        for (const record of records) expect(parse(record)).toBeDefined();
        expect((await readAll(format, bytes, { chunk: bytes.length })).lines).toEqual(records);
      },
    ),
    { numRuns: 30_000 },
  );

/** The law of every merge: once more, and nothing is added and no byte changed. */
export async function expectNoChange(folder: RecordFolder, lines: readonly string[]): Promise<void> {
  const bytes = folder.bytes();
  const again = await folder.merge(lines);
  expect(again).toMatchObject({ added: 0, merged: 0, same: lines.length, replacements: [] });
  expect(again.after).toBe(again.before);
  expect(folder.bytes()).toEqual(bytes);
}
