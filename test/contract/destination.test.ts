/** What every destination promises, run against the folder on disk and its twin in memory. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FolderDestination } from '../../src/transfer/devices/folder/destination.ts';
import { MemoryDestination } from '../support/memory/destination.ts';
import type { DiskDestination, Making, StagedApk } from '../../src/transfer/devices/port.ts';
import type { FileEntry, FolderEntry } from '../../src/transfer/kinds/entry.ts';
import { asyncOf } from '../support/async-of.ts';
import { lineFormats } from '../support/line-format.ts';
import { scratchFolder } from '../support/scratch.ts';
import { readTree } from '../support/tree.ts';
import { writeTree } from '../support/write-tree.ts';

interface Subject {
  readonly destination: DiskDestination;
  /** Another one of the same device, as the next run has it. */
  again(): DiskDestination;
  /** Text of the file there, `/` for a folder, undefined for nothing. */
  at(path: string): string | undefined;
  put(path: string, text: string): void;
  paths(): string[];
  details(path: string): { mtimeMs: number; executable: boolean };
}

type MakeDestination = () => Subject;

const MTIME = 1_600_000_000_250;

const fileEntry = (path: string, text: string, executable = false): FileEntry => ({
  type: 'file',
  kind: 'files',
  path: path.split('/'),
  size: Buffer.byteLength(text),
  mtimeMs: MTIME,
  executable,
});

const folderEntry = (path: string): FolderEntry => ({
  type: 'folder',
  kind: 'files',
  path: path.split('/'),
  size: 0,
});

const identicalTo =
  (text: string) =>
  (path: string): boolean =>
    readFileSync(path, 'utf8') === text;

