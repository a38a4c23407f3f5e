/** Files and apps moved to an Android phone by cable: a stand-in that speaks adb's device protocol behind Debian's real adb server. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFolderSource } from '../../src/transfer/devices/folder/index.ts';
import { openDestination } from '../../src/transfer/devices/open-source.ts';
import type { DeviceDestination } from '../../src/transfer/devices/port.ts';
import { type AndroidVersion, type StandInPhone } from '../support/android/fake-phone.ts';
import { apk } from '../fixtures/apps/make-apk.ts';
import { RateLimit } from '../../src/transfer/session/rate-limit.ts';
import { compareDevices } from '../../src/transfer/session/compare.ts';
import { startAdbServer } from '../support/android/adb-server.ts';
import { connectPhone, openPhone, ToldIo } from '../support/android/open-phone.ts';
import { scratchFolder } from '../support/scratch.ts';
import { writeTree } from '../support/write-tree.ts';
import { startSession } from '../support/session.ts';
import { StreamingSource } from '../support/streaming-source.ts';

const MTIME = Date.UTC(2019, 6, 4, 12, 30, 5);
const file = (path: string, size: number) => ({
  path: path.split('/'),
  bytes: randomBytes(size),
  mtimeMs: MTIME,
});
type TestFile = ReturnType<typeof file>;

async function openTo(io = new ToldIo()): Promise<DeviceDestination> {
  const destination = await openDestination('android', io);
  onTestFinished(() => destination.close());
  if (destination.type !== 'device') throw new TypeError('a phone is no disk');
  return destination;
}

/** Paths of those that are not there byte for byte. */
const unequal = (phone: StandInPhone, files: readonly TestFile[]): string[] =>
  files.flatMap(({ path, bytes }) => {
    const place = join(phone.sdcard, ...path);
    try {
      return readFileSync(place).equals(bytes) ? [] : [path.join('/')];
    } catch {
      return [path.join('/')];
    }
  });

const left = (phone: StandInPhone): string[] =>
  readdirSync(phone.sdcard).filter((name) => name.startsWith('.openmover-') && name !== '.openmover-undo');

const signal = new AbortController().signal;

describe.each<AndroidVersion>([8, 13])('files moved to a phone with Android %i', (version) => {
  it('are there byte for byte, with their times, and nothing is left in staging', async () => {
    const { phone } = await connectPhone({ version });
    const tiny = Array.from({ length: 300 }, (_, index) => file(`Documents/n${String(index)}.txt`, index));
    const files = [
      ...tiny,
      file('DCIM/Camera/IMG_1.jpg', 300_000),
      file("Movies/it's $(a) film.mp4", 6_000_001),
    ];
    const session = startSession({ source: new StreamingSource({ files }), destination: await openTo() });
    const { kinds, outcome } = await session.receiver;
    await session.sender;
    expect([outcome, kinds.files]).toMatchObject(['complete', { added: files.length, skipped: [] }]);
    expect(unequal(phone, files)).toEqual([]);
    for (const { path } of files) expect(statSync(join(phone.sdcard, ...path)).mtimeMs).toBe(MTIME);
    expect(left(phone)).toEqual([]);
  });

  it('are kept beside others of their names, recognised the next time, and taken back', async () => {
    const { phone } = await connectPhone({ version });
    mkdirSync(join(phone.sdcard, 'DCIM'));
    writeFileSync(join(phone.sdcard, 'DCIM', 'a.jpg'), 'theirs');
    const files = [file('DCIM/a.jpg', 20), file('DCIM/new/b.jpg', 30), file('DCIM/c.jpg', 2_000_000)];
    const first = startSession({ source: new StreamingSource({ files }), destination: await openTo() });
    expect((await first.receiver).kinds.files).toMatchObject({ added: 3, renamed: 1 });
    await first.sender;
    expect(readFileSync(join(phone.sdcard, 'DCIM', 'a.jpg'), 'utf8')).toBe('theirs');
    expect(readFileSync(join(phone.sdcard, 'DCIM', 'a (2).jpg'))).toEqual(files[0]?.bytes);
    const again = startSession({ source: new StreamingSource({ files }), destination: await openTo() });
    expect((await again.receiver).kinds.files).toMatchObject({ added: 0, same: 3, sent: 0 });
    await again.sender;

    writeFileSync(join(phone.sdcard, 'DCIM', 'c.jpg'), 'changed since');
    const destination = await openTo();
    expect(await destination.undo(signal)).toEqual({ removed: 2, folders: 1, gone: 0, left: ['DCIM/c.jpg'] });
    expect(readdirSync(join(phone.sdcard, 'DCIM')).sort()).toEqual(['a.jpg', 'c.jpg']);
    expect(await destination.undo(signal)).toBeUndefined();
  });
});

