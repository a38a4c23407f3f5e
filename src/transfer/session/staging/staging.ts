/**
 * The folders inside the destination where bytes wait until they are verified: one for each attempt at a move. After a
 * crash they are the memory. Each holds its manifest, a log of what was verified, and the entries at the places that
 * `stagedPath` names.
 *
 * A later attempt makes a folder of its own and never writes into an older one. What an older one has of an entry is
 * offered to the sender as a prefix; once the sender's digest shows that it is the same, the file gets a second name in
 * the new one (a hard link). So whatever was verified once is verified still, in the folder whose manifest says what it
 * belongs to, however often a move is broken off or stopped and whatever else is moved into the same destination in between.
 * When a move is done, what arrived with it goes from older folders, and a folder in which nothing verified is left with it.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  mkdirSync,
  opendirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { lstat, opendir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nameTwice } from '../../devices/folder/move-new.ts';
import { MoverError } from '../../errors.ts';
import type { Entry } from '../../kinds/entry.ts';
import { ownershipOf } from '../../disk/own-folder.ts';
import { writeFailure } from '../../disk/errno.ts';
import { stagedPath } from '../../lanes/staged-path.ts';
import { manifestPath, OlderStaging, removeStaging, stagedSize } from './older-staging.ts';

const NAME = /^\.openmover-[0-9a-f]{8}$/;
/** Of a dry run: no memory of anything, so that no move goes on from it. */
const ASIDE = /^\.openmover-dry-[0-9a-f]{8}$/;

/**
 * In a folder of ours is nothing but folders and files. A link in it would have been made by somebody who prepared this folder
 * for us, to have us write, take or remove what it leads to.
 */
async function isPlain(folder: string): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile()) continue;
    if (!entry.isDirectory() || !(await isPlain(join(folder, entry.name)))) return false;
  }
  return true;
}

/** Present once all of the manifest is there. */
export const completeMark = (staging: string): string => join(staging, 'manifest-complete');

interface Found {
  /** Newest first. */
  readonly ours: readonly string[];
  /** With a name of ours, and another user's, or prepared by somebody: left alone. */
  readonly foreign: readonly string[];
}

async function foldersLike(parent: string, pattern: RegExp): Promise<Found> {
  const ours: { path: string; mtimeMs: number }[] = [];
  const foreign: string[] = [];
  for await (const { name } of await opendir(parent)) {
    if (!pattern.test(name)) continue;
    const path = join(parent, name);
    if (ownershipOf(path, 'folder') === 'ours' && (await isPlain(path))) {
      ours.push({ path, mtimeMs: (await lstat(path)).mtimeMs });
    } else foreign.push(path);
  }
  ours.sort((one, other) => other.mtimeMs - one.mtimeMs);
  return { ours: ours.map(({ path }) => path), foreign };
}

/**
 * Staging that earlier attempts left, the newest first.
 * @throws MoverError `NOT_OURS` when there is only what looks like it and is not; `DESTINATION_FAILED` when it cannot be
 *   looked into.
 */
export async function findStaging(parent: string): Promise<readonly string[]> {
  let found: Found;
  try {
    found = await foldersLike(parent, NAME);
  } catch (error) {
    throw writeFailure(error);
  }
  const [foreign] = found.foreign;
  if (found.ours.length === 0 && foreign !== undefined) throw new MoverError('NOT_OURS', { detail: foreign });
  return found.ours;
}

/** Names of a folder that are looked at without waiting: a window asks, and a folder may hold a million. */
const LOOKED_AT = 10_000;

/**
 * Whether an attempt left something in this folder, by name and owner alone: a window asks it, and must not wait until all
 * of it has been walked through. False for a folder that cannot be listed.
 */
export function hasStaging(parent: string): boolean {
  try {
    const folder = opendirSync(parent);
    try {
      for (let looked = 0; looked < LOOKED_AT; looked += 1) {
        const entry = folder.readSync();
        if (entry === null) return false;
        if (NAME.test(entry.name) && ownershipOf(join(parent, entry.name), 'folder') === 'ours') return true;
      }
      return false;
    } finally {
      folder.closeSync();
    }
  } catch {
    return false;
  }
}

