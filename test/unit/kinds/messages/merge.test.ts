import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MoverError } from '../../../../src/transfer/errors.ts';
import { messagesFormat } from '../../../../src/transfer/kinds/messages/index.ts';
import { Destination, readAll } from '../xml/run-format.ts';

const QUIRKS = readFileSync(new URL('../../../fixtures/messages/quirks.xml', import.meta.url), 'utf8');

const destinations: Destination[] = [];
function destination(content?: string | Uint8Array): Destination {
  const made = new Destination(messagesFormat, content);
  destinations.push(made);
  return made;
}
afterEach(() => {
  for (const made of destinations.splice(0)) made.remove();
});

const smsLine = (body: string, changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    element: 'sms',
    address: '+15550100009',
    date: 1_700_000_500_000,
    date_sent: null,
    type: 1,
    protocol: 0,
    subject: null,
    body,
    read: 1,
    status: -1,
    locked: 0,
    ...changes,
  });

const read = async (content: string | Uint8Array): Promise<readonly string[]> =>
  (await readAll(messagesFormat, content)).lines;

/** The XML of records, wrapped as a file of its own. */
const file = (body: string): string =>
  `<?xml version="1.0"?>\n<smses count="7" type="full">${body}</smses>\n`;
const SMS = '<sms address="1" date="1" type="1" body="there before" read="1" status="-1" vendor="kept" />';

