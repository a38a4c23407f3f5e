/**
 * What every destination that is a disk of this computer promises, as tests. Whoever writes a `DiskDestination` runs them
 * against it; OpenMover runs them against its own.
 */
import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DiskDestination, CreationObserver, StagedApk } from '../devices/port.ts';
import type { FileEntry, FolderEntry } from '../kinds/entry.ts';
import type { DefineTest } from './define-test.ts';

/** A destination, and a way to look at and to change what is on its disk. Paths have forward slashes. */
export interface DiskSubject {
  readonly destination: DiskDestination;
  /** Another object for the same device, as the next run has it. */
  again(): DiskDestination;
  /** Text of the file at a path, `/` for a folder, undefined for nothing. */
  at(path: string): string | undefined;
  /** Makes a file there, and the folders above it. */
  put(path: string, text: string): void;
  /** Of all files and folders, sorted. */
  paths(): string[];
  details(path: string): { mtimeMs: number; executable: boolean };
  /** Record lines the destination can merge, none like another: three calendar records in two calendars, two contacts. */
  readonly records: {
    readonly calendar: readonly [string, string, string];
    readonly contacts: readonly [string, string];
  };
}

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

function writeTree(root: string, tree: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

async function* asyncOf<T>(items: Iterable<T>): AsyncGenerator<T, void> {
  for (const item of items) yield await Promise.resolve(item);
}

/**
 * Defines the tests, which run one after another.
 * @param defineTest of any test runner: `it` of Vitest or Jest, `test` of node:test.
 * @param make an empty device, anew for each test.
 */
export function diskDestinationContract(
  defineTest: DefineTest,
  make: () => DiskSubject | Promise<DiskSubject>,
): void {
  let subject: DiskSubject;
  let staging = '';
  let folders: string[] = [];

  const scratch = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'openmover-contract-'));
    folders.push(folder);
    return folder;
  };

  const it = (name: string, body: () => void | Promise<void>): void => {
    defineTest(name, async () => {
      subject = await make();
      staging = scratch();
      try {
        await body();
      } finally {
        for (const folder of folders) rmSync(folder, { recursive: true, force: true });
        folders = [];
      }
    });
  };

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

  const placeApp = (apks: readonly StagedApk[], observer?: CreationObserver): void => {
    const work = join(staging, 'work');
    mkdirSync(work);
    subject.destination.placeApp(apks, work, observer);
    assert.equal(existsSync(work), false);
  };

  const place = (path: string, text: string, destination = subject.destination): string =>
    destination.place(fileEntry(path, text), stage(text), identicalTo(text));

  it('takes a file with its time and execute bit, and nothing stays in staging', () => {
    const path = stage('#!/bin/sh', true);
    const entry = fileEntry('a/b/run.sh', '#!/bin/sh', true);
    assert.deepEqual(subject.destination.candidates(entry), []);
    assert.equal(
      subject.destination.place(entry, path, () => false),
      'added',
    );
    assert.equal(subject.at('files/a/b/run.sh'), '#!/bin/sh');
    assert.deepEqual(subject.details('files/a/b/run.sh'), { mtimeMs: MTIME, executable: true });
    assert.equal(existsSync(path), false);
  });

  it('takes an APK to its package', () => {
    const set = apkSet({ 'base.apk': 'apk', 'split.apk': 'more' });
    assert.deepEqual(subject.destination.appSets(set.map(({ entry }) => entry)), []);
    placeApp(set);
    assert.equal(subject.at('apps/a.b/base.apk'), 'apk');
    assert.equal(subject.at('apps/a.b/split.apk'), 'more');
    assert.equal(subject.details('apps/a.b/base.apk').mtimeMs, MTIME);
    assert.deepEqual(
      set.map(({ staged }) => existsSync(staged)),
      [false, false],
    );
  });

  it('never mixes the APKs of two versions: another set is kept in a folder beside', () => {
    subject.put('apps/a.b/base.apk', 'version 1');
    subject.put('apps/a.b/split.apk', 'the same');
    const set = apkSet({ 'base.apk': 'version 2', 'split.apk': 'the same' });
    placeApp(set);
    placeApp(apkSet({ 'base.apk': 'version 3', 'split.apk': 'another!' }));
    assert.deepEqual(
      subject.paths().filter((path) => path.startsWith('apps/')),
      [
        'apps/a.b',
        'apps/a.b (2)',
        'apps/a.b (2)/base.apk',
        'apps/a.b (2)/split.apk',
        'apps/a.b (3)',
        'apps/a.b (3)/base.apk',
        'apps/a.b (3)/split.apk',
        'apps/a.b/base.apk',
        'apps/a.b/split.apk',
      ],
    );
    assert.equal(subject.at('apps/a.b/base.apk'), 'version 1');
    assert.equal(subject.at('apps/a.b (2)/base.apk'), 'version 2');
    const texts = subject
      .again()
      .appSets(set.map(({ entry }) => entry))
      .map((paths) => paths.map((path) => readFileSync(path, 'utf8')));
    assert.deepEqual(texts, [
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
    assert.deepEqual(subject.destination.appSets(entries), []);
    assert.deepEqual(
      entries.map((entry) => subject.destination.candidates(entry).length),
      [1, 1],
    );
  });

  it('puts an app where a file has its name beside it, and in an empty folder of its name', () => {
    subject.put('apps/a.b', 'a file');
    placeApp(apkSet({ 'base.apk': 'apk' }));
    assert.equal(subject.at('apps/a.b'), 'a file');
    assert.equal(subject.at('apps/a.b (2)/base.apk'), 'apk');
  });

  it('tells of everything it makes, and of nothing that was there', () => {
    subject.put('files/there/before.txt', 'x');
    const made: string[] = [];
    const { destination } = subject;
    const observer: CreationObserver = {
      before: (some) => {
        for (const { type, path } of some) {
          assert.equal(destination.sizeOf(path), undefined, 'is told of before it is there');
          made.push(`${type} ${path.slice(path.lastIndexOf('/') + 1)}`);
        }
      },
      failed: () => {
        assert.fail('nobody else makes anything here');
      },
    };
    const file = (): string =>
      destination.place(fileEntry('a/photo.jpg', 'x'), stage('x'), identicalTo('x'), observer);
    assert.equal(file(), 'added');
    assert.equal(file(), 'same');
    destination.place(fileEntry('there/new.txt', 'x'), stage('x'), identicalTo('x'), observer);
    destination.placeFolder(folderEntry('a/empty'), observer);
    destination.placeFolder(folderEntry('a/empty'), observer);
    placeApp(apkSet({ 'base.apk': 'apk' }), observer);
    assert.deepEqual(made, [
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
    assert.equal(place('photo.jpg', 'ours!!'), 'added');
    assert.equal(place('photo.jpg', 'third.'), 'added');
    assert.equal(subject.at('files/photo.jpg'), 'theirs');
    assert.equal(subject.at('files/photo (2).jpg'), 'ours!!');
    assert.equal(subject.at('files/photo (3).jpg'), 'third.');
  });

  it('leaves an identical file as it is, also the one kept beside another, in the next run too', () => {
    subject.put('files/a/photo.jpg', 'theirs');
    assert.equal(place('a/photo.jpg', 'ours!!'), 'added');
    const before = subject.paths();
    const next = subject.again();
    for (const destination of [subject.destination, next]) {
      const path = stage('ours!!');
      const result = destination.place(fileEntry('a/photo.jpg', 'ours!!'), path, identicalTo('ours!!'));
      assert.equal(result, 'same');
      assert.equal(existsSync(path), false);
      assert.equal(place('a/photo.jpg', 'theirs', destination), 'same');
    }
    assert.deepEqual(subject.paths(), before);
  });

  it('never compares what has another size', () => {
    subject.put('files/photo.jpg', 'longer than ours');
    const result = subject.destination.place(fileEntry('photo.jpg', 'ours'), stage('ours'), () => true);
    assert.equal(result, 'added');
    assert.equal(subject.at('files/photo.jpg'), 'longer than ours');
  });

  it('names as candidates the files of that size under the name or beside it', () => {
    subject.put('files/a/photo.jpg', 'theirs');
    subject.put('files/a/photo (2).jpg', 'longer than ours');
    subject.put('files/a/photo (3).jpg', 'ours!!');
    subject.put('files/a/photo (5).jpg', 'beyond');
    const texts = subject.destination
      .candidates(fileEntry('a/photo.jpg', 'ours!!'))
      .map((path) => readFileSync(path, 'utf8'));
    assert.deepEqual(texts, ['theirs', 'ours!!']);
    assert.deepEqual(subject.destination.candidates(fileEntry('a/other.jpg', '')), []);
    assert.deepEqual(subject.destination.candidates(fileEntry('nowhere/photo.jpg', '')), []);
  });

  it('sees a file it has placed itself where there was no folder before', () => {
    assert.deepEqual(subject.destination.candidates(fileEntry('new/a', 'text')), []);
    place('new/a', 'text');
    assert.equal(subject.destination.candidates(fileEntry('new/a', 'text')).length, 1);
  });

  it('takes a whole folder where nothing of its name is, or leaves all to be placed one by one', () => {
    writeTree(staging, { 'Photos/2019/a.jpg': 'a', 'Photos/b.jpg': 'b' });
    const whole = join(staging, 'Photos');
    const taken = subject.destination.adoptFolder('Photos', whole);
    assert.equal(existsSync(whole), !taken);
    assert.equal(subject.at('files/Photos/2019/a.jpg'), taken ? 'a' : undefined);
    if (taken) assert.equal(place('Photos/b.jpg', 'b'), 'same');
  });

  for (const there of ['Photos', 'Photos/mine.jpg'])
    it(`takes no folder where ${there} is already`, () => {
      subject.put(`files/${there}`, 'mine');
      writeTree(staging, { 'Photos/b.jpg': 'b' });
      assert.equal(subject.destination.adoptFolder('Photos', join(staging, 'Photos')), false);
      assert.equal(subject.at(`files/${there}`), 'mine');
      assert.equal(existsSync(join(staging, 'Photos/b.jpg')), true);
    });

  it('takes no folder that is not there', () => {
    assert.equal(subject.destination.adoptFolder('Photos', join(staging, 'no such folder')), false);
  });

  it('makes an empty folder once', () => {
    assert.equal(subject.destination.placeFolder(folderEntry('a/empty')), 'added');
    assert.equal(subject.destination.placeFolder(folderEntry('a/empty')), 'same');
    assert.equal(subject.again().placeFolder(folderEntry('a/empty')), 'same');
    assert.equal(subject.at('files/a/empty'), '/');
  });

  it('calls a folder something else where a file has its name, and finds it again', () => {
    subject.put('files/Photos', 'a file');
    assert.equal(place('Photos/a', '1'), 'added');
    assert.equal(place('Photos/b', '2'), 'added');
    assert.equal(subject.destination.placeFolder(folderEntry('Photos/empty')), 'added');
    const next = subject.again();
    assert.equal(next.candidates(fileEntry('Photos/a', '1')).length, 1);
    assert.equal(place('Photos/a', '1', next), 'same');
    assert.equal(next.placeFolder(folderEntry('Photos/empty')), 'same');
    assert.equal(subject.at('files/Photos'), 'a file');
    assert.deepEqual(
      subject.paths().filter((path) => path.startsWith('files/Photos')),
      [
        'files/Photos',
        'files/Photos (2)',
        'files/Photos (2)/a',
        'files/Photos (2)/b',
        'files/Photos (2)/empty',
      ],
    );
  });

  it('calls a file something else where a folder has its name', () => {
    subject.put('files/thing/inside', 'x');
    assert.equal(place('thing', 'a file'), 'added');
    assert.equal(subject.at('files/thing (2)'), 'a file');
    assert.equal(subject.destination.candidates(fileEntry('thing', 'a file')).length, 1);
  });

  it('keeps both when a name that was made meets one that was sent', () => {
    subject.put('files/a.txt', 'theirs');
    assert.equal(place('a.txt', 'ours 1'), 'added');
    assert.equal(place('a (2).txt', 'ours 2'), 'added');
    assert.equal(subject.at('files/a (2).txt'), 'ours 1');
    assert.equal(subject.at('files/a (2) (2).txt'), 'ours 2');
    subject.put('files/d', 'a file');
    assert.equal(place('d/x', 'first.'), 'added');
    assert.equal(place('d (2)/x', 'second'), 'added');
    assert.equal(place('d/x', 'third.'), 'added');
    assert.equal(subject.at('files/d (2)/x'), 'first.');
    assert.equal(subject.at('files/d (2)/x (2)'), 'second');
    assert.equal(subject.at('files/d (2)/x (3)'), 'third.');
  });

  it('merges records, and merging again changes nothing', async () => {
    const lines = subject.records.calendar;
    const merge = async (
      destination: DiskDestination,
      records: readonly string[],
    ): Promise<[number, number]> => {
      const workFolder = scratch();
      const incoming = (): AsyncIterable<string> => asyncOf(records);
      const signal = new AbortController().signal;
      const result = await destination.merge('calendar', incoming, workFolder, signal);
      for (const { from, to } of result.replacements) {
        assert.equal(dirname(from), workFolder);
        mkdirSync(dirname(to), { recursive: true });
        renameSync(from, to);
      }
      if (result.added === 0) assert.deepEqual(result.replacements, []);
      return [result.added, result.same];
    };
    assert.deepEqual(await merge(subject.destination, lines.slice(0, 2)), [2, 0]);
    assert.deepEqual(await merge(subject.destination, lines), [1, 2]);
    assert.deepEqual(await merge(subject.destination, lines), [0, 3]);
  });

  it('tells where staging goes and what is free', () => {
    const { freeBytes, totalBytes } = subject.destination.space();
    assert.ok(freeBytes > 0);
    assert.ok(totalBytes >= freeBytes);
    assert.equal(lstatSync(subject.destination.stagingParent).isDirectory(), true);
  });

  it('tells the size of what it has made as it is now, and of nothing else', () => {
    const paths: string[] = [];
    const observer: CreationObserver = {
      before: (made) => paths.push(...made.map(({ path }) => path)),
      failed: () => undefined,
    };
    subject.destination.place(fileEntry('a/b.txt', 'four'), stage('four'), () => false, observer);
    const [folder = '', path = ''] = paths.slice(-2);
    assert.deepEqual(
      [folder, path].map((each) => subject.destination.sizeOf(each)),
      [undefined, 4],
    );
    assert.equal(subject.destination.sizeOf(`${path}.not`), undefined);
    subject.put('files/a/b.txt', 'cut');
    assert.equal(subject.destination.sizeOf(path), 3);
  });

  it('holds the record files of a merge once they are renamed, as long as nobody writes to them', async () => {
    const work = scratch();
    const { signal } = new AbortController();
    const merge = (): ReturnType<DiskDestination['merge']> =>
      subject.destination.merge('contacts', () => asyncOf(subject.records.contacts), work, signal);
    assert.equal(subject.destination.recordBytes('contacts'), 0);
    const { replacements } = await merge();
    assert.equal(subject.destination.holds('contacts', replacements), false);
    for (const { from, to } of replacements) renameSync(from, to);
    assert.equal(subject.destination.holds('contacts', replacements), true);
    assert.ok(subject.destination.recordBytes('contacts') > 0);
    const [{ to } = { to: '' }] = replacements;
    const text = readFileSync(to);
    writeFileSync(to, text.subarray(0, -2));
    assert.equal(subject.destination.holds('contacts', replacements), false);
    writeFileSync(to, text);
    // Times are as fine as the system's clock ticks; a test is faster.
    utimesSync(to, 1, 1);
    assert.equal(subject.destination.holds('contacts', replacements), false, 'written anew');
  });

  it('can be closed more than once', async () => {
    await subject.destination.close();
    await subject.destination.close();
  });
}
