/** An Android phone by cable, its records and apps, behind Debian's real adb server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANNAS_PHONE, FORGED, PICTURE } from '../support/android/annas-phone.ts';
import {
  bytesOf,
  connectPhone,
  openPhone,
  recordsOf,
  scanKinds,
  ToldIo,
} from '../support/android/open-phone.ts';
import type { AndroidVersion } from '../support/android/fake-phone.ts';
import { apk } from '../fixtures/apps/make-apk.ts';

/** With and without the shell protocol. */
const versions: readonly AndroidVersion[] = [8, 13];

const cardsOf = (records: readonly unknown[]): string[] =>
  records.map((record) => (record as { card: string }).card.replaceAll('\r\n ', ''));

describe.each(versions)('the records of a phone with Android %d', (version) => {
  it('are its messages, whatever stands in them, with attachments and the people of a group', async () => {
    await connectPhone({ version, data: ANNAS_PHONE });
    const source = await openPhone();
    const { left } = await scanKinds(source, 'messages');
    expect(left).toEqual([]);
    const records = await recordsOf(source, 'messages');
    expect(records).toHaveLength(7);
    expect(records.slice(0, 5)).toMatchObject([
      { element: 'sms', body: FORGED, type: 1, date: 1_700_000_000_001, address: '+4915550001' },
      { element: 'sms', body: 'the real second one', type: 2, read: 0 },
      { element: 'sms', address: 'INFO, Bank' },
      { element: 'sms', body: null, subject: 'only a subject, body=' },
      { element: 'sms', body: '' },
    ]);
    const [group, single] = records.slice(5);
    expect(group).toMatchObject({
      element: 'mms',
      date: 1_700_000_101_000,
      date_sent: 1_700_000_090,
      address: '+4915550001~+4915550002',
      sub: 'Gr\u00c3\u00bc\u00c3\u009fe',
      sub_cs: 106,
      parts: [
        { ct: 'application/smil', text: '<smil/>', seq: -1 },
        { ct: 'text/plain', text: 'Look, text=here\nRow: 2 _id=12, text=', data: null },
        { ct: 'image/jpeg', cl: 'IMG_1.jpg', data: PICTURE.toString('base64') },
      ],
      addrs: [
        { address: '+4915550002', type: 137 },
        { address: 'insert-address-token', type: 151 },
        { address: '+4915550001', type: 130 },
      ],
    });
    expect(single).toMatchObject({ address: '+4915550001', msg_box: 2, parts: [{ text: 'to one' }] });
  });

  it('are its calls, contacts and calendars', async () => {
    await connectPhone({ version, data: ANNAS_PHONE });
    const io = new ToldIo();
    const source = await openPhone('android', io);
    const { left } = await scanKinds(source, 'calls', 'contacts', 'calendar');
    expect(left).toEqual([
      { kind: 'contacts', reason: 'contact-photo', count: 1, path: 'contacts' },
      { kind: 'calendar', reason: 'no-equivalent', count: 1, path: 'calendar' },
    ]);
    expect(await recordsOf(source, 'calls')).toMatchObject([
      { number: '+4915550001', duration: 65, type: 2, date: 1_700_000_000_000 },
      { number: null, type: 3, presentation: 2 },
      { number: '+49,1;2', post_dial_digits: ',12' },
    ]);
    const [anna, bob, ...others] = cardsOf(await recordsOf(source, 'contacts'));
    expect(others).toEqual([]);
    for (const line of [
      'N:Müller;Anna;;Dr.;PhD',
      'FN:Dr. Anna Müller\\, PhD',
      'ORG:Bau\\, GmbH;Planung',
      'TITLE:Chefin',
      'TEL;TYPE=CELL;TYPE=VOICE:+49 1555 0001',
      'item1.TEL:030 1234',
      'item1.X-ABLabel:Laube\\; hinten',
      'EMAIL;TYPE=WORK:anna@example.org',
      'ADR;TYPE=HOME:;;Weg 1;Berlin;;12345;Deutschland',
      'BDAY:1980-02-29',
      'X-ABDATE:--06-01',
      'X-ABLabel:Anniversary',
      'CATEGORIES:Chor',
      'NOTE:Zeile eins\\,\\nRow: 3 _id=9\\, data1=x',
      'X-ANDROID-STARRED:1',
    ]) {
      expect(anna).toContain(line);
    }
    expect(anna?.match(/^TEL/gm)).toHaveLength(1);
    expect(bob).toContain('FN:Bob');
    expect(bob).toContain('IMPP;TYPE=HOME:matrix:bob');
    const events = (await recordsOf(source, 'calendar')).map((record) => JSON.stringify(record));
    expect(events.some((event) => event.includes('"collection":"Privat"'))).toBe(true);
    const series = events.filter((event) => event.includes('UID:series@example.org')).join('');
    for (const part of [
      'UID:series@example.org',
      'SUMMARY:Chor\\\\, Probe',
      'DTSTART;TZID=Europe/Berlin:20240101T100000',
      'DURATION:PT3600S',
      'EXDATE:20240115T090000Z',
      'RECURRENCE-ID;TZID=Europe/Berlin:20240108T100000',
      'TRIGGER:-PT15M',
      'mailto:bob@example.org',
      'TRANSP:TRANSPARENT',
    ]) {
      expect(series).toContain(part);
    }
    expect(events.join('')).toContain('DTEND;VALUE=DATE:20240102');
    expect(events.join('')).not.toContain('deleted');
    expect(events.join('')).not.toContain('Einheit');
  });
});

