/**
 * A tree of files, or a single file, as entries: depth first, siblings by code point, so that two walks of an unchanged tree agree. What
 * cannot or must not move is reported and left out; links are never followed.
 */
import { setImmediate } from 'node:timers/promises';
import { LIMITS } from '../../limits.ts';
import { readSkipReason } from '../../disk/errno.ts';
import { decodeName, travelName } from '../../paths/raw-path.ts';
import { travelTime } from '../../paths/file-time.ts';
import { checkName, isStagingName } from '../../paths/safe-path.ts';
import type { FileEntry, FolderEntry } from '../entry.ts';
import type { ReportSkip, SkipReason } from '../kind.ts';
import { sortByCodePoint } from './order.ts';
import { diskFileSystem, type FileStats, type ReadOnlyFileSystem } from './read-only-fs.ts';

export type WalkRoot = FolderRoot | FileRoot;

export interface FolderRoot {
  /** Absolute. */
  readonly folder: string;
  /** Components its content is put below in the manifest. */
  readonly below: readonly string[];
  /** Components that lead to the folder on the device, for rules that look at more than the name (`.ssh/id_*`). */
  readonly context: readonly string[];
}

export interface FileRoot {
  /** Absolute. */
  readonly file: string;
  /** What it is called in the manifest. */
  readonly below: readonly [string];
  /** Components that lead to the file on the device, its own name the last. */
  readonly context: readonly string[];
}

export interface WalkOptions {
  readonly isCredential: (path: readonly string[]) => boolean;
  /** The same by what is in the file, for names that only hint at it. */
  readonly holdsCredentials?: ((location: string, name: string) => boolean) | undefined;
  /** What the person named to move all the same. */
  readonly isIncluded?: ((location: string) => boolean) | undefined;
  /** Whether a folder, by its real path, is being moved into: it is left out, or a move would copy what it writes. */
  readonly isReceiving?: ((folder: string) => boolean) | undefined;
  readonly skip: ReportSkip;
  readonly signal: AbortSignal;
  readonly fileSystem?: ReadOnlyFileSystem;
}

/** Longest stretch of blocking calls, so that progress, pings and a stop are heard; its entries come together. */
const SLICE_MS = 5;
/** Looking at the clock costs as much as a tenth of a file. */
const STEPS_A_LOOK = 32;

/**
 * Files, and the folders that hold nothing that moves, some at a time: a promise each costs as much as a look at the disk.
 * Memory is bounded by the names of the folders on the way down. A root that holds nothing is an entry only when it has a
 * name of its own in the manifest.
 */
export async function* walkFiles(
  root: WalkRoot,
  options: WalkOptions,
): AsyncGenerator<readonly (FileEntry | FolderEntry)[], void> {
  options.signal.throwIfAborted();
  let sliceEnds = performance.now() + SLICE_MS;
  let steps = 0;
  let entries: (FileEntry | FolderEntry)[] = [];
  for (const entry of new Walk(root, options).steps()) {
    steps += 1;
    if (steps % STEPS_A_LOOK === 0 && performance.now() > sliceEnds) {
      yield entries;
      entries = [];
      await setImmediate();
      options.signal.throwIfAborted();
      sliceEnds = performance.now() + SLICE_MS;
    }
    if (entry !== undefined) entries.push(entry);
  }
  yield entries;
}

interface Frame {
  /** Absolute, with a separator at its end. */
  readonly folder: string;
  /** In the manifest. */
  readonly path: readonly string[];
  readonly pathBytes: number;
  readonly names: readonly string[];
  next: number;
  /** Whether anything in it moves: a folder that comes about by its content is not an entry. */
  moved: boolean;
  /** Why nothing in it may move: what is below is counted and named, since a person asks which files those are. */
  readonly refused: SkipReason | undefined;
  /** Whether anything in a refused folder was counted. */
  counted: boolean;
}

class Walk {
  readonly #root: WalkRoot;
  readonly #options: WalkOptions;
  readonly #fs: ReadOnlyFileSystem;
  readonly #stack: Frame[] = [];

  constructor(root: WalkRoot, options: WalkOptions) {
    this.#root = root;
    this.#options = options;
    this.#fs = options.fileSystem ?? diskFileSystem;
  }

