/** A device folder as a destination. Nothing that was there is changed, save a record file by a merge. */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  statfsSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DeviceFacts } from '../../compat/facts.ts';
import { writeFailure } from '../../disk/errno.ts';
import { MoverError } from '../../errors.ts';
import type { ApkEntry, FileEntry, FolderEntry } from '../../kinds/entry.ts';
import { isFile } from '../../kinds/file-identity.ts';
import type { MergeResult, RecordFormat, RecordKind } from '../../kinds/kind.ts';
import type { DiskDestination, CreationObserver, StagedApk } from '../port.ts';
import { numberedName } from '../numbered-name.ts';
import type { NameRules } from '../name-rules.ts';
import { appSetFolders, placeAppSet } from './app-sets.ts';
import { readDeviceFile } from './device-file.ts';
import { flushFileSystem } from './flush.ts';
import { pathType } from './path-type.ts';
import { diskCalls, moveNew, type NamingCalls } from './move-new.ts';
import { probeNames } from './probe-names.ts';
import { findDeviceRecords } from './record-files.ts';
import { RecordTargets } from './record-targets.ts';
import { TargetFolders } from './target-folders.ts';

export interface FolderWriters {
  readonly formats: Readonly<Record<RecordKind, RecordFormat>>;
  readonly calls?: NamingCalls;
}

const FILES = ['files'];

/** Something is there, or it is on another file system. */
const TAKEN: ReadonlySet<string> = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EPERM', 'EXDEV']);

export class FolderDestination implements DiskDestination {
  readonly type = 'disk';
  readonly device: DeviceFacts;
  readonly stagingParent: string;
  readonly #root: string;
  readonly #writers: FolderWriters;
  readonly #folders: TargetFolders;

