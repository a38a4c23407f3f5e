/** Messages in the ZIP of "SMS Import / Export", made here in the form its README and source describe. */
import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeZip } from '../../../../src/main/sample/apk/zip.ts';
import { openFolderDestination, openFolderSource } from '../../../../src/transfer/index.ts';
import type { MergeResult } from '../../../../src/transfer/kinds/kind.ts';
import { messagesFormat } from '../../../../src/transfer/kinds/messages/index.ts';
import type { MessageRecord, MmsRecord } from '../../../../src/transfer/kinds/messages/model.ts';
import { readSmsIe } from '../../../../src/transfer/kinds/messages/sms-ie/read.ts';
import { asyncOf } from '../../../support/async-of.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { readTree } from '../../../support/tree.ts';
import { writeTree } from '../../../support/write-tree.ts';
import { readAll } from '../xml/run-format.ts';

const ME = '+15550199999';
const PICTURE = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3]);

const SMS = {
  _id: '12',
  thread_id: '4',
  address: '+15550100001',
  date: '1700000000001',
  date_sent: '1699999999000',
  protocol: '0',
  read: '1',
  status: '-1',
  type: '1',
  body: 'Olá 😀\nline',
  service_center: '+15550142424',
  locked: '0',
  sub_id: '4711',
  creator: 'com.example.PLANTED',
  seen: '1',
  __display_name: 'Inês',
};

const address = (number: string, type: string): object => ({
  _id: '1',
  msg_id: '9',
  address: number,
  type,
  charset: '106',
});

const MMS = {
  _id: '9',
  date: '1700000100',
  date_sent: '1700000099',
  msg_box: '1',
  read: '1',
  m_id: 'PLANTED-M-ID',
  m_type: '132',
  ct_t: 'application/vnd.wap.multipart.related',
  tr_id: 'PLANTED-TR',
  sub_id: '4711',
  __sender_address: address('+15550100001', '137'),
  __recipient_addresses: [address(ME, '151')],
  __parts: [
    { _id: '1', seq: '-1', ct: 'application/smil', text: '<smil/>' },
    {
      _id: '2',
      seq: '0',
      ct: 'image/jpeg',
      name: 'a.jpg',
      cl: 'a.jpg',
      _data: '/data/user_de/0/parts/PART_1_a.jpg',
    },
    { _id: '3', seq: '0', ct: 'text/plain', chset: '106', text: 'Look' },
  ],
};

const GROUP = {
  ...MMS,
  date: '1700000200',
  __recipient_addresses: [address('+15550100002', '151'), address('555 019 9999', '151')],
  __parts: [{ seq: '0', ct: 'text/plain', text: 'To you all' }],
};

const SENT = {
  ...MMS,
  date: '1700000300',
  msg_box: '2',
  m_type: '128',
  __sender_address: address('insert-address-token', '137'),
  __recipient_addresses: [address('+15550100001', '151'), address('+15550100002', '151')],
  __parts: [{ seq: '0', ct: 'image/png', _data: '/data/parts/not exported.png' }],
};

const zipBytes = (files: Readonly<Record<string, Buffer | string>>): Buffer => {
  const parts = writeZip(Object.entries(files).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) })));
  return Buffer.concat([parts.entries, parts.directory, parts.end]);
};

