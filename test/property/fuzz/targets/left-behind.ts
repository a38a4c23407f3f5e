/**
 * What an earlier move left in the destination, where others may have written since: the manifest and the log of an
 * interrupted one, the journal of one that can be taken back.
 */
import assert from 'node:assert/strict';
import { ftruncateSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blake3 } from '@napi-rs/blake-hash';
import type { Entry } from '../../../../src/transfer/kinds/entry.ts';
import { keepVerified, openFolderDestination, undoMove } from '../../../../src/transfer/index.ts';
import { checkPath } from '../../../../src/transfer/paths/safe-path.ts';
import { ManifestPages, type ManifestPage } from '../../../../src/transfer/lanes/manifest-pages.ts';
import { readTree } from '../../../support/tree.ts';
import { type Target, unless, unlessLater } from '../target.ts';

const CONTENT = Buffer.from('the same everywhere\n');
const DIGEST = blake3(CONTENT);
const { signal } = new AbortController();

const fileAt = (...path: string[]): Entry => ({
  ...{ type: 'file', kind: 'files', size: CONTENT.length, mtimeMs: 1, executable: false },
  path,
});
const page = (first: number, entries: readonly Entry[]): ManifestPage => ({ first, entries, held: [] });
const linesOf = (...values: readonly unknown[]): Buffer =>
  Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

const PATHS = [
  ...['"path":["..","..","outside","a.txt"]', '".."', '"."', '""', '"\\u0000"', '"/"', '"..\\\\x"'],
  ...[
    '"first":0',
    '"entries":[]',
    'null',
    '1e999',
    '"__proto__":{}',
    '{"type":"folder"',
    '"kept":"before-0"',
  ],
];

const MANIFESTS = [
  linesOf(page(0, [fileAt('a.txt'), fileAt('b', 'c.txt')]), page(2, [fileAt('d.txt')])),
  linesOf(page(0, [{ type: 'segment', kind: 'calls', index: 0, records: 1, size: CONTENT.length }])),
  linesOf(
    page(0, [{ type: 'apk', kind: 'apps', path: ['a.b', 'base.apk'], size: CONTENT.length, mtimeMs: 0 }]),
  ),
];

export const manifest: Target = {
  promise: 'it is pages whose entries may travel, in their order, or it is refused',
  covers: /src\/transfer\/(?:stream\/(?:manifest-pages|safe-path)|wire\/bulk-shapes)\.ts$/,
  tokens: PATHS,
  seeds: () => MANIFESTS,
  open: (folder) => {
    const fd = openSync(join(folder, 'manifest'), 'wx+');
    return (bytes) => {
      ftruncateSync(fd, 0);
      writeSync(fd, bytes, 0, bytes.length, 0);
      const pages = unless(['DESTINATION_FAILED'], () => ManifestPages.reopen(fd));
      if (pages === undefined) return;
      let count = 0;
      for (const { first, entries } of pages) {
        assert.equal(first, count);
        for (const entry of entries) {
          if ('path' in entry) assert.equal(checkPath(entry.path), undefined);
          assert.deepEqual(pages.entry(count), entry);
          count += 1;
        }
      }
      assert.equal(pages.count, count);
      assert.equal(pages.entry(count), undefined);
    };
  },
};

/** Beside and in the destination: every file there is what the input may say that it moved or made. */
function used(root: string): string {
  const into = join(root, 'into');
  for (const path of ['outside/a.txt', 'into/files/a.txt', 'into/files/b/c.txt', 'into/mine.txt', 'a.txt']) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), CONTENT);
  }
  return into;
}

/** Everything but the destination. */
function outside(root: string): unknown {
  return Object.entries(readTree(root)).filter(([path]) => !path.startsWith('into'));
}

