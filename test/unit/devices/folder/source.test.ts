import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppFacts } from '../../../../src/transfer/compat/facts.ts';
import { type FolderReaders, FolderSource } from '../../../../src/transfer/devices/folder/source.ts';
import type { FolderSpec } from '../../../../src/transfer/devices/folder/source-parts.ts';
import type { App } from '../../../../src/transfer/kinds/apps/index.ts';
import type { ApkEntry, Entry } from '../../../../src/transfer/kinds/entry.ts';
import { KINDS, type Kind, type RecordFormat } from '../../../../src/transfer/kinds/kind.ts';
import { asyncOf } from '../../../support/async-of.ts';
import { lineFormat, lineFormats } from '../../../support/line-format.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { readTree } from '../../../support/tree.ts';
import { writeTree } from '../../../support/write-tree.ts';

const readers: FolderReaders = {
  formats: lineFormats,
  readApps: () => asyncOf([]),
  isCredential: () => false,
};

const device = (tree: Readonly<Record<string, string>>): string => {
  const folder = scratchFolder();
  writeTree(folder, tree);
  return folder;
};

interface Scanned {
  readonly entries: Entry[];
  readonly left: string[];
  readonly apps: string[];
}

async function scan(source: FolderSource, kinds: readonly Kind[] = KINDS): Promise<Scanned> {
  const found: Scanned = { entries: [], left: [], apps: [] };
  const entries = source.scan({
    kinds,
    skip: (kind, reason, count = 1) => found.left.push(...Array<string>(count).fill(`${kind}: ${reason}`)),
    app: (facts) => found.apps.push(facts.package),
    signal: new AbortController().signal,
  });
  for await (const entry of entries) found.entries.push(entry);
  return found;
}

async function records(source: FolderSource, kind: 'contacts' | 'calendar' | 'messages'): Promise<string[]> {
  let text = '';
  for await (const { bytes } of source.segments(kind, 0, new AbortController().signal)) {
    text += Buffer.from(bytes).toString('utf8');
  }
  return text.split('\n').slice(0, -1);
}

const open = (spec: FolderSpec, changes: Partial<FolderReaders> = {}): FolderSource =>
  new FolderSource(spec, { ...readers, ...changes });

const failing = (code: string): unknown => expect.objectContaining({ code });

