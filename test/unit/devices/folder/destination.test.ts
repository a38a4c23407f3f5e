import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderDestination } from '../../../../src/transfer/devices/folder/destination.ts';
import type { FileEntry, FolderEntry } from '../../../../src/transfer/kinds/entry.ts';
import type { MergeResult, RecordKind } from '../../../../src/transfer/kinds/kind.ts';
import { asyncOf } from '../../../support/async-of.ts';
import { lineFormats } from '../../../support/line-format.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { readTree } from '../../../support/tree.ts';
import { writeTree } from '../../../support/write-tree.ts';

const open = (folder: string): FolderDestination => new FolderDestination(folder, { formats: lineFormats });

const failing = (code: string): unknown => expect.objectContaining({ code });

const fileEntry = (path: string, text: string): FileEntry => ({
  type: 'file',
  kind: 'files',
  path: path.split('/'),
  size: Buffer.byteLength(text),
  mtimeMs: 0,
  executable: false,
});

const folderEntry = (path: string): FolderEntry => ({
  type: 'folder',
  kind: 'files',
  path: path.split('/'),
  size: 0,
});

function place(destination: FolderDestination, path: string, text: string): 'added' | 'same' {
  const staged = join(scratchFolder(), 'staged');
  writeFileSync(staged, text);
  return destination.place(fileEntry(path, text), staged, (there) => readFileSync(there, 'utf8') === text);
}

