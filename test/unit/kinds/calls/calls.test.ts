import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { callsFormat } from '../../../../src/transfer/kinds/calls/index.ts';
import { Destination, readAll } from '../xml/run-format.ts';

const QUIRKS = readFileSync(new URL('../../../fixtures/calls/quirks.xml', import.meta.url), 'utf8');
const call = (attributes: string): string => `<calls count="1"><call ${attributes}/></calls>`;
const line = (changes: Record<string, unknown>): string =>
  JSON.stringify({
    number: '1',
    duration: 1,
    date: 1,
    type: 1,
    presentation: 1,
    post_dial_digits: null,
    ...changes,
  });

const destinations: Destination[] = [];
function destination(content?: string): Destination {
  const made = new Destination(callsFormat, content);
  destinations.push(made);
  return made;
}
afterEach(() => {
  for (const made of destinations.splice(0)) made.remove();
});

describe('reading calls', () => {
  it('brings who, when, how long and which way', async () => {
    const { records, skips } = await readAll(callsFormat, QUIRKS, 11);
    expect(records).toEqual([
      {
        number: '+15550100001',
        duration: 125,
        date: 1_700_000_000_001,
        type: 1,
        presentation: 1,
        post_dial_digits: '',
      },
      {
        number: '+15550100002',
        duration: 0,
        date: 1_700_000_000_002,
        type: 3,
        presentation: 1,
        post_dial_digits: ',123#',
      },
      {
        number: null,
        duration: 7,
        date: 1_700_000_000_003,
        type: 1,
        presentation: 2,
        post_dial_digits: null,
      },
    ]);
    expect(skips).toEqual(['malformed', 'malformed']);
  });

  it('leaves behind the SIM, the own number and the account', async () => {
    const everything = (await readAll(callsFormat, QUIRKS)).lines.join('\n');
    for (const left of ['89014103211118510720', 'PLANTED', '+15550142424', 'subscription', 'via_number']) {
      expect(everything).not.toContain(left);
    }
  });

  it.each([
    'number="1" duration="1" type="1"',
    'number="1" duration="1" date="soon" type="1"',
    'number="1" duration="1" date="1" type="x"',
    'number="1" duration="-1" date="1" type="1"',
  ])('calls %s malformed', async (attributes) => {
    expect(await readAll(callsFormat, call(attributes))).toMatchObject({ lines: [], skips: ['malformed'] });
  });

  it.each([
    ['duration="null"', 'number="1" date="1" type="3" duration="null"', { duration: 0, type: 3 }],
    ['duration=""', 'number="1" date="1" type="3" duration=""', { duration: 0 }],
    ['no duration', 'number="1" date="1" type="2"', { duration: 0, type: 2 }],
    ['no type', 'number="1" date="1" duration="5"', { type: 1 }],
    ['no number', 'date="1" type="1" duration="5"', { number: null }],
    ["a type of the maker's own", 'number="1" date="1" type="500" duration="5"', { type: 500 }],
    ['a date in seconds', 'number="1" date="1700000000" type="1" duration="5"', { date: 1_700_000_000_000 }],
  ])('keeps a call with %s', async (_, attributes, kept) => {
    expect(await readAll(callsFormat, call(attributes))).toMatchObject({ records: [kept], skips: [] });
  });

  it('keeps a call whose number was withheld', async () => {
    const { records } = await readAll(callsFormat, call('duration="1" date="1" type="1" presentation="2"'));
    expect(records).toMatchObject([{ number: null, presentation: 2 }]);
  });
});

describe('merging calls', () => {
  it('writes a file that reads back as what came in, without a SIM in it', async () => {
    const there = destination();
    const { lines } = await readAll(callsFormat, QUIRKS);
    expect(await there.merge(lines)).toMatchObject({ added: 3, same: 0, skipped: [] });
    expect(await readAll(callsFormat, there.bytes())).toMatchObject({ lines, skips: [] });
    expect(there.text()).not.toMatch(/subscription|account|via_number/);
  });

  it('changes nothing the second time, and knows its own calls in a file of another program', async () => {
    const there = destination(QUIRKS);
    const { lines } = await readAll(callsFormat, QUIRKS);
    expect(await there.merge(lines)).toEqual({
      ...{ added: 0, merged: 0, same: 3, skipped: [] },
      ...{ before: 3, after: 3, replacements: [] },
    });
    expect(there.text()).toBe(QUIRKS);
  });

  it('adds the calls that are new and keeps the rest of the file', async () => {
    const there = destination(QUIRKS);
    await there.merge([line({})]);
    const [front = '', back = ''] = there.text().split(/ {2}<call number="1"[^>]*\/>\n/);
    expect(back).toBe('</calls>\n');
    expect(front.replace(/count="6" +/, 'count="5" ') + back).toBe(QUIRKS);
  });

  it.each([{ number: '2' }, { number: null }, { date: 2 }, { type: 2 }, { duration: 2 }])(
    'takes both of two calls that differ in %j',
    async (changes) => {
      expect(await destination().merge([line({}), line(changes)])).toMatchObject({ added: 2 });
    },
  );

  it('takes one of two calls whose number is spelt differently', async () => {
    const spellings = ['+49 170 1234567', '0170/1234567', '0049 (170) 1234567'].map((number) =>
      line({ number }),
    );
    expect(await destination().merge(spellings)).toMatchObject({ added: 1, same: 2 });
    const countries = ['+49 170 1234567', '+43 170 1234567'].map((number) => line({ number }));
    expect(await destination().merge(countries)).toMatchObject({ added: 2 });
  });

  it('takes one of two calls that are the same', async () => {
    expect(await destination().merge([line({}), line({ presentation: 3 })])).toMatchObject({
      added: 1,
      same: 1,
    });
  });

  it.each([
    '{}',
    'nonsense',
    line({ extra: 1 }),
    line({ date: -1 }),
    line({ duration: null }),
    line({ number: 5 }),
  ])('skips %s', async (bad) => {
    const result = await destination().merge([bad, line({})]);
    expect(result).toMatchObject({ added: 1, skipped: [{ reason: 'malformed', count: 1 }] });
  });
});