function destinationContract(make: MakeDestination): void {
  let subject: Subject;
  let staging: string;

  beforeEach(() => {
    subject = make();
    staging = scratchFolder();
  });

  let staged = 0;
  const stage = (text: string, executable = false): string => {
    staged += 1;
    const path = join(staging, String(staged));
    writeFileSync(path, text, { mode: executable ? 0o700 : 0o600 });
    utimesSync(path, MTIME / 1_000, MTIME / 1_000);
    return path;
  };

  const apkSet = (texts: Readonly<Record<string, string>>): StagedApk[] =>
    Object.entries(texts).map(([name, text]) => ({
      entry: {
        type: 'apk',
        kind: 'apps',
        path: ['a.b', name],
        size: Buffer.byteLength(text),
        mtimeMs: MTIME,
      },
      staged: stage(text),
    }));

  const placeApp = (apks: readonly StagedApk[], making?: Making): void => {
    const work = join(staging, 'work');
    mkdirSync(work);
    subject.destination.placeApp(apks, work, making);
    expect(existsSync(work)).toBe(false);
  };

  const place = (path: string, text: string, destination = subject.destination): string =>
    destination.place(fileEntry(path, text), stage(text), identicalTo(text));

  it('takes a file with its time and execute bit, and nothing stays in staging', () => {
    const path = stage('#!/bin/sh', true);
    const entry = fileEntry('a/b/run.sh', '#!/bin/sh', true);
    expect(subject.destination.candidates(entry)).toEqual([]);
    expect(subject.destination.place(entry, path, () => false)).toBe('added');
    expect(subject.at('files/a/b/run.sh')).toBe('#!/bin/sh');
    expect(subject.details('files/a/b/run.sh')).toEqual({ mtimeMs: MTIME, executable: true });
    expect(existsSync(path)).toBe(false);
  });

  it('takes an APK to its package', () => {
    const set = apkSet({ 'base.apk': 'apk', 'split.apk': 'more' });
    expect(subject.destination.appSets(set.map(({ entry }) => entry))).toEqual([]);
    placeApp(set);
    expect(subject.at('apps/a.b/base.apk')).toBe('apk');
    expect(subject.at('apps/a.b/split.apk')).toBe('more');
    expect(subject.details('apps/a.b/base.apk').mtimeMs).toBe(MTIME);
    expect(set.map(({ staged }) => existsSync(staged))).toEqual([false, false]);
  });

  it('never mixes the APKs of two versions: another set is kept in a folder beside', () => {
    subject.put('apps/a.b/base.apk', 'version 1');
    subject.put('apps/a.b/split.apk', 'the same');
    const set = apkSet({ 'base.apk': 'version 2', 'split.apk': 'the same' });
    placeApp(set);
    placeApp(apkSet({ 'base.apk': 'version 3', 'split.apk': 'another!' }));
    expect(subject.paths().filter((path) => path.startsWith('apps/'))).toEqual([
      'apps/a.b',
      'apps/a.b (2)',
      'apps/a.b (2)/base.apk',
      'apps/a.b (2)/split.apk',
      'apps/a.b (3)',
      'apps/a.b (3)/base.apk',
      'apps/a.b (3)/split.apk',
      'apps/a.b/base.apk',
      'apps/a.b/split.apk',
    ]);
    expect(subject.at('apps/a.b/base.apk')).toBe('version 1');
    expect(subject.at('apps/a.b (2)/base.apk')).toBe('version 2');
    const texts = subject
      .again()
      .appSets(set.map(({ entry }) => entry))
      .map((paths) => paths.map((path) => readFileSync(path, 'utf8')));
    expect(texts).toEqual([
      ['version 1', 'the same'],
      ['version 2', 'the same'],
      ['version 3', 'another!'],
    ]);
  });

  it('takes no set for one that lacks an APK or has it in another size', () => {
    subject.put('apps/a.b/base.apk', 'version 1');
    subject.put('apps/a.b (2)/base.apk', 'version 10');
    subject.put('apps/a.b (2)/split.apk', 'x');
    const entries = apkSet({ 'base.apk': 'version 1', 'split.apk': 'x' }).map(({ entry }) => entry);
    expect(subject.destination.appSets(entries)).toEqual([]);
    expect(entries.map((entry) => subject.destination.candidates(entry).length)).toEqual([1, 1]);
  });

  it('puts an app where a file has its name beside it, and in an empty folder of its name', () => {
    subject.put('apps/a.b', 'a file');
    placeApp(apkSet({ 'base.apk': 'apk' }));
    expect(subject.at('apps/a.b')).toBe('a file');
    expect(subject.at('apps/a.b (2)/base.apk')).toBe('apk');
  });

  it('tells of everything it makes, and of nothing that was there', () => {
    subject.put('files/there/before.txt', 'x');
    const made: string[] = [];
    const { destination } = subject;
    const making: Making = {
      before: (some) => {
        for (const { type, path } of some) {
          expect(destination.sizeOf(path), 'is told of before it is there').toBeUndefined();
          made.push(`${type} ${path.slice(path.lastIndexOf('/') + 1)}`);
        }
      },
      failed: () => {
        expect.unreachable('nobody else makes anything here');
      },
    };
    const file = (): string =>
      destination.place(fileEntry('a/photo.jpg', 'x'), stage('x'), identicalTo('x'), making);
    expect(file()).toBe('added');
    expect(file()).toBe('same');
    destination.place(fileEntry('there/new.txt', 'x'), stage('x'), identicalTo('x'), making);
    destination.placeFolder(folderEntry('a/empty'), making);
    destination.placeFolder(folderEntry('a/empty'), making);
    placeApp(apkSet({ 'base.apk': 'apk' }), making);
    expect(made).toEqual([
      'folder a',
      'file photo.jpg',
      'file new.txt',
      'folder empty',
      'folder apps',
      'folder a.b',
      'file base.apk',
    ]);
  });

  it('keeps a different file of the same name, and the new one beside it', () => {
    subject.put('files/photo.jpg', 'theirs');
    expect(place('photo.jpg', 'ours!!')).toBe('added');
    expect(place('photo.jpg', 'third.')).toBe('added');
    expect(subject.at('files/photo.jpg')).toBe('theirs');
    expect(subject.at('files/photo (2).jpg')).toBe('ours!!');
    expect(subject.at('files/photo (3).jpg')).toBe('third.');
  });

  it('leaves an identical file as it is, also the one kept beside another, in the next run too', () => {
    subject.put('files/a/photo.jpg', 'theirs');
    expect(place('a/photo.jpg', 'ours!!')).toBe('added');
    const before = subject.paths();
    const next = subject.again();
    for (const destination of [subject.destination, next]) {
      const path = stage('ours!!');
      const result = destination.place(fileEntry('a/photo.jpg', 'ours!!'), path, identicalTo('ours!!'));
      expect(result).toBe('same');
      expect(existsSync(path)).toBe(false);
      expect(place('a/photo.jpg', 'theirs', destination)).toBe('same');
    }
    expect(subject.paths()).toEqual(before);
  });

  it('never compares what has another size', () => {
    subject.put('files/photo.jpg', 'longer than ours');
    const result = subject.destination.place(fileEntry('photo.jpg', 'ours'), stage('ours'), () => true);
    expect(result).toBe('added');
    expect(subject.at('files/photo.jpg')).toBe('longer than ours');
  });

  it('names as candidates the files of that size under the name or beside it', () => {
    subject.put('files/a/photo.jpg', 'theirs');
    subject.put('files/a/photo (2).jpg', 'longer than ours');
    subject.put('files/a/photo (3).jpg', 'ours!!');
    subject.put('files/a/photo (5).jpg', 'beyond');
    const texts = subject.destination
      .candidates(fileEntry('a/photo.jpg', 'ours!!'))
      .map((path) => readFileSync(path, 'utf8'));
    expect(texts).toEqual(['theirs', 'ours!!']);
    expect(subject.destination.candidates(fileEntry('a/other.jpg', ''))).toEqual([]);
    expect(subject.destination.candidates(fileEntry('nowhere/photo.jpg', ''))).toEqual([]);
  });

  it('sees a file it has placed itself where there was no folder before', () => {
    expect(subject.destination.candidates(fileEntry('new/a', 'text'))).toEqual([]);
    place('new/a', 'text');
    expect(subject.destination.candidates(fileEntry('new/a', 'text'))).toHaveLength(1);
  });

  it('takes a whole folder where nothing of its name is, or leaves all to be placed one by one', () => {
    writeTree(staging, { 'Photos/2019/a.jpg': 'a', 'Photos/b.jpg': 'b' });
    const whole = join(staging, 'Photos');
    const taken = subject.destination.takeFolder('Photos', whole);
    expect(existsSync(whole)).toBe(!taken);
    expect(subject.at('files/Photos/2019/a.jpg')).toBe(taken ? 'a' : undefined);
    if (taken) expect(place('Photos/b.jpg', 'b')).toBe('same');
  });

  it.each(['Photos', 'Photos/mine.jpg'])('takes no folder where %s is already', (there) => {
    subject.put(`files/${there}`, 'mine');
    writeTree(staging, { 'Photos/b.jpg': 'b' });
    expect(subject.destination.takeFolder('Photos', join(staging, 'Photos'))).toBe(false);
    expect(subject.at(`files/${there}`)).toBe('mine');
    expect(existsSync(join(staging, 'Photos/b.jpg'))).toBe(true);
  });

  it('takes no folder that is not there', () => {
    expect(subject.destination.takeFolder('Photos', join(staging, 'no such folder'))).toBe(false);
  });

  it('makes an empty folder once', () => {
    expect(subject.destination.placeFolder(folderEntry('a/empty'))).toBe('added');
    expect(subject.destination.placeFolder(folderEntry('a/empty'))).toBe('same');
    expect(subject.again().placeFolder(folderEntry('a/empty'))).toBe('same');
    expect(subject.at('files/a/empty')).toBe('/');
  });

  it('calls a folder something else where a file has its name, and finds it again', () => {
    subject.put('files/Photos', 'a file');
    expect(place('Photos/a', '1')).toBe('added');
    expect(place('Photos/b', '2')).toBe('added');
    expect(subject.destination.placeFolder(folderEntry('Photos/empty'))).toBe('added');
    const next = subject.again();
    expect(next.candidates(fileEntry('Photos/a', '1'))).toHaveLength(1);
    expect(place('Photos/a', '1', next)).toBe('same');
    expect(next.placeFolder(folderEntry('Photos/empty'))).toBe('same');
    expect(subject.at('files/Photos')).toBe('a file');
    expect(subject.paths().filter((path) => path.startsWith('files/Photos'))).toEqual([
      'files/Photos',
      'files/Photos (2)',
      'files/Photos (2)/a',
      'files/Photos (2)/b',
      'files/Photos (2)/empty',
    ]);
  });

  it('calls a file something else where a folder has its name', () => {
    subject.put('files/thing/inside', 'x');
    expect(place('thing', 'a file')).toBe('added');
    expect(subject.at('files/thing (2)')).toBe('a file');
    expect(subject.destination.candidates(fileEntry('thing', 'a file'))).toHaveLength(1);
  });

  it('keeps both when a name that was made meets one that was sent', () => {
    subject.put('files/a.txt', 'theirs');
    expect(place('a.txt', 'ours 1')).toBe('added');
    expect(place('a (2).txt', 'ours 2')).toBe('added');
    expect(subject.at('files/a (2).txt')).toBe('ours 1');
    expect(subject.at('files/a (2) (2).txt')).toBe('ours 2');
    subject.put('files/d', 'a file');
    expect(place('d/x', 'first.')).toBe('added');
    expect(place('d (2)/x', 'second')).toBe('added');
    expect(place('d/x', 'third.')).toBe('added');
    expect(subject.at('files/d (2)/x')).toBe('first.');
    expect(subject.at('files/d (2)/x (2)')).toBe('second');
    expect(subject.at('files/d (2)/x (3)')).toBe('third.');
  });

  it('merges records, and merging again changes nothing', async () => {
    const merge = async (destination: DiskDestination, records: string[]): Promise<[number, number]> => {
      const workFolder = scratchFolder();
      const incoming = (): AsyncIterable<string> => asyncOf(records);
      const signal = new AbortController().signal;
      const result = await destination.merge('calendar', incoming, workFolder, signal);
      for (const { from, to } of result.replacements) {
        expect(dirname(from)).toBe(workFolder);
        mkdirSync(dirname(to), { recursive: true });
        renameSync(from, to);
      }
      if (result.added === 0) expect(result.replacements).toEqual([]);
      return [result.added, result.same];
    };
    expect(await merge(subject.destination, ['dinner', 'work:meeting'])).toEqual([2, 0]);
    expect(await merge(subject.destination, ['dinner', 'work:meeting', 'work:lunch'])).toEqual([1, 2]);
    expect(await merge(subject.destination, ['dinner', 'work:meeting', 'work:lunch'])).toEqual([0, 3]);
  });

  it('tells where staging goes and what is free', () => {
    const { freeBytes, totalBytes } = subject.destination.space();
    expect(freeBytes).toBeGreaterThan(0);
    expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
    expect(lstatSync(subject.destination.stagingParent).isDirectory()).toBe(true);
  });

  it('tells the size of what it has made as it is now, and of nothing else', () => {
    const paths: string[] = [];
    const making: Making = {
      before: (made) => paths.push(...made.map(({ path }) => path)),
      failed: () => undefined,
    };
    subject.destination.place(fileEntry('a/b.txt', 'four'), stage('four'), () => false, making);
    const [folder = '', path = ''] = paths.slice(-2);
    expect([folder, path].map((each) => subject.destination.sizeOf(each))).toEqual([undefined, 4]);
    expect(subject.destination.sizeOf(`${path}.not`)).toBeUndefined();
    subject.put('files/a/b.txt', 'cut');
    expect(subject.destination.sizeOf(path)).toBe(3);
  });

  it('holds the record files of a merge once they are renamed, as long as nobody writes to them', async () => {
    const work = scratchFolder();
    const { signal } = new AbortController();
    const merge = (): ReturnType<DiskDestination['merge']> =>
      subject.destination.merge('contacts', () => asyncOf(['anna', 'ben']), work, signal);
    expect(subject.destination.recordBytes('contacts')).toBe(0);
    const { replacements } = await merge();
    expect(subject.destination.holds('contacts', replacements)).toBe(false);
    for (const { from, to } of replacements) renameSync(from, to);
    expect(subject.destination.holds('contacts', replacements)).toBe(true);
    expect(subject.destination.recordBytes('contacts')).toBeGreaterThan('anna\nben'.length);
    const [{ to } = { to: '' }] = replacements;
    const text = readFileSync(to);
    writeFileSync(to, text.subarray(0, -2));
    expect(subject.destination.holds('contacts', replacements)).toBe(false);
    writeFileSync(to, text);
    // Times are as fine as the system's clock ticks; a test is faster.
    utimesSync(to, 1, 1);
    expect(subject.destination.holds('contacts', replacements), 'written anew').toBe(false);
  });

  it('can be closed more than once', async () => {
    await subject.destination.close();
    await subject.destination.close();
  });
}