describe('a device folder', () => {
  it('holds all kinds, scanned in their order', async () => {
    const from = device({
      'device.json': '{"openmover":1,"name":"Old phone","platform":"android"}',
      'files/b/photo.jpg': 'xyz',
      'calls.xml': 'call\n',
      'messages.xml': 'hello\nBAD\n',
      'contacts.vcf': 'Ada\nGrace\n',
      'calendar.ics': 'dinner\n',
    });
    const source = open({ from });
    const { entries, left } = await scan(source);
    expect(source.device).toEqual({ name: 'Old phone', platform: 'android' });
    expect(entries).toEqual([
      { type: 'segment', kind: 'contacts', index: 0, records: 2, size: 10 },
      { type: 'segment', kind: 'messages', index: 0, records: 1, size: 6 },
      { type: 'segment', kind: 'calls', index: 0, records: 1, size: 5 },
      { type: 'segment', kind: 'calendar', index: 0, records: 1, size: 7 },
      expect.objectContaining({ type: 'file', path: ['b', 'photo.jpg'], size: 3 }),
    ]);
    expect(left).toEqual(['messages: malformed']);
    expect((await scan(source, ['calls'])).entries).toHaveLength(1);
  });

  it('is not changed by being read', async () => {
    const from = device({ 'contacts.vcf': 'Ada\n', 'files/a/b': 'x', 'files/empty/': '' });
    const before = readTree(from);
    const source = open({ from });
    await scan(source);
    await records(source, 'contacts');
    await source.close();
    expect(readTree(from)).toEqual(before);
  });

  it('may have several files of a kind, in order, and calendars keep their names', async () => {
    const from = device({
      'calendar.ics': 'unnamed\n',
      'calendar/work.ics': 'meeting\n',
      'calendar/home.ICS': 'dinner\n',
      'calendar/calendar.ics': 'unnamed too\n',
      'messages.xml': '1\n',
      'messages (2).xml': '2\n',
      'messages (x).xml': 'not ours\n',
      'contacts.vcf/b.vcf': 'B\n',
      'contacts.vcf/a.vcf': 'A\n',
    });
    const source = open({ from });
    expect(await records(source, 'calendar')).toEqual([
      'unnamed',
      'unnamed too',
      'home:dinner',
      'work:meeting',
    ]);
    expect(await records(source, 'messages')).toEqual(['1', '2']);
    expect(await records(source, 'contacts')).toEqual(['a:A', 'b:B']);
  });

  it('says what in a folder of records is no file of that kind', async () => {
    const from = device({
      'contacts/a.vcf': 'A\n',
      'contacts/notes.txt': 'x',
      'contacts/deeper/b.vcf': 'B\n',
      'contacts/.DS_Store': 'x',
      'contacts/Thumbs.db': 'x',
    });
    symlinkSync('a.vcf', join(from, 'contacts', 'link.vcf'));
    const { entries, left } = await scan(open({ from }));
    expect(entries).toHaveLength(1);
    expect(left).toEqual(['contacts: link', 'contacts: malformed', 'contacts: malformed']);
  });

  it('does not follow links out of itself', async () => {
    const elsewhere = device({ secret: 'x', 'contacts.vcf': 'Eve\n' });
    const from = device({ 'device.json': '{"openmover":1}' });
    symlinkSync(elsewhere, join(from, 'files'));
    symlinkSync(elsewhere, join(from, 'apps'));
    symlinkSync(join(elsewhere, 'contacts.vcf'), join(from, 'contacts.vcf'));
    expect(await scan(open({ from }))).toEqual({
      entries: [],
      left: ['contacts: link', 'apps: link', 'files: link'],
      apps: [],
    });
  });

  it('may be empty', async () => {
    expect(await scan(open({ from: device({ 'files/': '' }) }))).toEqual({ entries: [], left: [], apps: [] });
    expect(await scan(open({ from: device({}) }))).toEqual({ entries: [], left: [], apps: [] });
  });

  it('without the layout is files, and says that it is a plain folder', async () => {
    const source = open({ from: device({ 'photo.jpg': '', 'a/b': '' }) });
    expect(source.plain).toBe(true);
    expect(
      (await scan(source)).entries.map((entry) => ('path' in entry ? entry.path.join('/') : '')),
    ).toEqual(['a/b', 'photo.jpg']);
    expect(open({ from: device({ 'files/a': '' }) }).plain).toBe(false);
  });

  it('moves what stands beside its layout as files, under names free among them, and follows no link', async () => {
    const from = device({
      'contacts (2).vcf': '',
      'contacts.vcf': '',
      'DCIM/1.jpg': 'beside',
      'Documents/a/b.txt': '',
      'files/dcim/1.jpg': 'below',
      'notes.txt': 'n',
      '.openmover-undo/journal': '',
    });
    symlinkSync('/etc', join(from, 'etc'));
    const source = open({ from });
    const { entries, left } = await scan(source);
    const files = entries.filter((entry) => entry.type === 'file');
    const texts = files.map((entry) => {
      const content = source.content(entry);
      return `${entry.path.join('/')}: ${content.type === 'path' ? readFileSync(content.path, 'utf8') : ''}`;
    });
    expect(texts.sort()).toEqual([
      'DCIM (2)/1.jpg: beside',
      'Documents/a/b.txt: ',
      'dcim/1.jpg: below',
      'notes.txt: n',
    ]);
    expect(left).toEqual(['files: link']);
  });

  it('is refused with its reason when it is not there, is no folder, or says nonsense of itself', () => {
    const folder = device({ file: '', 'nonsense/device.json': '{', 'flat/files': '' });
    expect(() => open({ from: join(folder, 'nowhere') })).toThrow(failing('SOURCE_MISSING'));
    expect(() => open({ from: join(folder, 'file') })).toThrow(failing('SOURCE_INVALID'));
    expect(() => open({ from: join(folder, 'file', 'below') })).toThrow(failing('SOURCE_INVALID'));
    expect(() => open({ from: join(folder, 'nonsense') })).toThrow(failing('SOURCE_INVALID'));
    expect(() => open({ from: join(folder, 'flat') })).toThrow(/files is not a folder/);
  });

  it('may be named by a link', async () => {
    const from = device({ 'files/a': '' });
    const link = join(scratchFolder(), 'link');
    symlinkSync(from, link);
    expect((await scan(open({ from: link }))).entries).toHaveLength(1);
  });
});