describe.each<AndroidVersion>([8, 13])('photos in deep folders with long names, Android %i', (version) => {
  it('come to a phone, though a command of adb has 64 KiB at most, are the same again, and go', async () => {
    const { phone } = await connectPhone({ version });
    const deep = (index: number): string =>
      ['ä', 'ö', 'ü', 'é', 'ñ'].map((letter) => letter.repeat(90) + String(index)).join('/');
    const files = Array.from({ length: 60 }, (_, index) => file(`${deep(index)}/${'n'.repeat(200)}.jpg`, 10));
    const first = startSession({ source: new StreamingSource({ files }), destination: await openTo() });
    expect((await first.receiver).kinds.files).toMatchObject({ added: 60, skipped: [] });
    await first.sender;
    expect(unequal(phone, files)).toEqual([]);
    const again = startSession({ source: new StreamingSource({ files }), destination: await openTo() });
    expect((await again.receiver).kinds.files).toMatchObject({ same: 60, sent: 0 });
    await again.sender;
    expect(await (await openTo()).undo(signal)).toEqual({ removed: 60, folders: 300, gone: 0, left: [] });
    expect(readdirSync(phone.sdcard)).toEqual([]);
  });
});

describe('a cable that is pulled while files move to a phone', () => {
  it('is waited for, and what is there by then is not sent again', async () => {
    const { phone, adb } = await connectPhone({ version: 13 });
    const files = [file('DCIM/film.mp4', 16_000_000), file('DCIM/a.jpg', 5_000)];
    const io = new ToldIo();
    phone.unplugAfterReceiving(5_000_000, () => {
      void phone.plugIn().then(() => adb.run('connect', phone.serial));
    });
    const session = startSession({ source: new StreamingSource({ files }), destination: await openTo(io) });
    const { outcome, bytes } = await session.receiver;
    await session.sender;
    expect(outcome).toBe('complete');
    expect(unequal(phone, files)).toEqual([]);
    expect(bytes.resumed).toBeGreaterThan(1_000_000);
    expect(left(phone)).toEqual([]);
  });
});

describe('a move to a phone that is broken off', () => {
  it('goes on with what is staged there, which can be told of and dropped', async () => {
    const { phone } = await connectPhone({ version: 13 });
    const files = [file('DCIM/film.mp4', 24_000_000), file('DCIM/a.jpg', 5_000)];
    const source = new StreamingSource({ files });
    const slow = { limit: new RateLimit(6_000_000) };
    const first = startSession({ source, destination: await openTo(), receiver: slow });
    await first.heard('receiver', (event) => event.type === 'progress' && event.progress.bytes > 6_000_000);
    first.stopReceiver();
    await expect(first.receiver).rejects.toThrow();
    expect(left(phone)).toHaveLength(1);
    const destination = await openTo();
    const report = await destination.stagingReport(signal);
    expect(report.attempts).toBe(1);
    expect(report.bytes).toBeGreaterThan(1_000_000);
    const { outcome, bytes } = await startSession({ source, destination }).receiver;
    expect([outcome, bytes.resumed >= report.bytes - 10_000]).toEqual(['complete', true]);
    expect(unequal(phone, files)).toEqual([]);
    expect(left(phone)).toEqual([]);
  });
});