describe('the records of a phone', () => {
  it('that it refuses are said once in words, and the rest moves', async () => {
    await connectPhone({ version: 11, data: { ...ANNAS_PHONE, denied: ['call_log/calls'] } });
    const io = new ToldIo();
    const source = await openPhone('android', io);
    const { left, entries } = await scanKinds(source, 'calls', 'messages');
    expect(left).toEqual([{ kind: 'calls', reason: 'not-allowed', count: 1, path: 'calls' }]);
    expect(io.told.map(({ message }) => message)).toEqual([
      'This phone does not let a computer read its call history.',
    ]);
    expect(entries).toMatchObject([{ kind: 'messages', records: 7 }]);
  });

  it('are none of a kind that the device does not have', async () => {
    await connectPhone({ version: 13, data: {} });
    const io = new ToldIo();
    const { left, entries } = await scanKinds(
      await openPhone('android', io),
      'calls',
      'messages',
      'calendar',
    );
    expect({ left, entries, told: io.told }).toEqual({ left: [], entries: [], told: [] });
  });

  it('are the contacts that the person exported, with their pictures, and those the export does not hold', async () => {
    const { phone } = await connectPhone({ version: 13, data: ANNAS_PHONE });
    const card =
      'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Anna;;Dr.;PhD\r\n' +
      'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dr. Anna M=C3=BCller, PhD\r\nPHOTO;ENCODING=BASE64;JPEG:/9j/\r\n\r\nEND:VCARD\r\n';
    mkdirSync(join(phone.sdcard, 'Download'));
    writeFileSync(join(phone.sdcard, 'Download', 'contacts.vcf'), card);
    writeFileSync(join(phone.sdcard, 'Download', 'plumber.vcf'), card.replaceAll(/M=C3=BCller/g, 'Plumber'));
    const source = await openPhone();
    const { left } = await scanKinds(source, 'contacts');
    const cards = cardsOf(await recordsOf(source, 'contacts'));
    expect(cards).toHaveLength(2);
    expect(cards[0]).toContain('PHOTO;ENCODING=BASE64;JPEG:/9j/');
    expect(cards[1]).toContain('FN:Bob');
    expect(left).toEqual([]);
  });
});

describe('the apps of a phone', () => {
  it('come with all their splits and what their manifests say', async () => {
    const folder = '~~Zm9v==/org.example.notes-YmFy==';
    const files = [`${folder}/base.apk`, `${folder}/split_config.arm64_v8a.apk`];
    const { phone } = await connectPhone({
      version: 13,
      data: {
        packages: [
          { package: 'org.example.notes', versionCode: 7, files },
          { package: 'org.example.broken', versionCode: 1, files: ['broken/base.apk'] },
        ],
      },
    });
    const base = apk({ label: 'Notes' });
    const split = apk({ split: 'config.arm64_v8a', abis: ['arm64-v8a'] });
    for (const [path, bytes] of [
      [files[0] ?? '', base],
      [files[1] ?? '', split],
      ['broken/base.apk', Buffer.from('no apk')],
    ] as const) {
      mkdirSync(join(phone.apps, dirname(path)), { recursive: true });
      writeFileSync(join(phone.apps, path), bytes);
    }
    const source = await openPhone();
    const { entries, apps, left } = await scanKinds(source, 'apps');
    expect(left).toEqual([{ kind: 'apps', reason: 'not-an-apk', count: 1, path: 'org.example.broken' }]);
    expect(apps).toMatchObject([
      {
        ...{ package: 'org.example.notes', label: 'Notes', versionCode: 7, splits: ['config.arm64_v8a'] },
        ...{ abis: ['arm64-v8a'], signers: [expect.stringMatching(/^[0-9a-f]{64}$/)] },
      },
    ]);
    expect(entries).toMatchObject([
      { path: ['org.example.notes', 'base.apk'], size: base.length },
      { path: ['org.example.notes', 'split_config.arm64_v8a.apk'], size: split.length },
    ]);
    const [first, second] = entries;
    if (first?.type !== 'apk' || second?.type !== 'apk') throw new Error('no APKs');
    expect((await bytesOf(source.content(first))).equals(base)).toBe(true);
    expect((await bytesOf(source.content(second), 10)).equals(split.subarray(10))).toBe(true);
  });
});