describe('files and folders named one by one', () => {
  it('move the content of one folder, and several below their names', async () => {
    const root = device({ 'x/Photos/a': '1', 'y/Photos/a': '22', 'y/PHOTOS/e/': '', 'Music/b': '333' });
    const one = open({ files: [join(root, 'x', 'Photos')] });
    expect((await scan(one)).entries.map((entry) => 'path' in entry && entry.path)).toEqual([['a']]);

    const several = open({
      files: ['x/Photos', 'y/Photos/', 'y/PHOTOS', 'Music'].map((name) => join(root, name)),
    });
    const { entries } = await scan(several);
    expect(entries.map((entry) => 'path' in entry && entry.path.join('/'))).toEqual([
      'Photos/a',
      'Photos (2)/a',
      'PHOTOS (3)/e',
      'Music/b',
    ]);
    const contents = entries.flatMap((entry) => (entry.type === 'file' ? [several.content(entry)] : []));
    expect(contents).toEqual([
      { type: 'path', path: join(root, 'x/Photos/a') },
      { type: 'path', path: join(root, 'y/Photos/a') },
      { type: 'path', path: join(root, 'Music/b') },
    ]);
  });

  it('take single files by their names, beside folders, two of one name too', async () => {
    const root = device({ 'x/photo.jpg': '1', 'y/photo.jpg': '22', 'Music/b': '333', secret: '4' });
    const contentsOf = async (...names: string[]): Promise<unknown[]> => {
      const source = open({ files: names.map((name) => join(root, name)) });
      const { entries, left } = await scan(source);
      expect(left).toEqual([]);
      return entries.map((entry) => [
        'path' in entry && entry.path.join('/'),
        entry.size,
        entry.type === 'file' && source.content(entry),
      ]);
    };
    const at = (name: string): unknown => ({ type: 'path', path: join(root, name) });
    expect(await contentsOf('x/photo.jpg')).toEqual([['photo.jpg', 1, at('x/photo.jpg')]]);
    expect(await contentsOf('y/photo.jpg', 'Music', 'x/photo.jpg')).toEqual([
      ['photo.jpg', 2, at('y/photo.jpg')],
      ['Music/b', 3, at('Music/b')],
      ['photo (2).jpg', 1, at('x/photo.jpg')],
    ]);
    symlinkSync(join(root, 'secret'), join(root, 'link'));
    expect(await contentsOf('link')).toEqual([['link', 1, at('secret')]]);
  });

  it('leave a single file that is a credential, by where it really is, or that has become something else', async () => {
    const root = device({ '.ssh/id_rsa': 'x', 'photo.jpg': 'x' });
    symlinkSync(join(root, '.ssh', 'id_rsa'), join(root, 'harmless.txt'));
    const source = open(
      { files: ['harmless.txt', 'photo.jpg'].map((name) => join(root, name)) },
      { isCredential: (path) => path.slice(-2).join('/') === '.ssh/id_rsa' },
    );
    rmSync(join(root, 'photo.jpg'));
    mkdirSync(join(root, 'photo.jpg'));
    expect(await scan(source)).toEqual({
      entries: [],
      left: ['files: credential', 'files: special'],
      apps: [],
    });
  });

  it('take record files in the order given, and folders of them', async () => {
    const root = device({ 'work.ics': 'W\n', 'calendar.ics': 'C\n', 'all/z.ics': 'Z\n', 'all/a.ics': 'A\n' });
    const source = open({ calendar: ['work.ics', 'all', 'calendar.ics'].map((name) => join(root, name)) });
    expect(await records(source, 'calendar')).toEqual(['work:W', 'a:A', 'z:Z', 'C']);
  });

  it('know credential files by the whole path of the folder', async () => {
    const root = device({ '.ssh/id_rsa': 'x', '.ssh/known_hosts': 'x' });
    const seen: string[] = [];
    const source = open(
      { files: [join(root, '.ssh')] },
      { isCredential: (path) => seen.push(path.slice(-2).join('/')) > 0 && path.at(-1) === 'id_rsa' },
    );
    expect((await scan(source)).left).toEqual(['files: credential']);
    expect(seen).toEqual(['.ssh/id_rsa', '.ssh/known_hosts']);
  });

  it('must be there and be what they are named as', () => {
    const root = device({ file: '' });
    expect(() => open({ contacts: [join(root, 'none.vcf')] })).toThrow(failing('SOURCE_MISSING'));
    expect(() => open({ contacts: ['/dev/null'] })).toThrow(failing('SOURCE_INVALID'));
    expect(() => open({ files: ['/dev/null'] })).toThrow(failing('SOURCE_INVALID'));
    expect(() => open({ files: [join(root, 'none.jpg')] })).toThrow(failing('SOURCE_MISSING'));
    expect(() => open({ apps: join(root, 'none') })).toThrow(failing('SOURCE_MISSING'));
  });
});