const ndjson = (...lines: (object | string)[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

function zipFile(files: Readonly<Record<string, Buffer | string>>): string {
  const path = join(scratchFolder(), 'messages.zip');
  writeFileSync(path, zipBytes(files));
  return path;
}

async function read(path: string): Promise<{ records: MessageRecord[]; lines: string; skips: string[] }> {
  const skips: string[] = [];
  const records: MessageRecord[] = [];
  let lines = '';
  const options = { skip: (reason: string) => skips.push(reason), signal: new AbortController().signal };
  for await (const line of readSmsIe(path, options)) {
    lines += `${line}\n`;
    records.push(JSON.parse(line) as MessageRecord);
  }
  return { records, lines, skips };
}

const EXPORT = { 'messages.ndjson': ndjson(SMS, MMS, GROUP, SENT), 'data/PART_1_a.jpg': PICTURE };

describe('messages of sms-ie', () => {
  it('are the same records as from SMS Backup & Restore', async () => {
    const { records, skips } = await read(zipFile(EXPORT));
    expect(skips).toEqual([]);
    const xml = `<smses count="2">
      <sms protocol="0" address="+15550100001" date="1700000000001" type="1" subject="null" body="Olá 😀&#10;line" read="1" status="-1" locked="0" date_sent="1699999999000"/>
      <mms date="1700000100000" date_sent="1700000099" msg_box="1" address="+15550100001" read="1" m_type="132" ct_t="application/vnd.wap.multipart.related">
        <parts>
          <part seq="-1" ct="application/smil" text="&lt;smil/&gt;"/>
          <part seq="0" ct="image/jpeg" name="a.jpg" cl="a.jpg" data="${PICTURE.toString('base64')}"/>
          <part seq="0" ct="text/plain" chset="106" text="Look"/>
        </parts>
        <addrs><addr address="+15550100001" type="137" charset="106"/><addr address="${ME}" type="151" charset="106"/></addrs>
      </mms></smses>`;
    expect(records.slice(0, 2)).toEqual((await readAll(messagesFormat, xml)).records);
  });

  it('leave the owner’s number and every identifier behind, in a group too', async () => {
    const { records, lines } = await read(zipFile(EXPORT));
    for (const left of [ME, '555 019 9999', 'PLANTED', '4711', '+15550142424', 'Inês']) {
      expect(lines).not.toContain(left);
    }
    const [, , group, sent] = records as MmsRecord[];
    expect(group?.address).toBe('+15550100001~+15550100002');
    expect(group?.addrs.map((one) => one.address)).toEqual([
      '+15550100001',
      '+15550100002',
      'insert-address-token',
    ]);
    expect(sent?.address).toBe('+15550100001~+15550100002');
  });

  it('of version 1 keep their sender and the attachments that stand in the message', async () => {
    const [layout, picture, words] = MMS.__parts;
    const { __sender_address: sender, __recipient_addresses: recipients, ...rest } = MMS;
    const old = {
      ...rest,
      __addresses: [...recipients, sender],
      __parts: [layout, { ...picture, binary_data: PICTURE.toString('base64') }, words],
    };
    const { records, skips } = await read(zipFile({ 'messages.ndjson': ndjson(old) }));
    const now = await read(zipFile(EXPORT));
    expect(skips).toEqual([]);
    const [first] = records as MmsRecord[];
    const [, same] = now.records as MmsRecord[];
    expect(first).toMatchObject({ address: same?.address, parts: same?.parts, date: same?.date });
    expect(first?.addrs.map(({ address: one, type }) => `${String(type)} ${one ?? ''}`).sort()).toEqual(
      same?.addrs.map(({ address: one, type }) => `${String(type)} ${one ?? ''}`).sort(),
    );
  });

  it('come without attachments when those were not exported', async () => {
    const { records } = await read(zipFile(EXPORT));
    expect((records[3] as MmsRecord).parts[0]).toMatchObject({ ct: 'image/png', data: null });
  });

  it('that are broken cost themselves and no other', async () => {
    const bad = ['{"date":', 'null', '[]', '{}', JSON.stringify({ ...SMS, date: 'x' })];
    const deep = `{"a":${'['.repeat(100_000)}`;
    const path = zipFile({ 'messages.ndjson': `${ndjson(SMS, ...bad, deep)}\n${ndjson(SMS).trim()}` });
    const { records, skips } = await read(path);
    expect(records).toHaveLength(2);
    expect(skips).toEqual(Array<string>(6).fill('malformed'));
  });

  it('with a damaged attachment are skipped, and the rest arrives', async () => {
    const text = ndjson(MMS, SMS);
    const noise = Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7_919) % 251));
    const bytes = zipBytes({ 'data/PART_1_a.jpg': noise, 'messages.ndjson': text });
    bytes.fill(0xff, 60, 120);
    const path = join(scratchFolder(), 'x.zip');
    writeFileSync(path, bytes);
    const { records, skips } = await read(path);
    expect([records.length, skips]).toEqual([1, ['malformed']]);
  });

  it.each([
    ['no ZIP', Buffer.from('PK no')],
    ['nothing', Buffer.alloc(0)],
    ['a ZIP without messages', zipBytes({ 'other.txt': 'x' })],
    ['half a ZIP', zipBytes(EXPORT).subarray(0, 300)],
  ])('%s is one malformed file, and the others are read', async (_, bytes) => {
    const device = scratchFolder();
    writeFileSync(join(device, 'messages.zip'), bytes);
    writeFileSync(
      join(device, 'messages.xml'),
      '<smses count="1"><sms address="1" date="1" type="1" body="x"/></smses>',
    );
    expect(await scan(device)).toEqual({ records: 1, left: ['malformed'] });
  });

  it('are found as messages.zip of a device, and a link of that name is not followed', async () => {
    const device = scratchFolder();
    writeFileSync(join(device, 'messages.zip'), zipBytes(EXPORT));
    expect(await scan(device)).toEqual({ records: 4, left: [] });
    const other = scratchFolder();
    symlinkSync(join(device, 'messages.zip'), join(other, 'messages.zip'));
    expect(await scan(other)).toEqual({ records: 0, left: ['link'] });
  });
});

