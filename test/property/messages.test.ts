import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesFormat } from '../../src/transfer/kinds/messages/index.ts';
import { legal } from '../../src/transfer/kinds/xml/value.ts';
import { Destination, readAll } from '../unit/kinds/xml/run-format.ts';

/** Text people and programs put into messages, and text that breaks writers. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '',
      ' ',
      'null',
      '"null"',
      '\r\n\t',
      '😀\u200d👩',
      'שלום עולם',
      '𠜎',
      '&#55357;&#56846;',
      ']]>',
      '<sms ',
      '"/>',
      '\ufeff',
    ),
  )
  .map(legal);
const value = fc.option(text.map((one) => (one === 'null' ? null : one)));
const octet = fc.integer({ min: 0, max: 255 });
const maybeOctet = fc.option(octet);
const charset = fc.integer({ min: 0, max: 65_535 });
const milliseconds = fc.integer({ min: 0, max: 8.64e15 });

const sms = fc.record({
  element: fc.constant('sms'),
  address: value,
  date: milliseconds,
  date_sent: fc.option(milliseconds),
  type: octet,
  protocol: maybeOctet,
  subject: value,
  body: value,
  read: octet,
  status: fc.integer({ min: -128, max: 127 }),
  locked: maybeOctet,
});
/** What reading would call malformed is not a record: a message to or from nobody. */
const addressed = sms.filter(({ address, type }) => address !== '' || type === 3);

const part = fc.record({
  seq: fc.integer({ min: -128, max: 127 }),
  ct: value,
  name: value,
  chset: fc.option(charset),
  cd: value,
  fn: value,
  cid: value,
  cl: value,
  text: value,
  data: fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64'))),
});

const mms = fc.record({
  element: fc.constant('mms'),
  address: value,
  date: milliseconds,
  date_sent: fc.integer({ min: 0, max: 8.64e12 }),
  msg_box: fc.constantFrom(1, 2, 3, 4),
  m_type: octet,
  ct_t: value,
  sub: value,
  sub_cs: fc.option(charset),
  text_only: maybeOctet,
  read: octet,
  seen: octet,
  rr: maybeOctet,
  d_rpt: maybeOctet,
  pri: maybeOctet,
  locked: maybeOctet,
  parts: fc.array(part, { maxLength: 3 }),
  // Types that say nothing of the owner, so that no address is replaced; own-number.test.ts has the others.
  addrs: fc.array(fc.record({ address: value, type: fc.constantFrom(0, 100, 255), charset }), {
    maxLength: 3,
  }),
});

const lines = fc.array(
  fc.oneof(addressed, mms).map((record) => JSON.stringify(record)),
  { maxLength: 8 },
);

async function withDestination(run: (there: Destination) => Promise<void>): Promise<void> {
  const there = new Destination(messagesFormat);
  try {
    await run(there);
  } finally {
    there.remove();
  }
}

const readBack = async (there: Destination): Promise<readonly string[]> => {
  if (there.files().length === 0) return [];
  const { lines: back, skips } = await readAll(messagesFormat, there.bytes(), 13);
  expect(skips).toEqual([]);
  return back;
};

describe('messages', () => {
  it('are the same after being written and read', async () => {
    await fc.assert(
      fc.asyncProperty(lines, (given) =>
        withDestination(async (there) => {
          const { added, same } = await there.merge(given);
          expect(added + same).toBe(given.length);
          const back = await readBack(there);
          expect(back).toHaveLength(added);
          // Of equal messages the first is kept, so what is there is a part of what was given, in its order.
          let from = 0;
          for (const line of back) {
            from = given.indexOf(line, from) + 1;
            expect(from).toBeGreaterThan(0);
          }
        }),
      ),
      { numRuns: 300 },
    );
  });

  it('merge to the same content in either order, and once', async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, async (one, other) => {
        const orders: number[] = [];
        for (const [first, second] of [
          [one, other],
          [other, one],
        ] as const) {
          await withDestination(async (there) => {
            await there.merge(first);
            await there.merge(second);
            const back = await readBack(there);
            expect(await there.merge([...one, ...other])).toMatchObject({ added: 0, replacements: [] });
            orders.push(back.length);
            for (const line of back) expect([...one, ...other]).toContain(line);
          });
        }
        expect(orders[0]).toBe(orders[1]);
      }),
      { numRuns: 100 },
    );
  });

  it('never make the reader fail, whatever bytes stand in their file', async () => {
    const debris = fc.oneof(
      fc.constantFrom(
        '<sms ',
        '<mms ',
        '/>',
        '</smses>',
        '<smses>',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '"',
        '&',
        '&#',
        ';',
        '<?',
        '?>',
        '<!DOCTYPE ',
        'date="1" ',
        'type="1" ',
        'address="1" ',
        '<sms address="1" date="1" type="1"/>',
      ),
      fc.string({ maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(debris, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (pieces, chunkBytes) => {
          const content = Buffer.from(`<smses>${pieces.join('')}`);
          const whole = await readAll(messagesFormat, content);
          expect(await readAll(messagesFormat, content, chunkBytes)).toEqual(whole);
          expect(whole.skips.every((reason) => reason === 'malformed')).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
