/** Messages and calls onto an Android phone by cable, behind Debian's real adb server. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callToXml } from '../../src/transfer/kinds/calls/element.ts';
import type { CallRecord } from '../../src/transfer/kinds/calls/model.ts';
import type { MmsAddress, MmsPart, MmsRecord, SmsRecord } from '../../src/transfer/kinds/messages/model.ts';
import type { AndroidVersion } from '../support/android/fake-phone.ts';
import { openPhone, recordsOf } from '../support/android/open-phone.ts';
import { HOSTILE_TEXTS, linesOf, WrittenPhone } from '../support/android/write-phone.ts';

const versions: readonly AndroidVersion[] = [8, 11, 13, 15];

const sms = (index: number, more: Partial<SmsRecord> = {}): SmsRecord => ({
  element: 'sms',
  address: `+4915550${String(index % 3).padStart(3, '0')}`,
  date: 1_600_000_000_000 + index * 1_000,
  date_sent: 1_599_999_990_000,
  type: index % 2 === 0 ? 1 : 2,
  protocol: 0,
  subject: null,
  body: HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] ?? '',
  read: index % 4 === 0 ? 0 : 1,
  status: -1,
  locked: 0,
  ...more,
});

const call = (index: number, more: Partial<CallRecord> = {}): CallRecord => ({
  number: index === 0 ? null : `+4915550${String(index).padStart(3, '0')}`,
  duration: index * 7,
  date: 1_600_000_000_000 + index * 1_000,
  type: (index % 3) + 1,
  presentation: index === 0 ? 2 : 1,
  post_dial_digits: index === 2 ? ',12;3' : null,
  ...more,
});

const lines = (records: readonly unknown[]): string[] => records.map((record) => JSON.stringify(record));
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const MESSAGES = lines(many(12, sms));
const CALLS = lines(many(8, call));

describe.each(versions)('messages and calls on a phone with Android %d', (version) => {
  it('arrive word for word with their own dates, and a second time nothing is added', async () => {
    const phone = await WrittenPhone.connect({ version });
    expect(await phone.write('messages', MESSAGES)).toMatchObject({ added: 12, same: 0, skipped: [] });
    expect(await phone.write('calls', CALLS)).toMatchObject({ added: 8, same: 0, skipped: [] });
    const { store } = phone.phone;
    const bodies = store.all('sms', { sort: 'date' }).map(({ body }) => body);
    expect(bodies).toEqual(many(12, sms).map(({ body }) => body));
    expect(store.all('sms', { where: 'read = 0' })).toHaveLength(3);
    const latest = store.all('sms').reduce<Record<string, number>>((dates, { thread_id: thread, date }) => {
      const key = String(thread);
      return { ...dates, [key]: Math.max(dates[key] ?? 0, Number(date)) };
    }, {});
    const threads = store.all('mms-sms/conversations');
    expect(threads).toHaveLength(3);
    for (const { _id, date } of threads) expect(date).toBe(latest[String(_id)]);
    expect(store.ops.get('WRITE_SMS')).toBeUndefined();

    expect(await phone.write('messages', MESSAGES)).toMatchObject({ added: 0, same: 12, skipped: [] });
    expect(await phone.write('calls', CALLS)).toMatchObject({ added: 0, same: 8, skipped: [] });
    expect(store.all('sms')).toHaveLength(12);
    expect(store.all('call_log/calls')).toHaveLength(8);
  });
});

describe.each<AndroidVersion>([8, 13])('messages and calls on a phone with Android %d', (version) => {
  it('join those that are there, and are taken back without them', async () => {
    const phone = await WrittenPhone.connect({ version });
    await phone.write('messages', MESSAGES.slice(0, 6));
    await phone.write('calls', CALLS.slice(0, 4));
    phone.made.length = 0;
    expect(await phone.write('messages', MESSAGES)).toMatchObject({ added: 6, same: 6 });
    expect(await phone.write('calls', CALLS)).toMatchObject({ added: 4, same: 4 });
    const { store } = phone.phone;
    store.update('sms', { body: 'changed' }, `_id = ${String(phone.made[0]?.id)}`);
    store.delete('sms', `_id = ${String(phone.made[1]?.id)}`);
    expect(await phone.takeBack()).toEqual({ removed: 8, gone: 1, left: 1 });
    expect(store.all('sms')).toHaveLength(7);
    expect(store.all('call_log/calls')).toHaveLength(4);
    expect(store.ops.get('WRITE_SMS')).toBeUndefined();
  });

  it('of any length arrive that a command can hold, and the others are said', async () => {
    const phone = await WrittenPhone.connect({ version });
    const long = many(3, (index) => sms(index, { body: `${"it's: \\ ".repeat(2_000 * (1 + 4 * index))}!` }));
    const written = await phone.write('messages', lines(long));
    const count = version === 8 ? 1 : 2;
    expect(written).toMatchObject({ added: count, skipped: [{ reason: 'too-large', count: 3 - count }] });
    expect(phone.phone.store.all('sms', { sort: 'date' }).map(({ body }) => body)).toEqual(
      long.slice(0, count).map(({ body }) => body),
    );
  });

  it('are each there once when the cable was pulled midway', async () => {
    const phone = await WrittenPhone.connect({ version });
    phone.unplugAtInsert(7);
    expect(await phone.write('messages', MESSAGES)).toMatchObject({ added: 12, skipped: [] });
    expect(phone.phone.store.all('sms')).toHaveLength(12);
    expect(phone.made).toHaveLength(12);
    expect(phone.phone.store.ops.get('WRITE_SMS')).toBeUndefined();
  });
});

const PHOTO = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 31) % 256));

const mms = (index: number, more: Partial<MmsRecord> = {}): MmsRecord => ({
  element: 'mms',
  address: index === 0 ? '+4915550001~+4915550002' : '+4915550001',
  date: 1_600_000_500_000 + index * 1_000,
  date_sent: 1_600_000_400,
  msg_box: index === 0 ? 1 : 2,
  m_type: index === 0 ? 132 : 128,
  ct_t: 'application/vnd.wap.multipart.related',
  sub: index === 0 ? "Grüße: it's" : null,
  sub_cs: index === 0 ? 106 : null,
  text_only: 0,
  read: 0,
  seen: 1,
  rr: null,
  d_rpt: null,
  pri: null,
  locked: 0,
  parts: [
    part({ seq: -1, ct: 'application/smil', text: '<smil/>' }),
    part({ ct: 'text/plain', text: HOSTILE_TEXTS[2 + index] ?? '' }),
    part({
      ct: 'image/jpeg',
      cl: `IMG: ${String(index)}.jpg`,
      name: `IMG_${String(index)}.jpg`,
      data: PHOTO.toString('base64'),
    }),
  ],
  addrs:
    index === 0
      ? [address(137, '+4915550002'), address(151, 'insert-address-token'), address(130, '+4915550001')]
      : [address(137, 'insert-address-token'), address(151, '+4915550001')],
  ...more,
});
const part = (more: Partial<MmsPart>): MmsPart => ({
  ...{
    seq: 0,
    ct: null,
    name: null,
    chset: 106,
    cd: null,
    fn: null,
    cid: null,
    cl: null,
    text: null,
    data: null,
  },
  ...more,
});
const address = (type: number, number: string): MmsAddress => ({ address: number, type, charset: 106 });
const PICTURES = lines([mms(0), mms(1), mms(2)]);

describe.each<AndroidVersion>([8, 13])('messages with attachments on a phone with Android %d', (version) => {
  it('arrive byte for byte in the conversation of their people, and a second time nothing is added', async () => {
    const phone = await WrittenPhone.connect({ version });
    expect(await phone.write('messages', PICTURES)).toMatchObject({ added: 3, skipped: [] });
    const { store } = phone.phone;
    expect([...store.blobs.values()].map((bytes) => bytes.equals(PHOTO))).toEqual([true, true, true]);
    expect(store.all('mms', { sort: 'date' })).toMatchObject([
      { msg_box: 1, read: 0, date: 1_600_000_500, tr_id: '', sub: "Grüße: it's" },
      { msg_box: 2, read: 1, tr_id: '' },
      { msg_box: 2, read: 1, tr_id: '' },
    ]);
    expect(store.all('mms-sms/conversations')).toHaveLength(2);
    expect(store.ops.get('WRITE_SMS')).toBeUndefined();
    expect(await phone.write('messages', PICTURES)).toMatchObject({ added: 0, same: 3, skipped: [] });
    const source = await openPhone();
    const arrived = (await recordsOf(source, 'messages')) as MmsRecord[];
    expect(arrived.sort((a, b) => a.date - b.date)).toMatchObject([
      { address: '+4915550001~+4915550002', addrs: mms(0).addrs, parts: mms(0).parts },
      { address: '+4915550001', addrs: mms(1).addrs, parts: mms(1).parts },
      { address: '+4915550001' },
    ]);
    expect(await phone.takeBack()).toEqual({ removed: 3, gone: 0, left: 0 });
    for (const table of ['mms', 'mms/part', 'mms/addr']) expect(store.all(table)).toEqual([]);
    expect(readdirSync(phone.phone.sdcard)).toEqual([]);
  });

  it('are there once when the cable was pulled midway, and one that was cut off earlier goes', async () => {
    const phone = await WrittenPhone.connect({
      version,
      data: {
        tables: { mms: [{ _id: 1, thread_id: 1, date: 1, msg_box: 1, m_type: 132, tr_id: 'openmover-x-0' }] },
      },
    });
    phone.unplugAtInsert(9);
    expect(await phone.write('messages', PICTURES)).toMatchObject({ added: 3, skipped: [] });
    const { store } = phone.phone;
    expect(store.all('mms')).toHaveLength(3);
    expect(store.all('mms/part')).toHaveLength(9);
    expect(store.ops.get('WRITE_SMS')).toBeUndefined();
  });
});

describe('messages and calls on a phone', () => {
  it('that takes none are in a file in Download, once, that holds them all', async () => {
    const phone = await WrittenPhone.connect({
      version: 11,
      model: 'SM-A515F',
      data: { denied: ['call_log/calls'], fixedOps: true },
    });
    for (const _ of [1, 2]) {
      expect(await phone.write('calls', CALLS)).toEqual({
        ...{ added: 0, merged: 0, same: 0 },
        skipped: [{ reason: 'as-file', count: 8 }],
      });
      expect(await phone.write('messages', MESSAGES)).toEqual({
        ...{ added: 0, merged: 0, same: 0 },
        skipped: [{ reason: 'as-file', count: 12 }],
      });
    }
    const folder = join(phone.phone.sdcard, 'Download');
    expect(readdirSync(folder).sort()).toEqual(['OpenMover calls.xml', 'OpenMover messages.xml']);
    const file = readFileSync(join(folder, 'OpenMover calls.xml'), 'utf8');
    expect(await linesOf('calls', file)).toEqual(CALLS);
    for (const record of many(8, call)) expect(file).toContain(callToXml(record));
    const messages = readFileSync(join(folder, 'OpenMover messages.xml'), 'utf8');
    expect(messages).toContain('<smses count="12">');
    expect(await linesOf('messages', messages)).toEqual(MESSAGES);
    expect(phone.told.filter(({ action }) => action !== undefined)).toHaveLength(4);
    expect(await phone.takeBack()).toEqual({ removed: 2, gone: 0, left: 0 });
    expect(existsSync(join(folder, 'OpenMover calls.xml'))).toBe(false);
  });

  it('that arrive otherwise than they were sent are counted as damaged, and taken away', async () => {
    const phone = await WrittenPhone.connect({ version: 13 });
    const { store } = phone.phone;
    store.spoil = (table, values) => {
      if (table === 'mms/part') return { ...values, text: 'cut' };
      return table === 'sms' && values['date'] === sms(5).date ? { ...values, body: 'cut' } : values;
    };
    expect(await phone.write('messages', [...MESSAGES, ...PICTURES])).toMatchObject({
      added: 11,
      skipped: [{ reason: 'damaged', count: 4 }],
    });
    expect(store.all('sms')).toHaveLength(11);
    for (const table of ['mms', 'mms/part', 'mms/addr']) expect(store.all(table)).toEqual([]);
  });

  it('that may be read and not written are in a file, and what is there already is not', async () => {
    const phone = await WrittenPhone.connect({ version: 13 });
    await phone.write('calls', CALLS.slice(0, 3));
    const { store } = phone.phone;
    const rows = store.all('call_log/calls');
    phone.phone.setData({ tables: { 'call_log/calls': rows }, readOnly: ['call_log/calls'] });
    expect(await phone.write('calls', CALLS)).toMatchObject({
      ...{ added: 0, same: 3 },
      skipped: [{ reason: 'as-file', count: 5 }],
    });
    const file = readFileSync(join(phone.phone.sdcard, 'Download', 'OpenMover calls.xml'), 'utf8');
    expect(await linesOf('calls', file)).toEqual(CALLS.slice(3));
  });

  it('that Android takes from no computer leave what the person has alone', async () => {
    const phone = await WrittenPhone.connect({
      version: 13,
      data: {
        tables: { sms: [{ _id: 1, thread_id: 1, address: '1', type: 3, body: 'my own draft', date: 1 }] },
      },
    });
    const drafts = lines([sms(1, { type: 3 }), sms(2), sms(3, { type: 5 })]);
    expect(await phone.write('messages', drafts)).toMatchObject({
      added: 1,
      skipped: [{ reason: 'as-file', count: 2 }],
    });
    expect(await phone.write('calls', lines([call(1, { type: 4 }), call(2)]))).toMatchObject({
      added: 1,
      skipped: [{ reason: 'as-file', count: 1 }],
    });
    expect(phone.phone.store.all('sms', { where: 'type = 3' })).toMatchObject([{ body: 'my own draft' }]);
  });

  it('are not written any more once the person cancels, and what was written is told', async () => {
    const phone = await WrittenPhone.connect({ version: 13 });
    const stop = new AbortController();
    let inserts = 0;
    phone.phone.onCommand = ([, verb]) => {
      if (verb === 'insert' && (inserts += 1) === 6) stop.abort(new Error('cancelled'));
    };
    await expect(phone.write('messages', MESSAGES, stop.signal)).rejects.toThrow('cancelled');
    phone.phone.onCommand = () => undefined;
    const { store } = phone.phone;
    expect(store.ops.get('WRITE_SMS')).toBeUndefined();
    expect(store.all('sms').length).toBeLessThan(12);
    expect(phone.made.length).toBe(store.all('sms').length);
  });
});