const withApps = (apps: Readonly<Record<string, Buffer>>) => {
  const folder = scratchFolder();
  for (const [path, bytes] of Object.entries(apps)) writeTree(folder, { [`apps/${path}`]: bytes });
  return openFolderSource({ from: folder });
};

describe('apps moved to a phone', () => {
  const notes = apk();
  const travel = {
    base: apk({ package: 'org.example.travel' }),
    de: apk({ package: 'org.example.travel', split: 'config.de' }),
  };
  const APPS = {
    'org.example.notes/base.apk': notes,
    'org.example.travel/base.apk': travel.base,
    'org.example.travel/split_config.de.apk': travel.de,
  };

  it('are installed with all their splits, not again the next time, and taken back', async () => {
    const { phone, adb } = await connectPhone({ version: 13 });
    const session = startSession({ source: await withApps(APPS), destination: await openTo() });
    expect((await session.receiver).kinds.apps).toMatchObject({
      offered: 2,
      added: 2,
      verified: 2,
      skipped: [],
    });
    await session.sender;
    const paths = await adb.run('-s', phone.serial, 'shell', 'pm path org.example.travel');
    expect(paths.trim().split('\n')).toHaveLength(2);
    expect(left(phone)).toEqual([]);

    const again = startSession({ source: await withApps(APPS), destination: await openTo() });
    expect((await again.receiver).kinds.apps).toMatchObject({ added: 0, sent: 0 });
    await again.sender;
    expect(await (await openTo()).undo(signal)).toMatchObject({ removed: 2, left: [] });
    expect(await adb.run('-s', phone.serial, 'shell', 'pm list packages -3')).toBe('');
  });

  it('made for an old Android are installed on one that keeps those out unless it is asked', async () => {
    await connectPhone({ version: 15 });
    const old = apk({ minSdk: 16, targetSdk: 22 });
    const source = await withApps({ 'org.example.notes/base.apk': old });
    const session = startSession({ source, destination: await openTo() });
    expect((await session.receiver).kinds.apps).toMatchObject({ added: 1, skipped: [] });
    await session.sender;
  });

  it('that the phone refuses stay in staging, are said, and leave the move before it to be taken back', async () => {
    const { phone } = await connectPhone({ version: 13, data: { installing: 'restricted' } });
    const files = [file('DCIM/a.jpg', 20)];
    await startSession({ source: new StreamingSource({ files }), destination: await openTo() }).receiver;
    const io = new ToldIo();
    const source = await withApps({ 'org.example.notes/base.apk': notes });
    const session = startSession({ source, destination: await openTo(io) });
    const { kinds, outcome } = await session.receiver;
    await session.sender;
    expect([outcome, kinds.apps]).toMatchObject([
      'partial',
      { added: 0, skipped: [{ reason: 'refused', count: 1 }] },
    ]);
    expect(io.told.map(({ action }) => action).join()).toContain('Install via USB');
    expect(left(phone)).toHaveLength(1);
    expect(await (await openTo()).undo(signal)).toMatchObject({ removed: 1, left: [] });
  });

  it('are left alone by a journal that somebody else wrote', async () => {
    const packages = [{ package: 'org.example.bank', versionCode: 1, files: ['bank/base.apk'] }];
    const { phone } = await connectPhone({ version: 13, data: { packages } });
    writeTree(phone.sdcard, {
      '.openmover-undo/journal.ndjson':
        '{"type":"app","package":"org.example.bank"}\n{"type":"file","path":["..","x"],"sha256":""}\n',
    });
    expect(await (await openTo()).undo(signal)).toEqual({
      removed: 0,
      folders: 0,
      gone: 0,
      left: ['org.example.bank'],
    });
  });
});