/** An empty folder in which a merge writes the new version of a record file. */
export function workFolderIn(staging: string, name: string): string {
  const folder = join(staging, `merge-${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** A part of an entry, from its first byte on, that lies in staging. */
export interface StagedPrefix {
  readonly path: string;
  readonly length: number;
}

export class Staging {
  readonly folder: string;
  /** The manifest's pages: lanes read them, and `keepVerified` after a crash. */
  readonly manifest: { readonly path: string; readonly fd: number };
  /** Of earlier attempts, the newest first. */
  readonly older: readonly string[];
  readonly #older: readonly OlderStaging[];

  private constructor(folder: string, older: readonly string[]) {
    this.folder = folder;
    this.older = older;
    this.#older = older.map((one) => new OlderStaging(one));
    const path = manifestPath(folder);
    this.manifest = { path, fd: openSync(path, 'wx+', 0o600) };
  }

  /** For who holds the folder's lock. @throws MoverError `NO_SPACE` or `DESTINATION_FAILED`. */
  static async open(parent: string): Promise<Staging> {
    try {
      await removeAside(parent);
      const older: string[] = [];
      for (const folder of (await foldersLike(parent, NAME)).ours) {
        if (await isEmpty(folder)) await removeStaging(folder);
        else older.push(folder);
      }
      return Staging.#make(parent, '.openmover-', older);
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** For a dry run: what earlier attempts left is neither used nor touched. */
  static async openAside(parent: string): Promise<Staging> {
    try {
      await removeAside(parent);
      return Staging.#make(parent, '.openmover-dry-', []);
    } catch (error) {
      throw writeFailure(error);
    }
  }

  static #make(parent: string, prefix: string, older: readonly string[]): Staging {
    const folder = join(parent, prefix + randomBytes(4).toString('hex'));
    mkdirSync(folder, { mode: 0o700 });
    return new Staging(folder, older);
  }

  /** Whether an earlier attempt may have left some of this move. */
  get resumed(): boolean {
    return this.older.length > 0;
  }

  /**
   * What is staged of an entry. A whole one stays where it is until its digest is known to be right; a part of one is moved
   * here, where a lane goes on with it.
   */
  async find(entry: Entry): Promise<StagedPrefix | undefined> {
    const path = stagedPath(this.folder, entry);
    const own = prefixIn(this.folder, entry);
    if (own !== undefined) return own;
    for (const older of this.#older) {
      const found = prefixIn(older.folder, entry);
      if (found === undefined) continue;
      if (found.length === entry.size) return found;
      // All of what another attempt verified must not grow.
      if (await older.isVerified(entry)) continue;
      moveFile(found.path, path);
      return { path, length: found.length };
    }
    return undefined;
  }

  /**
   * An entry that lies in staging was verified: it is of this move, too.
   * @param remember logs that; called before an older folder loses anything.
   * @throws errors of the file system.
   */
  adopt(entry: Entry, remember: () => void): void {
    if (stagedSize(this.folder, entry) === entry.size) return;
    const folder = this.older.find((one) => stagedSize(one, entry) === entry.size);
    if (folder === undefined) return;
    const from = stagedPath(folder, entry);
    const to = stagedPath(this.folder, entry);
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    rmSync(to, { force: true });
    if (nameTwice(from, to)) return;
    // No hard links here. A record kind and an app count only whole: a part that moved would be missing there.
    if (entry.type !== 'file') copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    else {
      remember();
      renameSync(from, to);
    }
  }

  /** The sender has told all of the manifest: a record kind in it can be known to be whole. */
  manifestComplete(): void {
    writeFileSync(completeMark(this.folder), '', { mode: 0o600 });
  }

  workFolder(name: string): string {
    return workFolderIn(this.folder, name);
  }

  /** What is staged stays for a later run; a folder in which nothing is goes. */
  async close(): Promise<void> {
    closeSync(this.manifest.fd);
    if (await isEmpty(this.folder)) await removeStaging(this.folder);
  }

  /**
   * Nothing of this attempt is needed any more. Never fails: what cannot be removed now is removed by a later attempt, and the
   * move has ended as it did.
   */
  async drop(): Promise<void> {
    closeSync(this.manifest.fd);
    await removeStaging(this.folder).catch(() => undefined);
  }
}

function prefixIn(folder: string, entry: Entry): StagedPrefix | undefined {
  const length = stagedSize(folder, entry);
  if (length === undefined || length === 0 || length > entry.size) return undefined;
  return { path: stagedPath(folder, entry), length };
}

/** A dry run that was killed could not remove its own. Only for who holds the folder's lock. */
async function removeAside(parent: string): Promise<void> {
  const { ours } = await foldersLike(parent, ASIDE);
  for (const folder of ours) await rm(folder, { recursive: true, force: true });
}

/** Whether an attempt ended before it staged anything: what a folder of its own holds are entries. */
export async function isEmpty(folder: string): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && (await hasFile(join(folder, entry.name)))) return false;
  }
  return true;
}

async function hasFile(folder: string): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() || (await hasFile(join(folder, entry.name)))) return true;
  }
  return false;
}

/** Bytes of the entries in a staging folder, verified or not; a file that is in several is counted once. */
export async function stagedBytes(folder: string, counted: Set<number>): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) bytes += await bytesBelow(join(folder, entry.name), counted);
  }
  return bytes;
}

async function bytesBelow(folder: string, counted: Set<number>): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesBelow(path, counted);
    else {
      const { size, nlink, ino } = await lstat(path);
      if (nlink > 1 && counted.has(ino)) continue;
      if (nlink > 1) counted.add(ino);
      bytes += size;
    }
  }
  return bytes;
}

function moveFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  renameSync(from, to);
}

/** Drops staging of earlier attempts. @throws MoverError `DESTINATION_FAILED`. */
export async function discardStaging(folders: readonly string[]): Promise<void> {
  try {
    for (const folder of folders) await removeStaging(folder);
  } catch (error) {
    throw new MoverError('DESTINATION_FAILED', { cause: error });
  }
}
