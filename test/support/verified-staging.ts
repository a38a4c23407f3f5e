/** A staging folder as a move leaves it that has arrived whole and not been committed: what `commit` begins with. */
import { closeSync, mkdirSync, openSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type {
  ApkEntry,
  Entry,
  FileEntry,
  FolderEntry,
  SegmentEntry,
} from '../../src/transfer/kinds/entry.ts';
import type { RecordKind } from '../../src/transfer/kinds/kind.ts';
import { digestOf } from '../../src/transfer/disk/digest.ts';
import { ManifestPages } from '../../src/transfer/lanes/manifest-pages.ts';
import { stagedPath } from '../../src/transfer/lanes/staged-path.ts';
import { VerifiedLog } from '../../src/transfer/session/staging/verified-log.ts';

const MTIME_MS = 1_600_000_000_000;

export interface StagedDevice {
  /** Lines of each kind, as one segment. */
  readonly records?: Readonly<Partial<Record<RecordKind, readonly string[]>>>;
  /** APKs by package and file name. */
  readonly apps?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Files by path; a path that ends in `/` is an empty folder. */
  readonly files?: Readonly<Record<string, string>>;
}

interface Content {
  readonly entry: Entry;
  readonly text: string;
}

function contentsOf({ records = {}, apps = {}, files = {} }: StagedDevice): Content[] {
  const segments = Object.entries(records).map(([kind, lines]): Content => {
    const text = lines.map((line) => `${line}\n`).join('');
    const entry: SegmentEntry = {
      type: 'segment',
      kind: kind as RecordKind,
      index: 0,
      records: lines.length,
      size: Buffer.byteLength(text),
    };
    return { entry, text };
  });
  const apks = Object.entries(apps).flatMap(([name, set]) =>
    Object.entries(set).map(([file, text]): Content => {
      const entry: ApkEntry = {
        type: 'apk',
        kind: 'apps',
        path: [name, file],
        size: Buffer.byteLength(text),
        mtimeMs: MTIME_MS,
      };
      return { entry, text };
    }),
  );
  const placed = Object.entries(files).map(([name, text]): Content => {
    const path = name.split('/').filter(Boolean);
    const folder: FolderEntry = { type: 'folder', kind: 'files', path, size: 0 };
    const size = Buffer.byteLength(text);
    const file: FileEntry = {
      type: 'file',
      kind: 'files',
      path,
      size,
      mtimeMs: MTIME_MS,
      executable: false,
    };
    return { entry: name.endsWith('/') ? folder : file, text };
  });
  return [...segments, ...apks, ...placed];
}

/**
 * Puts the device into a staging folder at `parent`, verified.
 * @returns the folder, its manifest, and the entries in their order.
 */
export function stageVerified(
  parent: string,
  device: StagedDevice,
  name = '.openmover-0a1b2c3d',
): { folder: string; pages: ManifestPages; entries: readonly Entry[] } {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const contents = contentsOf(device);
  const entries = contents.map(({ entry }) => entry);
  const manifest = openSync(join(folder, 'manifest'), 'wx+');
  onTestFinished(() => {
    closeSync(manifest);
  });
  const pages = new ManifestPages(manifest);
  pages.append({ first: 0, entries, held: [] });
  writeFileSync(join(folder, 'manifest-complete'), '');
  const log = new VerifiedLog(folder);
  for (const [number, { entry, text }] of contents.entries()) {
    if (entry.type === 'folder') continue;
    const path = stagedPath(folder, entry);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
    utimesSync(path, MTIME_MS / 1000, MTIME_MS / 1000);
    log.add(number, digestOf(Buffer.from(text)));
  }
  log.close();
  return { folder, pages, entries };
}
