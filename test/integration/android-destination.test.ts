/** Files and apps moved to an Android phone by cable: a stand-in that speaks adb's device protocol behind Debian's real adb server. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDestination } from '../../src/transfer/devices/open-source.ts';
import type { DeviceDestination } from '../../src/transfer/devices/port.ts';
import { type AndroidVersion, type StandInPhone } from '../support/android/fake-phone.ts';
import { connectPhone, ToldIo } from '../support/android/open-phone.ts';
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
    const first = startSession({ source, destination: await openTo() });
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