describe('two phones on one computer', () => {
  it('move from one to the other, and never get mixed up', async () => {
    const { phone: from, adb } = await connectPhone({ version: 11, model: 'SM-A515F' });
    const { phone: to } = await connectPhone({ version: 13 }, adb);
    writeTree(from.sdcard, { 'DCIM/a.jpg': randomBytes(40_000), 'Download/b.pdf': randomBytes(2_000_000) });
    const destination = await openDestination('android:pixel-7', new ToldIo());
    onTestFinished(() => destination.close());
    const session = startSession({ source: await openPhone('android:sm-a515f'), destination });
    expect((await session.receiver).kinds.files).toMatchObject({ added: 2 });
    await session.sender;
    for (const path of ['DCIM/a.jpg', 'Download/b.pdf']) {
      expect(readFileSync(join(to.sdcard, path))).toEqual(readFileSync(join(from.sdcard, path)));
    }
    expect(readdirSync(from.sdcard).sort()).toEqual(['DCIM', 'Download']);
  });

  it('are not moved between where both are the same', async () => {
    await connectPhone({ version: 13, data: { androidId: '0123456789abcdef' } });
    const session = startSession({ source: await openPhone(), destination: await openTo() });
    await expect(session.receiver).rejects.toMatchObject({ code: 'SAME_DEVICE' });
  });
});

describe('records and files for a phone', () => {
  const device = (): string => {
    const folder = scratchFolder();
    writeTree(folder, {
      'contacts.vcf':
        'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nN:;Anna;;;\r\nTEL:+49 170 5551234\r\nEND:VCARD\r\n',
      'calls.xml':
        '<?xml version="1.0"?><calls count="1"><call number="+491705551234" duration="61" date="1562243405000" type="1" presentation="1"/></calls>',
      'calendar.ics':
        'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20190101T000000Z\r\nDTSTART:20190704T123000Z\r\nDTEND:20190704T133000Z\r\nSUMMARY:Tea\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
      'files/DCIM/a.jpg': 'a picture',
    });
    return folder;
  };
  const compared = async (folder: string) => {
    const comparison = await compareDevices({
      source: await openFolderSource({ from: folder }),
      destination: await openTo(),
      signal,
    });
    return [comparison.complete, comparison.kinds.map(({ there, missing }) => there - missing)];
  };
  const added = { added: 1, skipped: [] };

  it('are counted by a dry run, moved, found by a comparison, and taken back', async () => {
    const { phone, adb } = await connectPhone({ version: 13 });
    const from = device();
    const rows = async (): Promise<string> => {
      const query = 'content query --uri content://com.android.contacts/raw_contacts --projection _id';
      return await adb.run('-s', phone.serial, 'shell', query);
    };
    const dry = startSession({
      source: await openFolderSource({ from }),
      destination: await openTo(),
      receiver: { dryRun: true },
    });
    const all = { contacts: added, calls: added, calendar: added, files: added };
    expect((await dry.receiver).kinds).toMatchObject(all);
    await dry.sender;
    expect(await rows()).toContain('No result found');
    expect(await compared(from)).toEqual([false, [-1, 0, -1, -1, 0, -1]]);

    const session = startSession({ source: await openFolderSource({ from }), destination: await openTo() });
    expect(await session.receiver).toMatchObject({ outcome: 'complete', kinds: all });
    await session.sender;
    expect(await rows()).toContain('Row: 0 _id=');
    expect(await compared(from)).toEqual([true, [1, 0, 1, 1, 0, 1]]);
    expect(readdirSync(phone.sdcard).sort()).toEqual(['.openmover-undo', 'DCIM']);

    expect(await (await openTo()).undo(signal)).toMatchObject({ left: [], gone: 0 });
    expect(await rows()).toContain('No result found');
    expect(await compared(from)).toEqual([false, [-1, 0, -1, -1, 0, -1]]);
    expect(readdirSync(phone.sdcard)).toEqual([]);
  });
});

describe('what can only be read', () => {
  it('is refused as the new device, and no folder of its name is made', async () => {
    await expect(openDestination('icloud', new ToldIo())).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('nothing can be moved into icloud') as string,
    });
    expect(existsSync('icloud')).toBe(false);
  });

  it('is said where no phone is there', async () => {
    await startAdbServer();
    await expect(openDestination('android:pixel-7', new ToldIo())).rejects.toMatchObject({
      code: 'DEVICE_MISSING',
      exitCode: 8,
    });
  });
});
