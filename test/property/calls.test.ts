import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsFormat } from '../../src/transfer/kinds/calls/index.ts';
import { legal } from '../../src/transfer/kinds/xml/value.ts';
import { Destination, readAll } from '../unit/kinds/xml/run-format.ts';

const value = fc.option(fc.string({ unit: 'binary' }).map((text) => (text === 'null' ? null : legal(text))));
const octet = fc.integer({ min: 0, max: 255 });

const call = fc.record({
  number: value,
  duration: fc.integer({ min: 0, max: 8.64e12 }),
  // Between the two are seconds that some program wrote for milliseconds.
  date: fc.oneof(fc.integer({ min: 0, max: 1e8 - 1 }), fc.integer({ min: 1e10, max: 8.64e15 })),
  type: fc.integer({ min: 0, max: 65_535 }),
  presentation: fc.option(octet),
  post_dial_digits: value,
});

describe('calls', () => {
  it('are the same after being written and read, and are added once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 10 }), async (calls) => {
        const given = calls.map((one) => JSON.stringify(one));
        const there = new Destination(callsFormat);
        try {
          const { added, same } = await there.merge(given);
          expect(added + same).toBe(given.length);
          const back = added === 0 ? [] : (await readAll(callsFormat, there.bytes(), 17)).lines;
          expect(back).toHaveLength(added);
          for (const line of back) expect(given).toContain(line);
          expect(await there.merge(given)).toMatchObject({ added: 0, same: given.length, replacements: [] });
        } finally {
          there.remove();
        }
      }),
      { numRuns: 200 },
    );
  });
});