describe('a destination that has messages in a ZIP', () => {
  const linesOfAll = async (): Promise<readonly string[]> =>
    (await read(zipFile(EXPORT))).lines.trimEnd().split('\n');
  const OLD = '<sms address="1" date="1" type="1" body="only in the XML"/>';

  /** Merges into a device folder and renames what came of it, as the session does. */
  async function mergeInto(into: string, lines: readonly string[]): Promise<MergeResult> {
    const destination = await openFolderDestination(into);
    const { signal } = new AbortController();
    const incoming = (): AsyncIterable<string> => asyncOf(lines);
    const result = await destination.merge('messages', incoming, scratchFolder(), signal);
    for (const { from, to } of result.replacements) renameSync(from, to);
    return result;
  }

  it.each(['messages.zip', 'messages/phone.zip', 'messages/Phone.ZIP'])(
    'gets those that are not in it, and %s stays as it is',
    async (name) => {
      const lines = await linesOfAll();
      const zip = zipBytes({ ...EXPORT, 'messages.ndjson': ndjson(SMS, MMS) });
      const into = scratchFolder();
      writeTree(into, { [name]: zip });
      const first = await mergeInto(into, lines);
      expect(first).toMatchObject({ added: 2, same: 2, before: 2, after: 4 });
      expect(readFileSync(join(into, name))).toEqual(zip);
      const files = readTree(into);
      expect(await mergeInto(into, lines)).toMatchObject({ added: 0, same: 4, before: 4, after: 4 });
      expect(readTree(into)).toEqual(files);
      expect(await scan(into)).toEqual({ records: 4, left: [] });
    },
  );

  it('beside an XML gets them into that, once', async () => {
    const into = scratchFolder();
    writeTree(into, {
      'messages.zip': zipBytes({ 'messages.ndjson': ndjson(SMS) }),
      'messages.xml': `<smses count="1">${OLD}</smses>`,
    });
    const lines = await linesOfAll();
    expect(await mergeInto(into, lines)).toMatchObject({ added: 3, same: 1, before: 2, after: 5 });
    expect(readFileSync(join(into, 'messages.xml'), 'utf8')).toContain('only in the XML');
  });

  it.each([
    ['no ZIP at all', Buffer.from('PK no')],
    ['half of one', zipBytes(EXPORT).subarray(0, 300)],
  ])('that is %s gets them all, and it stays as it is', async (_, bytes) => {
    const into = scratchFolder();
    writeTree(into, { 'messages.zip': bytes });
    const lines = await linesOfAll();
    expect(await mergeInto(into, lines)).toMatchObject({ added: 4, before: 0, after: 4 });
    expect(readFileSync(join(into, 'messages.zip'))).toEqual(bytes);
  });

  it('stops reading it when it is told to', async () => {
    const into = scratchFolder();
    writeTree(into, { 'messages.zip': zipBytes(EXPORT) });
    const destination = await openFolderDestination(into);
    const merging = destination.merge(
      'messages',
      () => asyncOf([]),
      scratchFolder(),
      AbortSignal.abort(new Error('enough')),
    );
    await expect(merging).rejects.toThrow('enough');
  });
});

async function scan(from: string): Promise<{ records: number; left: string[] }> {
  const source = await openFolderSource({ from });
  const found = { records: 0, left: [] as string[] };
  const entries = source.scan({
    kinds: ['messages'],
    skip: (_, reason) => found.left.push(reason),
    app: () => undefined,
    signal: new AbortController().signal,
  });
  for await (const entry of entries) found.records += entry.type === 'segment' ? entry.records : 0;
  return found;
}
