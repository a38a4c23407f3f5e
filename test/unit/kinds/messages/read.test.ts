import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../../src/transfer/limits.ts';
import { messagesFormat } from '../../../../src/transfer/kinds/messages/index.ts';
import { readAll } from '../xml/run-format.ts';

const QUIRKS = readFileSync(new URL('../../../fixtures/messages/quirks.xml', import.meta.url), 'utf8');
const sms = (attributes: string): string => `<smses count="1"><sms ${attributes}/></smses>`;

describe('reading messages', () => {
  it('brings what a person wrote and got, and the state of each message', async () => {
    const { records, skips } = await readAll(messagesFormat, QUIRKS);
    expect(records[0]).toEqual({
      element: 'sms',
      address: '+15550100001',
      date: 1_700_000_000_001,
      date_sent: 1_699_999_999_000,
      type: 1,
      protocol: 0,
      subject: null,
      body: 'Surrogates \ud83d\ude0e, plain 😀, שלום, line\nfeed, tab\tend',
      read: 0,
      status: -1,
      locked: 1,
    });
    expect(records.map(({ element, type, msg_box: box }) => [element, type ?? box])).toEqual([
      ['sms', 1],
      ['sms', 2],
      ['sms', 3],
      ['mms', 1],
      ['mms', 2],
      ['sms', 1],
    ]);
    expect(skips).toEqual(['malformed', 'malformed']);
  });

  it('is the same however the file is cut into chunks', async () => {
    const whole = await readAll(messagesFormat, QUIRKS);
    for (const chunkBytes of [1, 7, 1000]) {
      expect(await readAll(messagesFormat, QUIRKS, chunkBytes)).toEqual(whole);
    }
  });

  it('leaves behind whatever tells of a SIM, a device or an account', async () => {
    const { lines } = await readAll(messagesFormat, QUIRKS);
    const everything = lines.join('\n');
    for (const left of [
      'PLANTED',
      '+15550199999',
      '001010123456789',
      '350000000000006',
      '4711',
      'sub_id',
      'sim_slot',
      'backup_set',
      '+15550142424',
    ]) {
      expect(everything).not.toContain(left);
    }
  });

  it('puts the token Android uses where the own number was', async () => {
    const { records } = await readAll(messagesFormat, QUIRKS);
    expect(records[3]?.['addrs']).toEqual([
      { address: '+15550100001', type: 137, charset: 106 },
      { address: 'insert-address-token', type: 151, charset: 106 },
      { address: '+15550100003', type: 151, charset: 106 },
    ]);
    expect(records[4]?.['addrs']).toEqual([
      { address: 'insert-address-token', type: 137, charset: 106 },
      { address: '+15550100001', type: 151, charset: 106 },
    ]);
  });

  it('keeps the unit of each date: milliseconds, but seconds for when an MMS was sent', async () => {
    const { records } = await readAll(messagesFormat, QUIRKS);
    expect(records[3]).toMatchObject({ date: 1_700_000_100_000, date_sent: 1_700_000_099 });
  });

  it.each([
    ['a draft that is to nobody', sms('date="1" type="3" body="x"'), { address: null, type: 3 }],
    ['a message without an address', sms('date="1" type="1" body="x"'), { address: null, type: 1 }],
    ['a message with an empty address', sms('address="" date="1" type="1" body="x"'), { address: '' }],
    ['a message without a type', sms('address="1" date="1" type="null" body="x"'), { type: 1 }],
    [
      'a message that only says when it was sent',
      sms('date="null" date_sent="5" type="1" body="x"'),
      { date: 5 },
    ],
    [
      'a message with dates in seconds',
      sms('date="1700000000" date_sent="1700000001" type="1" body="x"'),
      { date: 1_700_000_000_000, date_sent: 1_700_000_001_000 },
    ],
    [
      'an MMS with its dates in the other units, and empty columns',
      '<smses><mms date="1700000000" date_sent="1700000001000" msg_box="" m_type="128"><addrs><addr address="1"/></addrs></mms></smses>',
      { date: 1_700_000_000_000, date_sent: 1_700_000_001, msg_box: 2, addrs: [{ address: '1', type: 151 }] },
    ],
  ])('keeps %s', async (_, xml, kept) => {
    expect(await readAll(messagesFormat, xml)).toMatchObject({ records: [kept], skips: [] });
  });

  it.each([
    'date=""',
    'date="null"',
    'date="today"',
    'date="-1"',
    'date="1e3"',
    'date="8640000000000001"',
    'date="99999999999999999999"',
    'type="1"',
  ])('calls a message malformed whose date is %s', async (date) => {
    const { lines, skips } = await readAll(
      messagesFormat,
      sms(`address="1" type="1" body="x" ${date === 'type="1"' ? '' : date}`),
    );
    expect({ lines, skips }).toEqual({ lines: [], skips: ['malformed'] });
  });

  it('keeps an attachment exactly as it stands there, damaged or not', async () => {
    const data = 'not-valid-base64-content!! ==';
    const xml = `<smses><mms date="1" msg_box="1" address="1"><parts><part seq="0" ct="image/png" data="${data}"/></parts></mms></smses>`;
    const { records } = await readAll(messagesFormat, xml);
    expect(records).toMatchObject([{ parts: [{ data }] }]);
  });

  it('moves a single attachment of 100 MB', async () => {
    const data = 'A'.repeat(100 * 1024 * 1024);
    const xml = `<smses><mms date="1" msg_box="1" address="1"><parts><part seq="0" ct="x" data="${data}"/></parts></mms></smses>`;
    const { lines, skips } = await readAll(messagesFormat, xml);
    expect(skips).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.length).toBeGreaterThan(data.length);
  });

  it('skips a message whose line is longer than a record may be', async () => {
    // Each of these takes one character of XML and six of JSON.
    const body = '\u007f'.repeat(10) + '\\'.repeat(LIMITS.recordBytes / 2);
    const { lines, skips } = await readAll(
      messagesFormat,
      sms(`address="1" date="1" type="1" body="${body}"`),
    );
    expect({ count: lines.length, skips }).toEqual({ count: 0, skips: ['too-large'] });
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort(new Error('told to stop'));
    const reading = messagesFormat.read(
      (async function* () {
        yield Buffer.from(QUIRKS);
      })(),
      { collection: undefined, skip: () => undefined, signal: controller.signal },
    );
    await expect(reading[Symbol.asyncIterator]().next()).rejects.toThrow('told to stop');
  });
});