  /**
   * Makes the folder when it is not there.
   * @throws MoverError `DESTINATION_MISSING`, `DESTINATION_UNWRITABLE`; `SOURCE_INVALID` for a malformed `device.json`.
   */
  constructor(folder: string, writers: FolderWriters) {
    this.#root = openFolder(folder);
    this.device = readDeviceFile(this.#root);
    this.stagingParent = this.#root;
    this.#writers = writers;
    this.#folders = new TargetFolders(this.#root);
    // Said now rather than after everything has been sent.
    for (const kind of ['files', 'apps']) this.#folders.find([kind]);
    this.#folders.forget();
  }

  nameRules(folder: string): NameRules {
    return probeNames(folder);
  }

  space(): { freeBytes: number; totalBytes: number } {
    const { bavail, blocks, bsize } = statfsSync(this.#root);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  }

  candidates(entry: FileEntry | ApkEntry): readonly string[] {
    return writing(() => {
      if (entry.type === 'apk') return this.appSets([entry]).flat();
      // A new device has nothing of the kind.
      if (this.#folders.find(FILES) === undefined) return [];
      const folder = this.#folders.find(folderOf(entry));
      return folder === undefined ? [] : [...sameSize(folder, entry)];
    });
  }

  placeFolder(entry: FolderEntry, observer?: CreationObserver): 'added' | 'same' {
    return writing(() => (this.#folders.make(['files', ...entry.path], observer).made ? 'added' : 'same'));
  }

  freePathFor(name: string): string | undefined {
    return writing(() => {
      const target = join(this.#root, 'files', name);
      return pathType(target) === 'nothing' ? target : undefined;
    });
  }

  adoptFolder(name: string, staged: string, observer?: CreationObserver): boolean {
    return writing(() => {
      const target = join(this.#folders.make(['files'], observer).path, name);
      if (pathType(staged) !== 'folder' || pathType(target) !== 'nothing') return false;
      observer?.before([{ type: 'folder', path: target }]);
      try {
        // Should a folder have come there since, rename(2) takes the place of an empty one only and fails for any other.
        (this.#writers.calls ?? diskCalls).rename(staged, target);
      } catch (error) {
        observer?.failed();
        if (TAKEN.has((error as NodeJS.ErrnoException).code ?? '')) return false;
        throw error;
      }
      this.#folders.forget();
      return true;
    });
  }

  place(
    entry: FileEntry,
    staged: string,
    identical: (path: string) => boolean,
    observer?: CreationObserver,
  ): 'added' | 'same' {
    return writing(() => {
      try {
        return this.#place(entry, staged, identical, observer);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        // The folder was removed meanwhile: it is made again. If it is the staged file that is gone, this fails too.
        this.#folders.forget();
        return this.#place(entry, staged, identical, observer);
      }
    });
  }

  sizeOf(path: string): number | undefined {
    return writing(() => {
      const there = lstatSync(path, { throwIfNoEntry: false });
      return there?.isFile() === true ? there.size : undefined;
    });
  }

  appSets(entries: readonly ApkEntry[]): readonly (readonly string[])[] {
    const [first] = entries;
    if (first === undefined) return [];
    return writing(() => {
      const apps = this.#folders.find(['apps']);
      if (apps === undefined) return [];
      const sets = [...appSetFolders(apps, first.path[0])];
      return sets
        .filter((folder) => entries.every((entry) => isFileOfSize(join(folder, entry.path[1]), entry.size)))
        .map((folder) => entries.map((entry) => join(folder, entry.path[1])));
    });
  }

  placeApp(apks: readonly StagedApk[], workFolder: string, observer?: CreationObserver): void {
    writing(() => {
      const apps = this.#folders.make(['apps'], observer).path;
      placeAppSet({ apps, apks, workFolder, calls: this.#writers.calls ?? diskCalls, observer });
    });
  }

  async merge(
    kind: RecordKind,
    incoming: () => AsyncIterable<string>,
    workFolder: string,
    signal: AbortSignal,
  ): Promise<MergeResult> {
    const format = this.#writers.formats[kind];
    const { files: existing, links } = writing(() => findDeviceRecords(this.#root, format));
    // Through a link, a merge would write elsewhere or replace the link; beside it, it would not know what is there.
    if (links[0] !== undefined) {
      throw new MoverError('DESTINATION_UNWRITABLE', { detail: `${links[0]} is a link` });
    }
    const targets = new RecordTargets(this.#root, format, existing);
    const target = (collection: string | undefined): string => targets.target(collection);
    return format.merge({ existing, incoming, target, workFolder, signal });
  }

  holds(kind: RecordKind, replacements: MergeResult['replacements']): boolean {
    return writing(() => {
      const found = findDeviceRecords(this.#root, this.#writers.formats[kind]).files;
      const paths = new Set(found.map(({ path }) => path));
      return replacements.every(({ to, read }) => paths.has(to) && isFile(to, read));
    });
  }

  recordBytes(kind: RecordKind): number {
    return writing(() => {
      const { files } = findDeviceRecords(this.#root, this.#writers.formats[kind]);
      return files.reduce((sum, { path }) => sum + (this.sizeOf(path) ?? 0), 0);
    });
  }

  flush(): Promise<boolean> {
    return flushFileSystem(this.#root);
  }

  /** Nothing is open between calls. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #place(
    entry: FileEntry,
    staged: string,
    identical: (path: string) => boolean,
    observer: CreationObserver | undefined,
  ): 'added' | 'same' {
    const { path: folder } = this.#folders.make(folderOf(entry), observer);
    const name = nameOf(entry);
    for (let count = 1; ; count += 1) {
      const path = join(folder, numberedName(name, count, 'file'));
      if (pathType(path) === 'nothing' && this.#take(staged, path, observer)) return 'added';
      // Also what has come there since it was looked at.
      if (isFileOfSize(path, entry.size) && identical(path)) {
        unlinkSync(staged);
        return 'same';
      }
    }
  }

  #take(staged: string, path: string, observer: CreationObserver | undefined): boolean {
    observer?.before([{ type: 'file', path }]);
    let taken = false;
    try {
      taken = moveNew(staged, path, this.#writers.calls ?? diskCalls);
    } finally {
      if (!taken) observer?.failed();
    }
    return taken;
  }
}

/** Files under the entry's name or kept beside it, up to the first name that is free. */
function* sameSize(folder: string, entry: FileEntry): Generator<string> {
  const name = nameOf(entry);
  for (let count = 1; ; count += 1) {
    const path = join(folder, numberedName(name, count, 'file'));
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there === undefined) return;
    if (there.isFile() && there.size === entry.size) yield path;
  }
}

const isFileOfSize = (path: string, size: number): boolean => {
  const there = lstatSync(path, { throwIfNoEntry: false });
  return there?.isFile() === true && there.size === size;
};

const folderOf = (entry: FileEntry): string[] => [entry.kind, ...entry.path.slice(0, -1)];

const nameOf = (entry: FileEntry): string => entry.path.at(-1) ?? '';

/**
 * Makes a folder and those above it. Not by Node's `recursive`, which tries for ever where a file system refuses a new
 * folder as if the one above were missing (/proc).
 */
function makeFolders(folder: string): void {
  const make = (): void => {
    mkdirSync(folder, { mode: 0o700 });
  };
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || existsSync(dirname(folder))) throw error;
    makeFolders(dirname(folder));
    make();
  }
}

/** The folder's real path: what the person names may be a link, what is below may not. */
function openFolder(folder: string): string {
  try {
    const there = statSync(folder, { throwIfNoEntry: false });
    if (there === undefined) makeFolders(resolve(folder));
    else if (!there.isDirectory()) {
      throw new MoverError('DESTINATION_MISSING', { detail: `${folder} is not a folder` });
    }
  } catch (cause) {
    if (cause instanceof MoverError) throw cause;
    throw new MoverError('DESTINATION_MISSING', { detail: folder, cause });
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(folder);
  } catch (cause) {
    throw new MoverError('DESTINATION_UNWRITABLE', { detail: folder, cause });
  }
}

function writing<T>(write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw writeFailure(cause);
  }
}