  /** One step a name; undefined where it leads to no entry. */
  *steps(): Generator<FileEntry | FolderEntry | undefined, void> {
    const { below } = this.#root;
    const belowBytes = Buffer.byteLength(below.join('/'));
    if ('file' in this.#root) {
      yield this.#single(this.#root.file, below, belowBytes);
      return;
    }
    this.#descend(this.#root.folder, below, belowBytes);
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      const name = frame.names[frame.next];
      if (name !== undefined) {
        frame.next += 1;
        yield this.#visit(frame, name);
        continue;
      }
      this.#stack.pop();
      if (frame.refused !== undefined) {
        if (!frame.counted) this.#options.skip(frame.refused, 1, frame.path);
        const above = this.#stack.at(-1);
        if (above !== undefined) above.counted = true;
      } else if (!frame.moved && frame.path.length > 0) {
        yield { type: 'folder', kind: 'files', path: frame.path, size: 0 };
      }
    }
  }

  #visit(frame: Frame, onDevice: string): FileEntry | undefined {
    const location = frame.folder + onDevice;
    const name = travelName(onDevice);
    const stats = this.#stat(location, () => [...frame.path, name]);
    if (stats === undefined) return undefined;
    if (this.#stack.length === 1 && OWN_FOLDER.test(name) && stats.isDirectory()) return undefined;
    const { path, pathBytes } = this.#pathOf(frame, name);
    const reason = this.#reasonToLeave(stats, path, pathBytes, location) ?? frame.refused;
    if (stats.isDirectory()) {
      if (this.#options.isReceiving?.(location) === true) {
        frame.counted = true;
        this.#options.skip('receiving', 1, path);
        return undefined;
      }
      if (this.#descend(location, path, pathBytes, reason) && reason === undefined) frame.moved = true;
      return undefined;
    }
    if (reason === undefined) {
      frame.moved = true;
      return fileEntry(path, stats);
    }
    frame.counted = true;
    this.#options.skip(reason, 1, path);
    return undefined;
  }

  /** The file a person named; one that has become something else since then is left. */
  #single(location: string, path: readonly string[], pathBytes: number): FileEntry | undefined {
    const stats = this.#stat(location, () => path);
    if (stats === undefined) return undefined;
    const reason = stats.isDirectory() ? 'special' : this.#reasonToLeave(stats, path, pathBytes, location);
    if (reason === undefined) return fileEntry(path, stats);
    this.#options.skip(reason, 1, path);
    return undefined;
  }

  #pathOf(frame: Frame, name: string): { path: readonly string[]; pathBytes: number } {
    const separator = frame.path.length === 0 ? 0 : 1;
    return {
      path: [...frame.path, name],
      pathBytes: frame.pathBytes + separator + Buffer.byteLength(name),
    };
  }

  #reasonToLeave(
    stats: FileStats,
    path: readonly string[],
    pathBytes: number,
    location: string,
  ): SkipReason | undefined {
    if (stats.isSymbolicLink()) return 'link';
    const isFile = stats.isFile();
    if (!isFile && !stats.isDirectory()) return 'special';
    const problem = checkName(path.at(-1) ?? '');
    if (problem === 'not-unicode') return 'name-not-unicode';
    if (problem !== undefined || path.length > LIMITS.pathDepth || pathBytes > LIMITS.pathBytes) {
      return 'name-not-portable';
    }
    if (path.length === 1 && isStagingName(path[0] ?? '')) return 'name-not-portable';
    if (!isFile) return undefined;
    const { isCredential, holdsCredentials, isIncluded } = this.#options;
    const included = isIncluded?.(location) === true;
    if (!included && isCredential(this.#credentialPath(path))) return 'credential';
    if (stats.size > LIMITS.fileBytes) return 'too-large';
    if (!this.#fs.canRead(location, stats)) return 'unreadable';
    return !included && holdsCredentials?.(location, path.at(-1) ?? '') === true ? 'credential' : undefined;
  }

  #credentialPath(path: readonly string[]): readonly string[] {
    const { below, context } = this.#root;
    return context.length === 0 ? path : [...context, ...path.slice(below.length)];
  }

  #stat(location: string, path: () => readonly string[]): FileStats | undefined {
    try {
      const stats = this.#fs.stat(location);
      if (stats === undefined) this.#options.skip('vanished', 1, path());
      return stats;
    } catch (error) {
      this.#options.skip(readSkipReason(error), 1, path());
      return undefined;
    }
  }

  #descend(folder: string, path: readonly string[], pathBytes: number, refused?: SkipReason): boolean {
    try {
      const names = sortByCodePoint(this.#names(folder));
      this.#stack.push({
        folder: folder.endsWith('/') ? folder : `${folder}/`,
        path,
        pathBytes,
        names,
        next: 0,
        moved: false,
        refused,
        counted: false,
      });
      return true;
    } catch (error) {
      this.#options.skip(refused ?? readSkipReason(error), 1, path);
      return false;
    }
  }

  /** U+FFFD may be a real part of a name, or stand for bytes that are no UTF-8: only the bytes can tell. */
  #names(folder: string): string[] {
    const names = this.#fs.list(folder);
    if (!names.some((name) => name.includes('\uFFFD'))) return names;
    return this.#fs.listBytes(folder).map(decodeName);
  }
}

/** What OpenMover keeps for itself at the top of a folder it has moved into, and is no part of what is there. */
const OWN_FOLDER = /^\.openmover-(?:undo|(?:dry-)?[0-9a-f]{8})$/;

const fileEntry = (path: readonly string[], stats: FileStats): FileEntry => ({
  type: 'file',
  kind: 'files',
  path,
  size: stats.size,
  mtimeMs: travelTime(stats.mtimeMs),
  executable: (stats.mode & 0o100) !== 0,
});