/** Runs `work` on a destination that `prepare` has made of an input; nothing beside it may have changed. */
function beside(
  folder: string,
  prepare: (into: string, bytes: Buffer) => void,
  work: (into: string) => Promise<unknown>,
): (bytes: Buffer) => Promise<void> {
  let runs = 0;
  return async (bytes) => {
    const root = join(folder, String((runs += 1)));
    const into = used(root);
    prepare(into, bytes);
    const before = outside(root);
    await work(into);
    assert.deepEqual(outside(root), before);
    rmSync(root, { recursive: true });
  };
}

const VERIFIED = Buffer.concat([0, 1, 2].map((entry) => Buffer.concat([Buffer.of(0, 0, 0, entry), DIGEST])));

export const interrupted: Target = {
  promise: 'it is kept as far as its digests hold, or refused; nothing beside the destination is touched',
  covers:
    /src\/transfer\/(?:session\/(?:keep-verified|verified-log|staging|commit\w*)|stream\/manifest-pages)\.ts$/,
  tokens: PATHS,
  share: 1 / 6,
  // The log of what was verified comes first, as long as these; the rest is the manifest.
  seeds: () => MANIFESTS.map((one) => Buffer.concat([VERIFIED, one])),
  open: (folder) =>
    beside(
      folder,
      (into, bytes) => {
        const staging = join(into, '.openmover-00000000');
        for (const path of [
          'files/a.txt',
          'files/b/c.txt',
          'files/d.txt',
          'apps/a.b/base.apk',
          'calls/00000000.ndjson',
        ]) {
          mkdirSync(dirname(join(staging, path)), { recursive: true });
          writeFileSync(join(staging, path), CONTENT);
        }
        writeFileSync(join(staging, 'verified'), bytes.subarray(0, VERIFIED.length));
        writeFileSync(join(staging, 'manifest'), bytes.subarray(VERIFIED.length));
        writeFileSync(join(staging, 'manifest-complete'), '');
      },
      async (into) => {
        const destination = await openFolderDestination(into);
        await unlessLater(['DESTINATION_FAILED', 'STAGING_UNREADABLE'], () =>
          keepVerified({ destination, signal }),
        );
      },
    ),
};

const line = (type: string, path: readonly string[], more: object = {}): object => ({
  ...{ type, path },
  ...(type === 'folder' ? {} : { size: CONTENT.length, digest: DIGEST.toString('base64url') }),
  ...more,
});

export const undoJournal: Target = {
  promise: 'it takes back what it tells of or is passed over; nothing beside the destination is touched',
  covers: /src\/transfer\/session\/undo(?:-lines)?\.ts$/,
  tokens: [...PATHS, '"type":"file"', '"type":"record"', '"kept":null', '"kept":"before-1"', '"mine.txt"'],
  share: 1 / 6,
  seeds: () => [
    linesOf(
      line('folder', ['files', 'b']),
      line('file', ['files', 'b', 'c.txt']),
      line('file', ['files', 'a.txt']),
    ),
    linesOf(
      line('record', ['contacts.vcf'], { kept: 'before-0' }),
      line('record', ['calls.xml'], { kept: null }),
      line('record', ['mine.txt'], { kept: 'before-0' }),
    ),
  ],
  open: (folder) =>
    beside(
      folder,
      (into, bytes) => {
        const journal = join(into, '.openmover-undo');
        mkdirSync(journal);
        writeFileSync(join(journal, 'journal.ndjson'), bytes);
        writeFileSync(join(journal, 'before-0'), 'as it was\n');
        writeFileSync(join(into, 'contacts.vcf'), CONTENT);
        if (bytes.length % 2 === 0) writeFileSync(join(journal, 'finished'), '');
      },
      async (into) => {
        const destination = await openFolderDestination(into);
        const report = await unlessLater(['DESTINATION_FAILED'], () => undoMove({ destination, signal }));
        if (report === undefined) return;
        // What it had to go by is used up.
        await assert.rejects(undoMove({ destination, signal }), { code: 'NOTHING_TO_UNDO' });
      },
    ),
};