describe('a device folder as a destination', () => {
  destinationContract(() => {
    const root = scratchFolder();
    return {
      destination: new FolderDestination(root, { formats: lineFormats }),
      again: () => new FolderDestination(root, { formats: lineFormats }),
      at(path) {
        const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
        if (stats === undefined) return undefined;
        return stats.isDirectory() ? '/' : readFileSync(join(root, path), 'utf8');
      },
      put: (path, text) => {
        writeTree(root, { [path]: text });
      },
      paths: () => Object.keys(readTree(root)).sort(),
      details(path) {
        const { mtimeMs, mode } = lstatSync(join(root, path));
        return { mtimeMs, executable: (mode & 0o100) !== 0 };
      },
    };
  });
});

describe('a device in memory as a destination', () => {
  destinationContract(() => {
    const scratch = scratchFolder();
    const destination = new MemoryDestination({ scratch, formats: lineFormats });
    const textAt = (path: string): string | undefined => {
      const node = destination.at(path);
      if (node === undefined) return undefined;
      return node.type === 'folder' ? '/' : Buffer.from(node.bytes).toString('utf8');
    };
    return {
      destination,
      // A run is a new object; memory lives as long as its object.
      again: () => destination,
      at: textAt,
      put(path, text) {
        const components = path.split('/');
        for (let depth = 1; depth < components.length; depth += 1) {
          destination.put(components.slice(0, depth).join('/'), { type: 'folder' });
        }
        destination.put(path, { type: 'file', bytes: Buffer.from(text), mtimeMs: 0, executable: false });
      },
      paths: () => destination.paths(),
      details(path) {
        const node = destination.at(path);
        if (node?.type !== 'file') throw new TypeError(`${path} is no file`);
        return { mtimeMs: node.mtimeMs, executable: node.executable };
      },
    };
  });
});
