import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  diskFileSystem,
  type ReadOnlyFileSystem,
} from '../../../../src/transfer/kinds/files/read-only-fs.ts';
import { type FolderRoot, walkFiles } from '../../../../src/transfer/kinds/files/walk.ts';
import type { SkipReason } from '../../../../src/transfer/kinds/kind.ts';
import { LIMITS } from '../../../../src/transfer/limits.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { writeTree } from '../../../support/write-tree.ts';

interface Walked {
  readonly entries: string[];
  readonly left: SkipReason[];
  readonly named: string[];
}

async function walk(
  folder: string,
  options: { root?: Partial<FolderRoot>; fileSystem?: ReadOnlyFileSystem; signal?: AbortSignal } = {},
): Promise<Walked> {
  const left: SkipReason[] = [];
  const named: string[] = [];
  const entries: string[] = [];
  const walked = walkFiles(
    { folder, below: [], context: [], ...options.root },
    {
      isCredential: (path) => path.at(-2) === '.ssh' && path.at(-1) === 'id_rsa',
      skip: (reason, count = 1, path = []) => {
        expect(count).toBe(1);
        left.push(reason);
        named.push(path.join('/'));
      },
      signal: options.signal ?? new AbortController().signal,
      ...(options.fileSystem && { fileSystem: options.fileSystem }),
    },
  );
  for await (const some of walked) {
    for (const { path, type } of some) entries.push(path.join('/') + (type === 'folder' ? '/' : ''));
  }
  return { entries, left, named };
}

describe('a tree of files', () => {
  it('is walked depth first, siblings by code point, the same every time', async () => {
    const root = scratchFolder();
    writeTree(root, {
      'b/2': '',
      'b/10': '',
      a: '',
      C: '',
      é: '',
      '\uFF5E': '',
      '\u{1F600}': '',
      'a.d/x': '',
    });
    const { entries } = await walk(root);
    expect(entries).toEqual(['C', 'a', 'a.d/x', 'b/10', 'b/2', 'é', '\uFF5E', '\u{1F600}']);
    expect((await walk(root)).entries).toEqual(entries);
  });

  it('tells size, modification time with its fraction, and the owner’s execute bit', async () => {
    const root = scratchFolder();
    writeTree(root, { 'run.sh': '#!/bin/sh\n', 'data.bin': 'xyz' });
    chmodSync(join(root, 'run.sh'), 0o700);
    chmodSync(join(root, 'data.bin'), 0o677);
    utimesSync(join(root, 'data.bin'), 1_234_567_890.125, 1_234_567_890.125);
    const found = [];
    const signal = new AbortController().signal;
    for await (const some of walkFiles(
      { folder: root, below: [], context: [] },
      { isCredential: () => false, skip: () => undefined, signal },
    )) {
      found.push(...some);
    }
    expect(found).toEqual([
      {
        type: 'file',
        kind: 'files',
        path: ['data.bin'],
        size: 3,
        mtimeMs: 1_234_567_890_125,
        executable: false,
      },
      expect.objectContaining({ path: ['run.sh'], size: 10, executable: true }),
    ]);
  });

  it('names a folder only when nothing in it moves', async () => {
    const root = scratchFolder();
    writeTree(root, { 'empty/': '', 'a/b/empty/': '', 'a/b/c/file': '', 'links/': '' });
    symlinkSync('../a', join(root, 'links', 'to-a'));
    expect(await walk(root)).toMatchObject({
      entries: ['a/b/c/file', 'a/b/empty/', 'empty/', 'links/'],
      left: ['link'],
    });
  });

  it('is put below its name when it has one in the manifest, empty or not', async () => {
    const root = scratchFolder();
    expect((await walk(root)).entries).toEqual([]);
    expect((await walk(root, { root: { below: ['Photos'] } })).entries).toEqual(['Photos/']);
    writeTree(root, { 'a/b': '' });
    expect((await walk(root, { root: { below: ['Photos'] } })).entries).toEqual(['Photos/a/b']);
  });

  it('lets a hard link be a file', async () => {
    const root = scratchFolder();
    writeTree(root, { one: 'x' });
    linkSync(join(root, 'one'), join(root, 'two'));
    expect((await walk(root)).entries).toEqual(['one', 'two']);
  });

  it('is walked flat when it is deep', async () => {
    const root = scratchFolder();
    mkdirSync(join(root, ...Array<string>(200).fill('d')), { recursive: true });
    expect(await walk(root)).toMatchObject({
      entries: [`${Array<string>(LIMITS.pathDepth).fill('d').join('/')}/`],
      left: ['name-not-portable'],
    });
  });
});