describe('opening a folder to move into', () => {
  it('makes it, for its owner only, with what leads to it', () => {
    const folder = join(scratchFolder(), 'a', 'b');
    open(folder);
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    open(folder);
  });

  it('tells its device, and refuses nonsense about it', () => {
    const folder = scratchFolder();
    expect(open(folder).device).toEqual({ platform: 'computer' });
    writeTree(folder, { 'device.json': '{"openmover":1,"name":"New","platform":"ios"}' });
    expect(open(folder).device).toEqual({ name: 'New', platform: 'ios' });
    writeTree(folder, { 'device.json': '{"openmover":' });
    expect(() => open(folder)).toThrow(failing('SOURCE_INVALID'));
  });

  it.runIf(process.platform === 'linux')(
    'that no folder can be made in is told at once, however deep',
    () => {
      for (const folder of ['/proc/mover', '/proc/mover/deep/er']) {
        expect(() => open(folder)).toThrow(failing('DESTINATION_MISSING'));
      }
    },
  );

  it('is made with all the folders above it that are missing', () => {
    const folder = join(scratchFolder(), 'a', 'b', 'c');
    open(folder);
    expect(lstatSync(folder).isDirectory()).toBe(true);
  });

  it('fails where there is no folder and none can be made', () => {
    const folder = scratchFolder();
    writeTree(folder, { file: 'x' });
    expect(() => open(join(folder, 'file'))).toThrow(failing('DESTINATION_MISSING'));
    expect(() => open(join(folder, 'file', 'below'))).toThrow(failing('DESTINATION_MISSING'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    expect(() => open(join(folder, 'dangling'))).toThrow(failing('DESTINATION_MISSING'));
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('x');
  });

  it('fails at once where the folder of files or apps is a link or a file', () => {
    for (const kind of ['files', 'apps']) {
      const folder = scratchFolder();
      const elsewhere = scratchFolder();
      symlinkSync(elsewhere, join(folder, kind));
      expect(() => open(folder)).toThrow(failing('DESTINATION_UNWRITABLE'));
      rmSync(join(folder, kind));
      writeTree(folder, { [kind]: 'a file' });
      expect(() => open(folder)).toThrow(failing('DESTINATION_UNWRITABLE'));
    }
  });

  it('goes through a link that the person named, and stages on the real side', () => {
    const real = scratchFolder();
    const link = join(scratchFolder(), 'link');
    symlinkSync(real, link);
    const destination = open(link);
    expect(destination.stagingParent).toBe(real);
    place(destination, 'a', 'text');
    expect(existsSync(join(real, 'files', 'a'))).toBe(true);
  });
});

describe('placing files', () => {
  it('never writes through a link planted where a folder should be', () => {
    const folder = scratchFolder();
    const outside = scratchFolder();
    mkdirSync(join(folder, 'files'));
    symlinkSync(outside, join(folder, 'files', 'Photos'));
    const destination = open(folder);
    expect(place(destination, 'Photos/a/b', 'text')).toBe('added');
    expect(destination.placeFolder(folderEntry('Photos/e'))).toBe('added');
    expect(readTree(outside)).toEqual({});
    expect(readFileSync(join(folder, 'files/Photos (2)/a/b'), 'utf8')).toBe('text');
    expect(readlinkSync(join(folder, 'files/Photos'))).toBe(outside);
  });

  it('never writes through a link planted where a file should be, dangling or not', () => {
    const folder = scratchFolder();
    const outside = scratchFolder();
    writeTree(outside, { victim: 'text' });
    mkdirSync(join(folder, 'files'));
    symlinkSync(join(outside, 'victim'), join(folder, 'files', 'a'));
    symlinkSync(join(outside, 'new'), join(folder, 'files', 'b'));
    const destination = open(folder);
    expect(destination.candidates(fileEntry('a', 'text'))).toEqual([]);
    expect(place(destination, 'a', 'text')).toBe('added');
    expect(place(destination, 'b', 'text')).toBe('added');
    expect(Object.keys(readTree(outside))).toEqual(['victim']);
    expect(readFileSync(join(folder, 'files/a (2)'), 'utf8')).toBe('text');
    expect(readFileSync(join(folder, 'files/b (2)'), 'utf8')).toBe('text');
  });

  it('makes folders for their owner only, and leaves the mode of others', () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'files', 'open'), { recursive: true });
    chmodSync(join(folder, 'files', 'open'), 0o755);
    const destination = open(folder);
    place(destination, 'open/new/a', 'text');
    const modeOf = (path: string): number => lstatSync(join(folder, 'files', path)).mode & 0o777;
    expect([modeOf('open'), modeOf('open/new')]).toEqual([0o755, 0o700]);
  });

  it('never overwrites on a file system without hard links', () => {
    const folder = scratchFolder();
    writeTree(folder, { 'files/a': 'theirs' });
    for (const code of ['EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS']) {
      const link = (): never => {
        throw Object.assign(new Error(code), { code });
      };
      const destination = new FolderDestination(folder, {
        formats: lineFormats,
        calls: { link, rename: renameSync },
      });
      expect(place(destination, 'a', `from ${code}`)).toBe('added');
      expect(place(destination, 'a', `from ${code}`)).toBe('same');
      expect(place(destination, `new-${code}`, 'x')).toBe('added');
    }
    expect(readFileSync(join(folder, 'files/a'), 'utf8')).toBe('theirs');
    expect(readFileSync(join(folder, 'files/a (5)'), 'utf8')).toBe('from ENOSYS');
  });

  it('makes a folder again that was removed meanwhile', () => {
    const folder = scratchFolder();
    const destination = open(folder);
    place(destination, 'a/b', '1');
    rmSync(join(folder, 'files'), { recursive: true });
    expect(place(destination, 'a/c', '2')).toBe('added');
    expect(readFileSync(join(folder, 'files/a/c'), 'utf8')).toBe('2');
  });

  it('fails with a code when the staged file is gone', () => {
    const destination = open(scratchFolder());
    const missing = join(scratchFolder(), 'missing');
    expect(() => destination.place(fileEntry('a', ''), missing, () => false)).toThrow(
      failing('DESTINATION_FAILED'),
    );
  });

  it('says so when the disk is full', () => {
    const full = (): never => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    const folder = scratchFolder();
    const destination = new FolderDestination(folder, {
      formats: lineFormats,
      calls: { link: full, rename: full },
    });
    expect(() => place(destination, 'a', 'x')).toThrow(failing('NO_SPACE'));
  });

  it('asks the disk nothing about files in a folder that is not there', () => {
    const folder = scratchFolder();
    const destination = open(folder);
    expect(destination.candidates(fileEntry('new/folder/1', ''))).toEqual([]);
    // What another program makes there meanwhile is not looked for, and is not overwritten either.
    writeTree(folder, { 'files/new/folder/2': 'xy' });
    expect(destination.candidates(fileEntry('new/folder/2', 'ab'))).toEqual([]);
    expect(place(destination, 'new/folder/2', 'ab')).toBe('added');
    expect(readFileSync(join(folder, 'files/new/folder/2'), 'utf8')).toBe('xy');
  });

  it('remembers no more folders than it says, and finds each again', () => {
    const folder = scratchFolder();
    writeTree(folder, { 'files/0': 'a file' });
    const destination = open(folder);
    place(destination, '0/a', '1');
    for (let index = 1; index < 17_000; index += 1) {
      destination.candidates(fileEntry(`${String(index)}/a`, ''));
    }
    place(destination, '0/b', '2');
    expect(Object.keys(readTree(join(folder, 'files')))).toEqual(['0', '0 (2)', '0 (2)/a', '0 (2)/b']);
  });
});

