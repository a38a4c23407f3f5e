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
/** Between the two are seconds that some program wrote for milliseconds. */
const milliseconds = fc.oneof(fc.integer({ min: 0, max: 1e8 - 1 }), fc.integer({ min: 1e10, max: 8.64e15 }));

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
  date_sent: fc.integer({ min: 0, max: 1e11 - 1 }),
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
  fc.oneof(sms, mms).map((record) => JSON.stringify(record)),
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

  it('are the same message in the spelling of another program, whichever came first', async () => {
    const spellings = fc.constantFrom(
      ['+491701234567', '+49 170 1234567', '0170/1234567', '00491701234567', '\u202a+49 170 123-45-67\u202c'],
      ['+12125550001', '212-555-0001', '1 (212) 555 0001'],
      ['MYBANK', 'MyBank', ' mybank'],
    );
    const program = fc.record({
      number: fc.nat({ max: 4 }),
      layout: fc.boolean(),
      turned: fc.boolean(),
      lineLength: fc.constantFrom(4, 76, 10_000),
      padded: fc.boolean(),
    });
    type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;
    const written = (spelt: readonly string[], picture: Buffer, body: string, by: Program): string[] => {
      const number = spelt[by.number % spelt.length] ?? '';
      const base64 = picture
        .toString('base64')
        .replace(new RegExp(`.{${String(by.lineLength)}}`, 'g'), '$&\n');
      const empty = { seq: 0, name: null, chset: 106, cd: null, fn: null, cid: null, cl: null };
      const parts = [
        { ...empty, ct: 'text/plain', text: body, data: null },
        {
          ...empty,
          ct: 'image/png',
          text: by.turned ? null : '',
          data: by.padded ? base64 : base64.replace(/=/g, ''),
        },
      ];
      if (by.turned) parts.reverse();
      if (by.layout) parts.push({ ...empty, ct: 'application/smil', text: '<smil/>', data: null });
      const state = { read: 1, locked: null };
      return [
        JSON.stringify({
          ...{ element: 'sms', address: number, date: 1_700_000_000_000, date_sent: null, type: 1 },
          ...{ protocol: 0, subject: null, body, status: -1, ...state },
        }),
        JSON.stringify({
          ...{
            element: 'mms',
            address: number,
            date: 1_700_000_000_000,
            date_sent: 0,
            msg_box: 1,
            m_type: 132,
          },
          ...{ ct_t: null, sub: null, sub_cs: null, text_only: 0, seen: 1, rr: null, d_rpt: null, pri: null },
          ...{ ...state, parts, addrs: [{ address: number, type: 137, charset: 106 }] },
        }),
      ];
    };
    await fc.assert(
      fc.asyncProperty(
        ...[
          spellings,
          fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
          text,
          program,
          program,
        ],
        (spelt, picture, body, one, other) =>
          withDestination(async (there) => {
            const given = body === 'null' ? '' : body;
            await there.merge(written(spelt, picture, given, one));
            const again = await there.merge(written(spelt, picture, given, other));
            expect(again).toMatchObject({ added: 0, same: 2, replacements: [] });
          }),
      ),
      { numRuns: 150 },
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