describe('merging messages into nothing', () => {
  it('writes a file that reads back as what came in', async () => {
    const { lines } = await readAll(messagesFormat, QUIRKS);
    const there = destination();
    const result = await there.merge(lines);
    expect(result).toMatchObject({ added: 6, merged: 0, same: 0, skipped: [] });
    expect(await readAll(messagesFormat, there.bytes())).toMatchObject({ lines, skips: [] });
    expect(there.text()).toMatch(
      /^<\?xml version='1\.0' encoding='UTF-8' standalone='yes' \?>\n<smses count="6"/,
    );
  });

  it('never writes the SIM a message came by, and says so the way a phone understands', async () => {
    const there = destination();
    await there.merge((await readAll(messagesFormat, QUIRKS)).lines);
    expect(there.text().match(/ sub_id="[^"]*"/g)).toEqual(Array.from({ length: 6 }, () => ' sub_id="-1"'));
    expect(there.text().match(/ service_center="[^"]*"/g)).toEqual(
      Array.from({ length: 4 }, () => ' service_center="null"'),
    );
    expect(there.text()).toContain('readable_date="Nov 14, 2023 22:13:20 UTC"');
  });

  it('makes no file when there is nothing to write', async () => {
    const there = destination();
    expect(await there.merge([])).toEqual({
      ...{ added: 0, merged: 0, same: 0, skipped: [] },
      ...{ before: 0, after: 0, replacements: [] },
    });
    expect(there.leftovers()).toEqual([]);
  });
});

const PART = {
  ...{ seq: 0, ct: 'text/plain', text: 'Hi', data: null, name: null, chset: 106 },
  ...{ cd: null, fn: null, cid: null, cl: null },
};
const OTHER = { ...PART, seq: 1, ct: 'image/png', text: null, data: 'SGk=' };

const mmsLine = (changes: Record<string, unknown> = {}): string => {
  const part = {
    seq: 0,
    ct: 'text/plain',
    text: 'Hi',
    data: null,
    name: null,
    chset: 106,
    cd: null,
    fn: null,
    cid: null,
    cl: null,
  };
  return JSON.stringify({
    element: 'mms',
    address: '+15550100001',
    date: 1_700_000_600_000,
    date_sent: 0,
    msg_box: 1,
    m_type: 132,
    ct_t: null,
    sub: null,
    sub_cs: null,
    text_only: 1,
    read: 1,
    seen: 1,
    rr: null,
    d_rpt: null,
    pri: null,
    locked: 0,
    parts: [{ ...part, ...(changes['part'] ?? {}) }],
    addrs: [{ address: '+15550100001', type: 137, charset: 106 }],
    ...Object.fromEntries(Object.entries(changes).filter(([name]) => name !== 'part')),
  });
};

describe('merging MMS', () => {
  it.each([
    { date: 1 },
    { msg_box: 2 },
    { address: '+15550100001~+15550100002' },
    { addrs: [] },
    { part: { text: 'Ho' } },
    { part: { text: null, data: 'SGk=' } },
    { part: { ct: 'text/html' } },
    { parts: [] },
  ])('takes both of two that differ in %j', async (changes) => {
    expect(await destination().merge([mmsLine(), mmsLine(changes)])).toMatchObject({ added: 2, same: 0 });
  });

  it('takes one of two that list the same people in another order', async () => {
    const addr = (address: string, type: number): unknown => ({ address, type, charset: 106 });
    const [a, b] = [addr('+15550100001', 137), addr('+15550100002', 151)];
    const one = mmsLine({ address: '+15550100001~+15550100002', addrs: [a, b] });
    const other = mmsLine({ address: '+15550100002~+15550100001', addrs: [b, a] });
    expect(await destination().merge([one, other])).toMatchObject({ added: 1, same: 1 });
  });

  it.each([
    [
      'no layout',
      { parts: [PART] },
      { parts: [{ ...PART, ct: 'application/smil', text: '<smil/>', seq: -1 }, PART] },
    ],
    ['its parts in another order', { parts: [PART, OTHER] }, { parts: [OTHER, PART] }],
    [
      'its picture in lines',
      { parts: [{ ...OTHER, data: 'AAECAwQFBgcICQ==' }] },
      { parts: [{ ...OTHER, data: 'AAECAwQF\nBgcICQ' }] },
    ],
    ['an empty text for none', { parts: [OTHER] }, { parts: [{ ...OTHER, text: '' }] }],
    [
      'its number spelt differently',
      {},
      { address: '(555) 010-0001', addrs: [{ address: '1 555 0100001', type: 137, charset: 106 }] },
    ],
  ])('takes one of two that differ in this only: %s', async (_, one, other) => {
    for (const lines of [
      [mmsLine(one), mmsLine(other)],
      [mmsLine(other), mmsLine(one)],
    ]) {
      expect(await destination().merge(lines)).toMatchObject({ added: 1, same: 1 });
    }
  });

  it('does not write an own number that another device sent', async () => {
    const there = destination();
    const own = { address: '+15550142424', type: 151, charset: 106 };
    await there.merge([mmsLine({ addrs: [own] })]);
    expect(there.text()).not.toContain('5550142424');
    expect(there.text()).toContain('<addr address="insert-address-token" type="151"');
  });
});

describe('merging messages into a file', () => {
  it('keeps every byte that was there but the number in the root', async () => {
    const there = destination(QUIRKS);
    const result = await there.merge([smsLine('new')]);
    expect(result).toMatchObject({ added: 1, same: 0 });
    const [before = '', after = ''] = there.text().split(/ {2}<sms[^>]*body="new"[^>]*\/>\n/);
    expect(there.files()).toEqual(['messages.xml']);
    expect(after).toMatch(/^<\/smses>/);
    expect(before.replace(/count="9" +/, 'count="8" ') + after).toBe(QUIRKS);
    expect(await read(there.bytes())).toEqual([...(await read(QUIRKS)), smsLine('new')]);
  });

  it('changes nothing the second time', async () => {
    const there = destination(QUIRKS);
    const lines = [smsLine('new'), ...(await read(QUIRKS))];
    await there.merge(lines);
    const once = there.bytes();
    expect(await there.merge(lines)).toEqual({
      ...{ added: 0, merged: 0, same: 7, skipped: [] },
      ...{ before: 7, after: 7, replacements: [] },
    });
    expect(there.bytes().equals(once)).toBe(true);
  });

  it('knows an MMS again whose own number its own file still has', async () => {
    const there = destination(QUIRKS);
    expect(await there.merge(await read(QUIRKS))).toMatchObject({ added: 0, same: 6 });
  });

  it('takes one of two messages that are the same', async () => {
    const there = destination();
    expect(await there.merge([smsLine('twice'), smsLine('twice', { read: 0 })])).toMatchObject({
      added: 1,
      same: 1,
    });
  });

  it.each([
    [['+49 170 1234567', '+491701234567', '0170 1234567', '0049170-1234567', '\u202a+49 170 1234567\u202c']],
    [['+1 (212) 555-0001', '2125550001', '1-212-555-0001']],
    [['+7 912 345-67-89', '89123456789']],
    [['+36 20 123 4567', '06201234567']],
    [['+39 06 12345678', '0612345678']],
    [['MyBank', 'MYBANK ']],
  ])('takes one of the messages that differ in the spelling of a number only: %j', async (numbers) => {
    for (const one of numbers) {
      for (const other of numbers) {
        const lines = [smsLine('x', { address: one }), smsLine('x', { address: other })];
        expect(await destination().merge(lines)).toMatchObject({ added: 1, same: 1 });
      }
    }
  });

  it.each([
    ['+49 170 1234567', '+43 170 1234567'],
    ['0170 1234567', '0171 1234567'],
    ['12345', '012345'],
    ['+49 170 1234567', '+49 170 1234567,2'],
    ['Bank', 'Bank2'],
  ])('takes both of two messages from %s and %s', async (one, other) => {
    const lines = [smsLine('x', { address: one }), smsLine('x', { address: other })];
    expect(await destination().merge(lines)).toMatchObject({ added: 2 });
  });

  it.each([
    ['address', { address: '+15550100008' }],
    ['date', { date: 1_700_000_500_001 }],
    ['type', { type: 2 }],
    ['body', { body: 'other' }],
    ['lack of a body', { body: null }],
  ])('takes both of two messages that differ in %s', async (_name, changes) => {
    const there = destination();
    expect(await there.merge([smsLine('one'), smsLine('one', changes)])).toMatchObject({ added: 2, same: 0 });
  });

  const shapes: [string, string | Buffer][] = [
    ['no line ends', file(SMS)],
    ['an empty root', '<?xml version="1.0"?>\n<smses count="0" />\n<!-- </smses> -->\n'],
    ['an empty root without a count', '<smses/>'],
    ['a byte order mark', `\ufeff${file(SMS)}`],
    ['UTF-16, little end first', Buffer.from(`\ufeff${file(`${SMS}<!-- 😀 -->`)}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${file(SMS)}`, 'utf16le').swap16()],
    ['a malformed record', file(`${SMS}<sms date="never"/>`)],
    ['surrogate references', file('<sms address="1" date="2" type="1" body="&#55357;&#56846;"/>')],
  ];
  it.each(shapes)('adds to a file with %s, twice, and can read all of it', async (_name, content) => {
    const there = destination(content);
    const before = await readAll(messagesFormat, there.bytes());
    await there.merge([smsLine('Grüße 😀')]);
    await there.merge([smsLine('second')]);
    const after = await readAll(messagesFormat, there.bytes());
    expect(after.lines).toEqual([...before.lines, smsLine('Grüße 😀'), smsLine('second')]);
    expect(after.skips).toEqual(before.skips);
    expect(there.files()).toEqual(['messages.xml']);
  });

  it('counts the elements in the root', async () => {
    const there = destination(file(`${SMS}<sms date="never"/>`));
    await there.merge([smsLine('new')]);
    expect(there.text()).toMatch(/<smses count="3" +type="full">/);
  });

  it('reads all files of a folder, and adds where it is told', async () => {
    const there = destination(file(SMS));
    const other = there.path('older.xml');
    writeFileSync(other, file('<sms address="2" date="2" type="1" body="older" read="1" status="-1"/>'));
    const lines = [...(await read(readFileSync(other))), ...(await read(there.bytes())), smsLine('new')];
    const existing = [other, there.path()].map((path) => ({ path, collection: undefined }));
    const result = await there.merge(lines, { existing, target: () => there.path('messages-new.xml') });
    expect(result).toMatchObject({ added: 1, same: 2 });
    expect(await read(there.bytes('messages-new.xml'))).toEqual([smsLine('new')]);
  });
});

describe('merging messages beside a file that is not sound', () => {
  const broken: [string, string | Buffer][] = [
    ['cut off', file(SMS).slice(0, -9)],
    ['broken in the middle', file(`<sms <sms${SMS}`)],
    ['empty', ''],
    ['not XML', Buffer.from([0, 1, 2, 3, 250, 251])],
    [
      'in an encoding we do not write',
      Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><smses>${SMS}</smses>`),
    ],
    ['defining entities', `<!DOCTYPE smses><smses>${SMS}</smses>`],
    ['with a bare ampersand', file('<sms address="1" date="2" type="1" body="you & me"/>')],
    ['with a control character', file('<sms address="1" date="2" type="1" body="a\u0001"/>')],
  ];
  it.each(broken)('leaves a file alone that is %s', async (_name, content) => {
    const there = destination(content);
    const before = there.bytes();
    const lines = [...(await read(before)), smsLine('new')];
    expect(await there.merge(lines)).toMatchObject({ added: 1, same: lines.length - 1 });
    expect(there.bytes().equals(before)).toBe(true);
    expect(await read(there.bytes('messages (2).xml'))).toEqual([smsLine('new')]);
  });

  it('finds what it put beside it again, and adds to that', async () => {
    const there = destination('<smses>');
    await there.merge([smsLine('one')]);
    expect(await there.merge([smsLine('one')])).toMatchObject({ added: 0, same: 1, replacements: [] });
    await there.merge([smsLine('one'), smsLine('two')]);
    expect(there.files()).toEqual(['messages (2).xml', 'messages.xml']);
    expect(await read(there.bytes('messages (2).xml'))).toEqual([smsLine('one'), smsLine('two')]);
  });
});

describe('merging what a hostile device sends', () => {
  it.each([
    '',
    'null',
    '[]',
    '{}',
    'not json',
    '['.repeat(1_000_000),
    '{"element":"sms"}',
    smsLine('x', { extra: 1 }),
    smsLine('x', { date: -1 }),
    smsLine('x', { date: 1.5 }),
    smsLine('x', { date: 1e300 }),
    smsLine('x', { date: '1' }),
    smsLine('x', { type: 256 }),
    smsLine('x', { address: { toString: 1 } }),
    smsLine('x').replace('"element":"sms"', '"element":"sms","__proto__":{"a":1}'),
  ])('skips a line that is no message', async (line) => {
    const there = destination();
    const result = await there.merge([line, smsLine('good')]);
    expect(result).toMatchObject({ added: 1, skipped: [{ reason: 'malformed', count: 1 }] });
  });

  it('writes markup, controls and halves of characters so that they stay text', async () => {
    const there = destination();
    const evil = `"/><sms address="x"/> &amp; </smses> ]]> <!-- \u0000\u0008\ud800\uffff 😀`;
    const lines = [smsLine(evil), smsLine('null'), smsLine('a\r\nb\tc\u0085\u2028')];
    expect(await there.merge(lines)).toMatchObject({ added: 3 });
    const back = await readAll(messagesFormat, there.bytes());
    expect(back.skips).toEqual([]);
    expect(back.records.map(({ body }) => body)).toEqual([
      `"/><sms address="x"/> &amp; </smses> ]]> <!-- \ufffd\ufffd 😀`,
      null,
      'a\r\nb\tc\u0085\u2028',
    ]);
    expect(await there.merge(lines)).toMatchObject({ added: 0, same: 3 });
  });
});

describe('a merge that fails', () => {
  it('leaves nothing and changes nothing when it is stopped', async () => {
    const there = destination(QUIRKS);
    const controller = new AbortController();
    const stop = new MoverError('CANCELLED');
    async function* incoming(): AsyncGenerator<string> {
      yield smsLine('one');
      controller.abort(stop);
      yield smsLine('two');
    }
    await expect(there.merge([], { incoming, signal: controller.signal })).rejects.toBe(stop);
    expect(there.text()).toBe(QUIRKS);
    expect(there.leftovers()).toEqual([]);
  });

  it('says why it was stopped while it was reading what is there', async () => {
    const stop = new MoverError('CANCELLED');
    const merging = destination(QUIRKS).merge([smsLine('one')], { signal: AbortSignal.abort(stop) });
    await expect(merging).rejects.toBe(stop);
  });

  it('passes on why the records ended', async () => {
    const there = destination();
    const lost = new MoverError('INTERRUPTED');
    async function* incoming(): AsyncGenerator<string> {
      yield smsLine('one');
      throw lost;
    }
    await expect(there.merge([], { incoming })).rejects.toBe(lost);
    expect(there.leftovers()).toEqual([]);
  });

  it('says that the destination failed when it cannot write', async () => {
    const there = destination();
    const request = there.request([smsLine('one')], { workFolder: join(there.folder, 'absent') });
    await expect(messagesFormat.merge(request)).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
  });
});