describe('records', () => {
  it('are made again as they were counted, from any segment on', async () => {
    const lines = Array.from({ length: 2_345 }, (_, index) => `name ${String(index)}`);
    const source = open({ from: device({ 'contacts.vcf': `${lines.join('\n')}\n` }) });
    const { entries } = await scan(source);
    expect(entries.map((entry) => entry.type === 'segment' && entry.records)).toEqual([1_000, 1_000, 345]);
    const found = [];
    for await (const { index, bytes } of source.segments('contacts', 1, new AbortController().signal)) {
      found.push([index, bytes.length]);
    }
    expect(found).toEqual(
      entries.slice(1).map((entry) => [entry.type === 'segment' && entry.index, entry.size]),
    );
    expect(await records(source, 'contacts')).toEqual(lines);
  });

  it('of a file that vanishes or breaks its reader cost that file only', async () => {
    const from = device({ 'contacts/a.vcf': 'A\n', 'contacts/b.vcf': 'B\n', 'contacts/c.vcf': 'C\n' });
    const plain = lineFormat('contacts');
    const breaking: RecordFormat = {
      ...plain,
      async *read(input, options) {
        if (options.collection === 'a') rmSync(join(from, 'contacts', 'b.vcf'));
        yield* plain.read(input, options);
        if (options.collection === 'c') throw new TypeError('lost');
      },
    };
    const source = open({ from }, { formats: { ...lineFormats, contacts: breaking } });
    const { entries, left } = await scan(source);
    expect(entries).toEqual([{ type: 'segment', kind: 'contacts', index: 0, records: 2, size: 8 }]);
    expect(left).toEqual(['contacts: vanished', 'contacts: malformed']);
  });

  it('stop being read when the move stops', async () => {
    const source = open({ from: device({ 'contacts.vcf': 'A\nB\n' }) });
    const stop = new AbortController();
    const stopping: RecordFormat = {
      ...lineFormat('contacts'),
      async *read() {
        stop.abort(new Error('stopped'));
        yield await Promise.reject<string>(new Error('some other error'));
      },
    };
    const other = open(
      { from: device({ 'contacts.vcf': 'A\n' }) },
      { formats: { ...lineFormats, contacts: stopping } },
    );
    await expect(other.segments('contacts', 0, stop.signal).next()).rejects.toThrow('stopped');
    await expect(source.segments('contacts', 0, stop.signal).next()).rejects.toThrow('stopped');
  });
});

describe('apps', () => {
  const app = (name: string, ...files: string[]): App => ({
    package: name,
    facts: { package: name } as AppFacts,
    files: files.map((file) => ({ path: `/device/${name}/${file}`, name: file, sizeBytes: 5, mtimeMs: 7 })),
  });

  const scanApps = async (...list: App[]): Promise<Scanned & { source: FolderSource }> => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'apps'));
    const source = open({ from: folder }, { readApps: () => asyncOf(list) });
    return { ...(await scan(source)), source };
  };

  it('are told before their files, and their bytes are found', async () => {
    const {
      entries,
      apps: told,
      left,
      source,
    } = await scanApps(app('a.b', 'base.apk', 'split.apk'), app('c.d', 'x.apk'));
    expect(told).toEqual(['a.b', 'c.d']);
    expect(left).toEqual([]);
    expect(entries).toEqual([
      { type: 'apk', kind: 'apps', path: ['a.b', 'base.apk'], size: 5, mtimeMs: 7 },
      { type: 'apk', kind: 'apps', path: ['a.b', 'split.apk'], size: 5, mtimeMs: 7 },
      { type: 'apk', kind: 'apps', path: ['c.d', 'x.apk'], size: 5, mtimeMs: 7 },
    ]);
    expect(entries.map((entry) => source.content(entry as ApkEntry))).toEqual([
      { type: 'path', path: '/device/a.b/base.apk' },
      { type: 'path', path: '/device/a.b/split.apk' },
      { type: 'path', path: '/device/c.d/x.apk' },
    ]);
  });

  it('whose names may not travel or clash stay behind', async () => {
    const {
      entries,
      apps: told,
      left,
    } = await scanApps(
      app('../../etc', 'base.apk'),
      app('a.b', 'base.apk', 'BASE.apk', 'what?.apk'),
      app('A.B', 'base.apk'),
    );
    expect(told).toEqual(['a.b']);
    expect(entries).toHaveLength(1);
    expect(left).toEqual([
      'apps: name-not-portable',
      'apps: name-clash',
      'apps: name-not-portable',
      'apps: name-clash',
    ]);
  });

  it('that no scan has met have no content', () => {
    const source = open({ from: device({ 'apps/': '' }) });
    const entry: ApkEntry = { type: 'apk', kind: 'apps', path: ['a', 'b'], size: 0, mtimeMs: 0 };
    expect(() => source.content(entry)).toThrow(failing('UNEXPECTED'));
  });
});
