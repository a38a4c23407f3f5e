/** An Android phone by cable, its files: a stand-in that speaks adb's device protocol behind Debian's real adb server. */
import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { listDevices } from '../../src/transfer/devices/open-source.ts';
import { startAdbServer } from '../support/android/adb-server.ts';
import { bytesOf, connectPhone, openPhone, scanKinds, ToldIo } from '../support/android/open-phone.ts';
import { PROFILES, type AndroidVersion } from '../support/android/fake-phone.ts';
import { scratchFolder } from '../support/scratch.ts';
import { writeTree } from '../support/write-tree.ts';

/** Each way of listing and of running commands, and both page sizes; the others differ in nothing that is read here. */
const versions: readonly AndroidVersion[] = [8, 13, 15];

async function phones() {
  const listed = [];
  for await (const device of listDevices(new ToldIo())) if (device.kind === 'android') listed.push(device);
  return listed;
}

async function failureOf(
  opening: Promise<unknown>,
): Promise<{ code?: string; exitCode?: number; message: string }> {
  try {
    await opening;
  } catch (error) {
    return error as { message: string };
  }
  throw new Error('it opened');
}

describe('finding phones', () => {
  it('lists phones by their model, numbered where they are alike, and never by their serial', async () => {
    const { adb, phone } = await connectPhone({ version: 13 });
    const second = await connectPhone({ version: 11 }, adb);
    await connectPhone({ version: 15, model: 'SM-A515F' }, adb);
    const listed = await phones();
    expect(listed.map(({ device, name, state }) => [device, name, state]).sort()).toEqual([
      ['android:pixel-7', 'Pixel 7', 'ready'],
      ['android:pixel-7-2', 'Pixel 7 (2)', 'ready'],
      ['android:sm-a515f', 'SM A515F', 'ready'],
    ]);
    expect(listed.map(({ details }) => details).sort()).toEqual(['Android 11', 'Android 13', 'Android 15']);
    for (const { serial } of [phone, second.phone]) expect(JSON.stringify(listed)).not.toContain(serial);
    await openPhone('android:sm-a515f');
    await openPhone(`android:${phone.serial}`);
    expect(await failureOf(openPhone('android'))).toMatchObject({ code: 'USAGE', exitCode: 2 });
  });

  it('says what to do on a phone that has not allowed this computer', async () => {
    await connectPhone({ version: 13, unauthorized: true });
    expect(await phones()).toEqual([
      expect.objectContaining({
        kind: 'android',
        state: 'unauthorized',
        action: expect.stringContaining('Tap Allow') as string,
      }),
    ]);
    expect(await failureOf(openPhone())).toMatchObject({ code: 'DEVICE_UNAUTHORIZED', exitCode: 8 });
  });

  it('says that one is locked, and waits until it is unlocked where a person is there', async () => {
    const { phone } = await connectPhone({ version: 13 });
    phone.locked = true;
    expect(await phones()).toEqual([
      expect.objectContaining({
        state: 'locked',
        action: expect.stringContaining('Unlock the phone') as string,
      }),
    ]);
    expect(await failureOf(openPhone())).toMatchObject({ code: 'DEVICE_LOCKED', exitCode: 8 });
    const io = new ToldIo();
    io.attended = true;
    const opening = openPhone('android', io);
    await vi.waitUntil(() => io.told.length > 0, 10_000);
    expect(io.told).toMatchObject([{ message: 'The phone is locked.' }]);
    phone.locked = false;
    expect((await opening).device.name).toBe('Pixel 7');
  });

  it('waits for the tap where a person is there, and goes on by itself', async () => {
    const { phone, adb } = await connectPhone({ version: 13, unauthorized: true });
    const io = new ToldIo();
    io.attended = true;
    io.onTell = ({ action }) => {
      // Closing the phone tells something, too.
      if (action?.includes('Tap Allow') !== true) return;
      phone.unauthorized = false;
      void phone
        .unplug()
        .then(() => phone.plugIn())
        .then(() => adb.run('connect', phone.serial));
    };
    const source = await openPhone('android', io);
    expect(source.device.name).toBe('Pixel 7');
    expect(io.told).toEqual([
      { message: 'Waiting for the phone.', action: expect.stringContaining('Tap Allow') as string },
    ]);
  });

  it('says that no phone is there, and how to get adb where that is missing', async () => {
    await startAdbServer();
    expect(await failureOf(openPhone('android:pixel-7'))).toMatchObject({
      code: 'DEVICE_MISSING',
      exitCode: 8,
    });
  });
});