describe('what stays behind', () => {
  it('links, wherever they lead, are counted and never followed', async () => {
    const root = scratchFolder();
    writeTree(root, { 'a/file': '' });
    symlinkSync('/', join(root, 'root'));
    symlinkSync('file', join(root, 'a', 'link'));
    symlinkSync('nowhere', join(root, 'dangling'));
    expect(await walk(root)).toMatchObject({ entries: ['a/file'], left: ['link', 'link', 'link'] });
  });

  it('sockets are special', async () => {
    const root = scratchFolder();
    const server = createServer().listen(join(root, 'socket'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await walk(root)).toMatchObject({ entries: [], left: ['special'] });
  });

  it('credential files are left and their folder stays', async () => {
    const root = scratchFolder();
    writeTree(root, { '.ssh/id_rsa': 'x', '.ssh/known_hosts': 'x', id_rsa: 'mine' });
    expect(await walk(root)).toMatchObject({ entries: ['.ssh/known_hosts', 'id_rsa'], left: ['credential'] });
  });

  it('credential files are known by the folder they are in, also when that is the root', async () => {
    const root = scratchFolder();
    writeTree(root, { id_rsa: 'x' });
    const context = ['home', 'someone', '.ssh'];
    expect(await walk(root, { root: { context, below: ['keys'] } })).toMatchObject({
      entries: ['keys/'],
      left: ['credential'],
    });
  });

  it('no name is left because another system could not hold it', async () => {
    const root = scratchFolder();
    const names = {
      'a:b': '',
      'what?/x': '',
      con: '',
      'line\nfeed': '',
      Photo: '',
      photo: '',
      'caf\u00E9': '',
      'cafe\u0301': '',
    };
    writeTree(root, names);
    const { entries, left } = await walk(root);
    expect(new Set(entries)).toEqual(new Set(Object.keys(names)));
    expect(left).toEqual([]);
  });

  it('names that would be our own staging are left, at the top only', async () => {
    const root = scratchFolder();
    writeTree(root, { ok: '', '.openmover-1/x': '', 'ok.d/.openmover-1': '' });
    expect(await walk(root)).toMatchObject({
      entries: ['ok', 'ok.d/.openmover-1'],
      left: ['name-not-portable'],
      named: ['.openmover-1/x'],
    });
  });

  it('a folder that is refused counts and names every thing below it, and itself when it is empty', async () => {
    const root = scratchFolder();
    const [refused, none] = ['.openmover-a', '.openmover-b'];
    writeTree(root, { [`${refused}/deep/er/x`]: '', [`${refused}/y`]: '', 'docs/z': '' });
    mkdirSync(join(root, none));
    mkdirSync(join(root, refused, 'empty'));
    symlinkSync('y', join(root, refused, 'link'));
    const { left, named } = await walk(root);
    expect(named.map((path, index) => `${path} ${String(left[index])}`)).toEqual([
      `${refused}/deep/er/x name-not-portable`,
      `${refused}/empty name-not-portable`,
      `${refused}/link link`,
      `${refused}/y name-not-portable`,
      `${none} name-not-portable`,
    ]);
  });

  it('what OpenMover keeps at the top of a folder it moved into is no part of it', async () => {
    const root = scratchFolder();
    writeTree(root, {
      '.openmover-undo/journal.ndjson': '',
      '.openmover-01234567/files/x': '',
      'a/.openmover-undo/mine': '',
      ok: '',
    });
    const found = { entries: ['a/.openmover-undo/mine', 'ok'], left: [] };
    expect(await walk(root)).toMatchObject(found);
  });

  it('paths longer than the limit are left', async () => {
    const root = scratchFolder();
    const long = 'x'.repeat(250);
    let folder = root;
    for (let depth = 0; depth < 12; depth += 1) {
      folder = join(folder, long);
      mkdirSync(folder);
    }
    writeFileSync(join(folder, 'y'.repeat(200)), '');
    writeFileSync(join(folder, 'z'), '');
    const { entries, left } = await walk(root);
    expect(entries).toEqual([`${Array<string>(12).fill(long).join('/')}/z`]);
    expect(left).toEqual(['name-not-portable']);
  });

  it('names that are no UTF-8 travel escaped, and are told from names that hold U+FFFD or look escaped', async () => {
    const root = scratchFolder();
    writeTree(root, { 'real \uFFFD': '', plain: '', 'looks \u201BE9': '', '\u201B': '' });
    const raw = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(bytes)]);
    writeFileSync(raw(0x66, 0xff, 0xfe), '');
    mkdirSync(raw(0xe9));
    writeFileSync(raw(0xe9, 0x2f, 0xe2, 0x82), '');
    const { entries, left } = await walk(root);
    expect(new Set(entries)).toEqual(
      new Set([
        'plain',
        'real \uFFFD',
        'looks \u201B\u201BE9',
        '\u201B',
        'f\u201BFF\u201BFE',
        '\u201BE9/\u201BE2\u201B82',
      ]),
    );
    expect(left).toEqual([]);
  });

  it('what cannot be read is left and the rest goes on', async () => {
    const root = scratchFolder();
    writeTree(root, { 'a/1': '', 'locked/1': '', b: '', broken: '', secret: '', gone: '' });
    const failure = (code: string): Error => Object.assign(new Error(code), { code });
    const failing: ReadOnlyFileSystem = {
      ...diskFileSystem,
      list(folder) {
        if (folder.endsWith('locked')) throw failure('EACCES');
        return diskFileSystem.list(folder);
      },
      stat(path) {
        if (path.endsWith('broken')) throw failure('EIO');
        return path.endsWith('gone') ? undefined : diskFileSystem.stat(path);
      },
      canRead: (path, stats) => !path.endsWith('secret') && diskFileSystem.canRead(path, stats),
    };
    expect(await walk(root, { fileSystem: failing })).toMatchObject({
      entries: ['a/1', 'b'],
      left: ['unreadable', 'vanished', 'unreadable', 'unreadable'],
    });
  });

  it('a folder that vanishes on the way is told, not named as an empty one', async () => {
    const root = scratchFolder();
    writeTree(root, { 'a/1': '', b: '' });
    const vanishing: ReadOnlyFileSystem = {
      ...diskFileSystem,
      list(folder) {
        if (folder.endsWith('/a')) rmSync(folder, { recursive: true });
        return diskFileSystem.list(folder);
      },
    };
    expect(await walk(root, { fileSystem: vanishing })).toMatchObject({ entries: ['b'], left: ['vanished'] });
  });

  it('a file larger than any file system holds is left', async () => {
    const root = scratchFolder();
    writeTree(root, { huge: '' });
    const fileSystem: ReadOnlyFileSystem = {
      ...diskFileSystem,
      stat(path) {
        const stats = diskFileSystem.stat(path);
        return stats && Object.assign(stats, { size: LIMITS.fileBytes + 1 });
      },
    };
    expect((await walk(root, { fileSystem })).left).toEqual(['too-large']);
  });
});

describe('a walk', () => {
  it('can be stopped before and on the way, also where nothing moves', async () => {
    const root = scratchFolder();
    await expect(walk(root, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');

    const stop = new AbortController();
    const endless: ReadOnlyFileSystem = {
      ...diskFileSystem,
      list: () => Array.from({ length: 200_000 }, (_, index) => String(index)),
      stat() {
        stop.abort(new Error('stopped'));
        return undefined;
      },
    };
    await expect(walk(root, { fileSystem: endless, signal: stop.signal })).rejects.toThrow('stopped');
  });

  it('lets others run while it reads', async () => {
    const root = scratchFolder();
    let turns = 0;
    let done = false;
    const count = (): void => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const busy: ReadOnlyFileSystem = {
      ...diskFileSystem,
      list: () => Array.from({ length: 20_000 }, (_, index) => String(index)),
      stat: () => undefined,
    };
    const slow: ReadOnlyFileSystem = {
      ...busy,
      stat() {
        const until = performance.now() + 0.002;
        while (performance.now() < until);
        return undefined;
      },
    };
    await walk(root, { fileSystem: slow });
    done = true;
    expect(turns).toBeGreaterThan(3);
  });
});
