/**
 * Takes the last move back, as long as nothing changed since: a file it placed goes when its content is still what came,
 * a record file becomes what it was when it is still what the merge made, and folders it made go when they are empty. What
 * was changed since stays, and is named.
 */
import { existsSync, lstatSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Destination, DeviceDestination, DiskDestination } from '../../devices/port.ts';
import { MoverError } from '../../errors.ts';
import { digestOfFile } from '../digest-of-file.ts';
import { lockFolder } from '../../disk/folder-lock.ts';
import { lockDestination } from '../staging/lock-destination.ts';
import { finishedMark, hasJournal, readUndoLines, undoFolder, type UndoLine } from './undo-lines.ts';

export interface UndoOptions {
  readonly destination: Destination;
  readonly signal: AbortSignal;
}

/** What `undoMove` took back, and what it left because it was changed since. */
export interface UndoReport {
  /** Files, APKs and a phone's apps and records that went. */
  readonly removed: number;
  /** Record files that are again what they were, or gone where there was none. */
  readonly restored: number;
  /** Folders that went. */
  readonly folders: number;
  /** Files that were gone already. */
  readonly gone: number;
  /** What was changed since and stays, as paths below the destination; of a phone also apps and kinds of records. */
  readonly left: readonly string[];
}

type RecordLine = Extract<UndoLine, { type: 'record' }>;

/**
 * Takes the last move into a destination back. What was changed since stays, and is named.
 * @throws MoverError `NOTHING_TO_UNDO` when no move was received here that could be; `NOT_OURS`; `DESTINATION_BUSY`;
 *   `DESTINATION_FAILED`, after which it can be run again.
 */
export function undoMove({ destination, signal }: UndoOptions): Promise<UndoReport> {
  if (destination.type === 'device') {
    return lockedDevice(destination, async () => {
      const report = await destination.undo(signal);
      if (report === undefined) throw new MoverError('NOTHING_TO_UNDO');
      return { restored: 0, ...report };
    });
  }
  return locked(destination, async (root) => {
    const finished = existsSync(finishedMark(root));
    // Should this be broken off, what it has taken back is not called gone the next time.
    rmSync(finishedMark(root), { force: true });
    const undo = new Undo(root, finished);
    for await (const line of readUndoLines(root)) {
      signal.throwIfAborted();
      await undo.take(line);
    }
    await undo.end();
    rmSync(undoFolder(root), { recursive: true, force: true });
    return undo.report;
  });
}

/**
 * Drops what is kept to take the last move back; the move itself stays.
 * @throws MoverError `NOTHING_TO_UNDO`, `DESTINATION_BUSY`.
 */
export function forgetUndo({ destination }: Pick<UndoOptions, 'destination'>): Promise<void> {
  if (destination.type === 'device') {
    return lockedDevice(destination, async () => {
      if (!(await destination.forgetUndo(new AbortController().signal)))
        throw new MoverError('NOTHING_TO_UNDO');
    });
  }
  return locked(destination, (root) => {
    rmSync(undoFolder(root), { recursive: true, force: true });
    return Promise.resolve();
  });
}

async function lockedDevice<T>(destination: DeviceDestination, work: () => Promise<T>): Promise<T> {
  const lock = await lockDestination(destination);
  try {
    return await work();
  } catch (error) {
    throw MoverError.from(error, 'DESTINATION_FAILED');
  } finally {
    await lock.release();
  }
}

async function locked<T>(destination: DiskDestination, work: (root: string) => Promise<T>): Promise<T> {
  const root = destination.stagingParent;
  const lock = await lockFolder(root);
  try {
    if (!hasJournal(root)) throw new MoverError('NOTHING_TO_UNDO');
    return await work(root);
  } catch (error) {
    throw MoverError.from(error, 'DESTINATION_FAILED');
  } finally {
    await lock.release();
  }
}

class Undo {
  readonly #root: string;
  readonly #finished: boolean;
  readonly #folders: string[][] = [];
  readonly #records: RecordLine[] = [];
  readonly #left: string[] = [];
  #removed = 0;
  #restored = 0;
  #removedFolders = 0;
  #gone = 0;
  #checkedFolder: string | undefined;

  /** @param finished whether everything the journal tells of was made. */
  constructor(root: string, finished: boolean) {
    this.#root = root;
    this.#finished = finished;
  }

  get report(): UndoReport {
    return {
      removed: this.#removed,
      restored: this.#restored,
      folders: this.#removedFolders,
      gone: this.#gone,
      left: this.#left,
    };
  }

  async take(line: UndoLine): Promise<void> {
    if (line.type === 'folder') this.#folders.push(line.path);
    else if (line.type === 'record') this.#records.push(line);
    else {
      const state = await this.#stateOf(line);
      if (state === 'gone') this.#miss();
      else if (state === 'changed') this.#left.push(line.path.join('/'));
      else {
        unlinkSync(this.#path(line.path));
        this.#removed += 1;
      }
    }
  }

  /** Records last to first, then folders from the deepest on, which hold nothing of the move any more. */
  async end(): Promise<void> {
    for (const line of this.#records.reverse()) await this.#restore(line);
    for (const path of this.#folders.sort((a, b) => b.length - a.length)) {
      if (!this.#isBelowRealFolders(path)) continue;
      try {
        rmdirSync(this.#path(path));
        this.#removedFolders += 1;
      } catch {
        // Something is in it, or it is gone.
      }
    }
  }

  /** After a move that was broken off, what is not there may never have been. */
  #miss(): void {
    if (this.#finished) this.#gone += 1;
  }

  async #restore(line: RecordLine): Promise<void> {
    const kept = line.kept === null ? undefined : join(undoFolder(this.#root), line.kept);
    // Taken back already, by an undo that was broken off; or no file of ours.
    if (kept !== undefined && lstatSync(kept, { throwIfNoEntry: false })?.isFile() !== true) return;
    const path = this.#path(line.path);
    const state = await this.#stateOf(line);
    if (state === 'as-it-came') {
      if (kept === undefined) unlinkSync(path);
      else renameSync(kept, path);
      this.#restored += 1;
    } else if (state === 'gone') this.#miss();
    else if (kept === undefined || !(await this.#isSame(kept, path))) this.#left.push(line.path.join('/'));
  }

  /** A move that was killed before the rename has replaced nothing. */
  async #isSame(kept: string, path: string): Promise<boolean> {
    const { size } = lstatSync(kept);
    const there = await digestOfFile(path, size);
    return there !== undefined && there === (await digestOfFile(kept, size));
  }

  async #stateOf({
    path,
    size,
    digest,
  }: Exclude<UndoLine, { type: 'folder' }>): Promise<'as-it-came' | 'changed' | 'gone'> {
    if (!this.#isBelowRealFolders(path)) return 'changed';
    const absolute = this.#path(path);
    if (lstatSync(absolute, { throwIfNoEntry: false }) === undefined) return 'gone';
    return (await digestOfFile(absolute, size)) === digest ? 'as-it-came' : 'changed';
  }

  /** A folder that became a link since leads to files that are not of the move. */
  #isBelowRealFolders(path: readonly string[]): boolean {
    const folder = dirname(this.#path(path));
    if (folder === this.#checkedFolder) return true;
    for (let depth = 1; depth < path.length; depth += 1) {
      const stats = lstatSync(this.#path(path.slice(0, depth)), { throwIfNoEntry: false });
      if (stats?.isDirectory() === false) return false;
    }
    this.#checkedFolder = folder;
    return true;
  }

  #path(components: readonly string[]): string {
    return join(this.#root, ...components);
  }
}