describe.each(versions)('the files of a phone with Android %d', (version) => {
  it('moves shared storage depth first, with times, and leaves caches and what is closed', async () => {
    const { phone } = await connectPhone({ version, data: { closed: ['Android/data'] } });
    writeTree(phone.sdcard, {
      'DCIM/Camera/IMG_1.jpg': 'one',
      'DCIM/Camera/\u{1F600}.jpg': 'smile',
      'DCIM/.thumbnails/1.jpg': 'small',
      'DCIM/.thumbnails/2.jpg': 'small',
      "Download/it's here; $(rm) `x`.txt": 'quoted',
      'Android/data/com.example/secret': 'x',
      'Android/media/com.whatsapp/photo.jpg': 'kept',
      'Empty/': '',
      '.ssh/id_rsa': 'key',
      'notes/server.key': '-----BEGIN PRIVATE KEY-----',
    });
    utimesSync(join(phone.sdcard, 'DCIM/Camera/IMG_1.jpg'), 1_500_000_000, 1_500_000_000);
    const source = await openPhone();
    const { entries, left } = await scanKinds(source, 'files');
    expect(
      entries.map(
        (entry) => 'path' in entry && `${entry.path.join('/')}${entry.type === 'folder' ? '/' : ''}`,
      ),
    ).toEqual([
      'Android/media/com.whatsapp/photo.jpg',
      'DCIM/Camera/IMG_1.jpg',
      'DCIM/Camera/\u{1F600}.jpg',
      "Download/it's here; $(rm) `x`.txt",
      'Empty/',
    ]);
    expect(left).toEqual([
      { kind: 'files', reason: 'credential', count: 1, path: '.ssh/id_rsa' },
      { kind: 'files', reason: 'app-data', count: 1, path: 'Android/data' },
      { kind: 'files', reason: 'cache', count: 1, path: 'DCIM/.thumbnails/1.jpg' },
      { kind: 'files', reason: 'cache', count: 1, path: 'DCIM/.thumbnails/2.jpg' },
      { kind: 'files', reason: 'credential', count: 1, path: 'notes/server.key' },
    ]);
    const [, image, , odd] = entries;
    expect(image).toMatchObject({ size: 3, mtimeMs: 1_500_000_000_000 });
    if (odd?.type !== 'file') throw new Error('no such file');
    expect((await bytesOf(source.content(odd))).toString()).toBe('quoted');
    expect((await bytesOf(source.content(odd), 3)).toString()).toBe('ted');
  });

  it('tells its facts, and its Android ID only in memory', async () => {
    await connectPhone({
      version,
      data: {
        androidId: '1f00ba5e0ddba11f',
        features: ['android.hardware.camera', 'android.hardware.vulkan.level=1'],
        libraries: ['org.apache.http.legacy'],
        density: 440,
        pageSize: version === 15 ? 16_384 : 4_096,
      },
    });
    const io = new ToldIo();
    const source = await openPhone('android', io);
    expect(source.device).toEqual({
      platform: 'android',
      name: 'Pixel 7',
      android: {
        sdk: PROFILES[version].sdk,
        abis: ['arm64-v8a', 'armeabi-v7a', 'armeabi'],
        features: ['android.hardware.camera', 'android.hardware.vulkan.level'],
        libraries: ['org.apache.http.legacy'],
        density: 440,
        pageSize: version === 15 ? 16_384 : 4_096,
        installed: [],
      },
    });
    expect(source.androidId?.use((id) => id)).toBe('1f00ba5e0ddba11f');
    await source.close();
    expect(source.androidId?.wiped).toBe(true);
    expect(JSON.stringify(io)).toMatch(/Turn USB debugging off again/);
  });
});

