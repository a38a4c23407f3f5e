/** Whatever stands in a message, the rows a phone prints are read as they are, or asked for one by one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumbers, parseOne, parseText } from '../../src/transfer/devices/android/content-rows.ts';

interface Row {
  readonly id: number;
  readonly body: string | null;
}

/** As `content query` prints rows (AOSP, cmds/content). */
const printed = (rows: readonly Row[]): string =>
  rows.length === 0
    ? 'No result found.\n'
    : rows
        .map(({ id, body }, index) => `Row: ${String(index)} _id=${String(id)}, body=${body ?? 'NULL'}\n`)
        .join('');

/** Pieces of text that look like what stands between two rows. */
const hostile = fc.oneof(
  fc.constantFrom(
    '\n',
    ', ',
    'body=',
    'Row: ',
    '_id=',
    '\nRow: 1 _id=2, body=',
    '\nRow: 7 ',
    'NULL',
    'No result found.',
    'BLOB',
    '\r\n',
  ),
  fc.tuple(fc.nat(4), fc.nat(8)).map(([index, id]) => `\nRow: ${String(index)} _id=${String(id)}, body=`),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const text = fc
  .array(hostile, { maxLength: 6 })
  .map((parts) => parts.join(''))
  .filter((body) => body !== 'NULL' && body !== 'BLOB');
const rows = fc
  .uniqueArray(fc.nat(8), { maxLength: 6 })
  .chain((ids) =>
    fc.tuple(...ids.sort((a, b) => a - b).map((id) => fc.option(text).map((body): Row => ({ id, body })))),
  );

describe('rows of content query', () => {
  it('are never read wrong: each is as it was, or is asked for by itself', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { values, doubtful } = parseText(
          printed(all),
          'body',
          all.map(({ id }) => id),
        );
        for (const { id, body } of all) {
          if (doubtful.includes(id)) expect(parseOne(printed([{ id, body }]), 'body', id)).toBe(body);
          else expect(values.get(id)).toBe(body);
        }
        expect([...values.keys(), ...doubtful].sort()).toEqual(all.map(({ id }) => id).sort());
      }),
      { numRuns: 2_000 },
    );
  });

  it('of numbers are read as they are', () => {
    const numbers = fc.array(fc.tuple(fc.maxSafeInteger(), fc.option(fc.maxSafeInteger())), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(numbers, (all) => {
        const answer = all
          .map(
            ([id, date], index) =>
              `Row: ${String(index)} _id=${String(id)}, date=${String(date ?? 'NULL')}\n`,
          )
          .join('');
        expect(parseNumbers(answer === '' ? 'No result found.\n' : answer, ['_id', 'date'])).toEqual(all);
      }),
    );
  });
});