describe('merging records', () => {
  async function merge(folder: string, kind: RecordKind, ...records: string[]): Promise<MergeResult> {
    const incoming = (): AsyncIterable<string> => asyncOf(records);
    const signal = new AbortController().signal;
    const result = await open(folder).merge(kind, incoming, scratchFolder(), signal);
    for (const { from, to } of result.replacements) {
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
    }
    return result;
  }

  const texts = (folder: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(readTree(folder)).flatMap(([path, { type }]) =>
        type === 'file' ? [[path, readFileSync(join(folder, path), 'utf8')]] : [],
      ),
    );

  it('writes what the layout of a device folder says', async () => {
    const folder = scratchFolder();
    await merge(folder, 'contacts', 'Ada');
    await merge(folder, 'messages', 'hello');
    await merge(folder, 'calls', 'call');
    await merge(folder, 'calendar', 'dinner', 'work:meeting');
    expect(texts(folder)).toEqual({
      'contacts.vcf': 'Ada\n',
      'messages.xml': 'hello\n',
      'calls.xml': 'call\n',
      'calendar.ics': 'dinner\n',
      'calendar/work.ics': 'meeting\n',
    });
  });

  it('finds a collection under another spelling of its name', async () => {
    const folder = scratchFolder();
    writeTree(folder, { 'calendar/Caf\u00E9.ICS': 'old\n' });
    await merge(folder, 'calendar', 'CAFE\u0301:new');
    expect(texts(folder)).toEqual({ 'calendar/Caf\u00E9.ICS': 'old\nnew\n' });
  });

  it('spells a collection name that some file systems cannot hold, and finds it again', async () => {
    const folder = scratchFolder();
    await merge(folder, 'calendar', 'Why? "Team" <A|B>\\*:meeting');
    const file = 'calendar/Why\uff1f \uff02Team\uff02 \uff1cA\uff5cB\uff1e\uff3c\uff0a.ics';
    expect(texts(folder)).toEqual({ [file]: 'meeting\n' });
    await merge(folder, 'calendar', 'Why? "Team" <A|B>\\*:another');
    expect(texts(folder)).toEqual({ [file]: 'meeting\nanother\n' });
  });

  it('keeps the form that is there', async () => {
    const folder = scratchFolder();
    writeTree(folder, { 'contacts/a.vcf': 'A\n', 'calendar.ics/home.ics': 'H\n' });
    await merge(folder, 'contacts', 'B');
    await merge(folder, 'calendar', 'C', 'work:W');
    expect(texts(folder)).toEqual({
      'contacts/a.vcf': 'A\n',
      'contacts/contacts.vcf': 'B\n',
      'calendar.ics/home.ics': 'H\n',
      'calendar.ics/calendar.ics': 'C\n',
      'calendar.ics/work.ics': 'W\n',
    });
    expect((await merge(folder, 'contacts', 'A', 'B')).same).toBe(2);
    expect((await merge(folder, 'calendar', 'C', 'work:W', 'home:H')).same).toBe(3);
  });

  it.each(['../../escape', '..', 'a/b', 'con', '.hidden', 'calendar', 'x\u202Ey', 'z'.repeat(300)])(
    'never makes a file of the collection name %j',
    async (name) => {
      const folder = scratchFolder();
      await merge(folder, 'calendar', `${name}:event`);
      expect(texts(folder)).toEqual({ 'calendar.ics': 'event\n' });
    },
  );

  it('puts a calendar with the unnamed ones where something else has its name', async () => {
    const folder = scratchFolder();
    writeTree(folder, { 'calendar/work.ics/inside': 'x', 'calendar.ics': 'old\n' });
    await merge(folder, 'calendar', 'work:meeting');
    expect(texts(folder)['calendar.ics']).toBe('old\nmeeting\n');
    const other = scratchFolder();
    writeTree(other, { calendar: 'a file' });
    await merge(other, 'calendar', 'work:meeting');
    expect(texts(other)).toEqual({ calendar: 'a file', 'calendar.ics': 'meeting\n' });
  });

  it('refuses to write through or over a link', async () => {
    const outside = scratchFolder();
    writeTree(outside, { 'contacts.vcf': 'Eve\n', 'folder/x.vcf': 'X\n' });
    const links: Record<string, string> = {
      'contacts.vcf': 'contacts.vcf',
      contacts: 'folder',
      'contacts (2).vcf': 'contacts.vcf',
      'contacts/x.vcf': 'folder/x.vcf',
    };
    for (const [name, target] of Object.entries(links)) {
      const folder = scratchFolder();
      if (name.includes('/')) mkdirSync(join(folder, 'contacts'));
      symlinkSync(join(outside, target), join(folder, name));
      const before = readTree(folder);
      await expect(merge(folder, 'contacts', 'Ada')).rejects.toThrow(failing('DESTINATION_UNWRITABLE'));
      expect(readTree(folder)).toEqual(before);
    }
    expect(readFileSync(join(outside, 'contacts.vcf'), 'utf8')).toBe('Eve\n');
  });
});