describe('files of a phone', () => {
  it.each([8, 11] as const)('has sizes of 4 GiB and more on Android %d', async (version) => {
    const { phone } = await connectPhone({ version });
    const size = 5 * 1024 ** 3 + 7;
    writeFileSync(join(phone.sdcard, 'film.mp4'), '');
    truncateSync(join(phone.sdcard, 'film.mp4'), size);
    const { entries } = await scanKinds(await openPhone(), 'files');
    expect(entries).toMatchObject([{ path: ['film.mp4'], size }]);
  });

  it('keeps a name that is no UTF-8, and reads the file of that name from any offset', async () => {
    const { phone } = await connectPhone({ version: 13 });
    writeFileSync(
      Buffer.concat([Buffer.from(`${phone.sdcard}/caf`), Buffer.of(0xe9), Buffer.from('.txt')]),
      'latin',
    );
    const source = await openPhone();
    const [entry] = (await scanKinds(source, 'files')).entries;
    if (entry?.type !== 'file') throw new Error('no file');
    expect(entry.path).toEqual(['caf\u201BE9.txt']);
    expect((await bytesOf(source.content(entry), 2)).toString()).toBe('tin');
  });

  it('goes on where it was when the phone is unplugged while a file is read', async () => {
    const { phone, adb } = await connectPhone({ version: 13 });
    const bytes = randomBytes(3_000_000);
    writeFileSync(join(phone.sdcard, 'video.mp4'), bytes);
    const io = new ToldIo();
    const source = await openPhone('android', io);
    const [entry] = (await scanKinds(source, 'files')).entries;
    if (entry?.type !== 'file') throw new Error('no file');
    io.onTell = ({ action }) => {
      if (action?.startsWith('Plug it in') === true) {
        void phone.plugIn().then(() => adb.run('connect', phone.serial));
      }
    };
    phone.unplugAfter(1_000_000, () => undefined);
    expect((await bytesOf(source.content(entry))).equals(bytes)).toBe(true);
    expect(io.told.map(({ message }) => message)).toEqual([
      'Pixel 7 is not connected any more.',
      'Pixel 7 is back.',
    ]);
  });

  it('stops within a second when it is told to, also while the phone is away', async () => {
    const { phone } = await connectPhone({ version: 13 });
    writeFileSync(join(phone.sdcard, 'a'), randomBytes(1_000_000));
    const io = new ToldIo();
    const source = await openPhone('android', io);
    const [entry] = (await scanKinds(source, 'files')).entries;
    if (entry?.type !== 'file') throw new Error('no file');
    const content = source.content(entry);
    if (content.type !== 'stream') throw new Error('no stream');
    const stop = new AbortController();
    io.onTell = () => {
      stop.abort(new Error('stopped'));
    };
    phone.unplugAfter(100_000, () => undefined);
    const reading = async (): Promise<void> => {
      for await (const piece of content.open(0, stop.signal)) expect(piece.length).toBeGreaterThan(0);
    };
    await expect(reading()).rejects.toThrow('stopped');
  });

  it('is held against adb itself: both see the same tree', async () => {
    const { phone, adb } = await connectPhone({ version: 11 });
    mkdirSync(join(phone.sdcard, 'Music'));
    for (let index = 0; index < 30; index += 1) {
      writeFileSync(join(phone.sdcard, 'Music', `${String(index)}.ogg`), randomBytes(index * 1_000));
    }
    const pulled = scratchFolder();
    await adb.run('-s', phone.serial, 'pull', '-a', '/sdcard/Music', pulled);
    const listed = (await adb.run('-s', phone.serial, 'shell', 'ls', '/sdcard/Music')).trim().split('\n');
    const { entries } = await scanKinds(await openPhone(), 'files');
    expect(entries.map((entry) => 'path' in entry && entry.path[1])).toEqual(listed);
  });
});
