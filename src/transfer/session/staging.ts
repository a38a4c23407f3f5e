/**
 * The folders inside the destination where bytes wait until they are verified: one for each attempt at a move. After a
 * crash they are the memory. Each holds its manifest, a log of what was verified, and the entries at the places that
 * `stagedPath` names.
 *
 * A later attempt makes a folder of its own and never writes into an older one. What an older one has of an entry is
 * offered to the sender as a prefix; once the sender's digest shows that it is the same, the file is moved over. So
 * whatever was verified once is verified still, however often a move is broken off and whatever else is moved into the same
 * destination in between. A folder goes when all that was verified in it has come to its place, or when the person drops it.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MoverError } from '../errors.ts';
import type { Entry } from '../kinds/entry.ts';
import type { Digest } from '../stream/digest.ts';
import { ManifestPages } from '../stream/manifest-pages.ts';
import { READ_ONLY } from '../read-only.ts';
import { writeFailure } from '../stream/staged-file.ts';
import { stagedPath } from '../stream/staged-path.ts';
import { digestOfFile } from './digest-of-file.ts';
import { readVerified } from './verified-log.ts';

const NAME = /^\.openmover-[0-9a-f]{8}$/;
/** Of a dry run: no memory of anything, so that no move goes on from it. */
const ASIDE = /^\.openmover-dry-[0-9a-f]{8}$/;

/**
 * A folder of ours: not another user's, and nothing in it but folders and files. A link in it would have been made by
 * somebody who prepared this folder for us, to have us write, take or remove what it leads to.
 */
async function isOurs(path: string): Promise<boolean> {
  return isOwn(await lstat(path)) && isPlain(path);
}

const isOwn = (stats: Stats): boolean =>
  stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());

async function isPlain(folder: string): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile()) continue;
    if (!entry.isDirectory() || !(await isPlain(join(folder, entry.name)))) return false;
  }
  return true;
}

export const manifestPath = (staging: string): string => join(staging, 'manifest');

/** Present once all of the manifest is there. */
export const completeMark = (staging: string): string => join(staging, 'manifest-complete');

async function ours(parent: string, pattern: RegExp): Promise<string[]> {
  const found: { path: string; mtimeMs: number }[] = [];
  for (const name of (await readdir(parent)).filter((one) => pattern.test(one)).sort()) {
    const path = join(parent, name);
    if (await isOurs(path)) found.push({ path, mtimeMs: (await lstat(path)).mtimeMs });
  }
  return found.sort((one, other) => other.mtimeMs - one.mtimeMs).map(({ path }) => path);
}

/**
 * Staging that earlier attempts left, the newest first.
 * @throws MoverError `DESTINATION_FAILED` when it cannot be looked into.
 */
export async function findStaging(parent: string): Promise<string[]> {
  try {
    return await ours(parent, NAME);
  } catch (error) {
    throw writeFailure(error);
  }
}

/**
 * Whether an attempt left something in this folder, by name and owner alone: a window asks it, and must not wait until all
 * of it has been walked through. False for a folder that cannot be listed.
 */
export function hasStaging(parent: string): boolean {
  try {
    return readdirSync(parent).some((name) => NAME.test(name) && isOwn(lstatSync(join(parent, name))));
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

/** A path that is no file is none of ours: undefined, as where nothing is. */
function sizeOfFile(path: string): number | undefined {
  try {
    const stats = lstatSync(path);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Removes a staging folder. The log goes first: a folder whose removal breaks off half-way says that nothing in it was
 * verified, and the next attempt removes the rest.
 */
async function removeStaging(folder: string): Promise<void> {
  await rm(join(folder, 'verified'), { force: true });
  await rm(folder, { recursive: true, force: true });
}

/** What an earlier attempt left. Nothing in it is written to. */
class OlderStaging {
  readonly folder: string;
  /** Hashes of staged paths: a million of them fit. Two that are alike leave a file where it is, and it is sent again. */
  #verified: Set<number> | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Whether what lies at a staged path was verified; true when that cannot be told. */
  isVerified(path: string): boolean {
    try {
      if (this.#verified === undefined) {
        this.#verified = new Set();
        for (const { entry } of verifiedEntries(this.folder)) {
          this.#verified.add(hashOf(stagedPath(this.folder, entry)));
        }
      }
      return this.#verified.has(hashOf(path));
    } catch {
      return true;
    }
  }
}

const hashOf = (path: string): number => createHash('sha256').update(path).digest().readUIntBE(0, 6);

/** The verified entries of a staging folder that are there, in the order of its manifest. */
export function* verifiedEntries(folder: string): Generator<{ entry: Entry; digest: Digest }> {
  const verified = readVerified(folder);
  if (verified.size === 0) return;
  const fd = openSync(manifestPath(folder), READ_ONLY);
  try {
    for (const page of ManifestPages.reopen(fd)) {
      for (const [offset, entry] of page.entries.entries()) {
        const digest = verified.get(page.first + offset);
        if (digest === undefined || sizeOfFile(stagedPath(folder, entry)) !== entry.size) continue;
        yield { entry, digest };
      }
    }
  } finally {
    closeSync(fd);
  }
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
  readonly #older: readonly OlderStaging[];

  private constructor(folder: string, older: readonly string[]) {
    this.folder = folder;
    this.#older = older.map((one) => new OlderStaging(one));
    const path = manifestPath(folder);
    this.manifest = { path, fd: openSync(path, 'wx+', 0o600) };
  }

  /** For who holds the folder's lock. @throws MoverError `NO_SPACE` or `DESTINATION_FAILED`. */
  static async open(parent: string): Promise<Staging> {
    try {
      await removeAside(parent);
      const older: string[] = [];
      for (const folder of await ours(parent, NAME)) {
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
    return this.#older.length > 0;
  }

  /**
   * What is staged of an entry. A whole one stays where it is until its digest is known to be right; a part of one is moved
   * here, where a lane goes on with it.
   */
  find(entry: Entry): StagedPrefix | undefined {
    const path = stagedPath(this.folder, entry);
    const own = this.#prefixAt(path, entry);
    if (own !== undefined) return own;
    for (const older of this.#older) {
      const there = stagedPath(older.folder, entry);
      const found = this.#prefixAt(there, entry);
      if (found === undefined) continue;
      if (found.length === entry.size) return found;
      if (older.isVerified(there)) continue;
      moveFile(there, path);
      return { path, length: found.length };
    }
    return undefined;
  }

  #prefixAt(path: string, entry: Entry): StagedPrefix | undefined {
    const length = sizeOfFile(path);
    if (length === undefined || length === 0 || length > entry.size) return undefined;
    return { path, length };
  }

  /** An entry that lies in staging was verified: it is of this move from now on. @throws the system's error. */
  adopt(entry: Entry): void {
    const path = stagedPath(this.folder, entry);
    if (sizeOfFile(path) === entry.size) return;
    const from = this.#older
      .map(({ folder }) => stagedPath(folder, entry))
      .find((there) => sizeOfFile(there) === entry.size);
    if (from !== undefined) moveFile(from, path);
  }

  /** The same content is at the destination, or here: an older copy of it is of no more use. */
  async supersede(entry: Entry, digest: Digest, signal: AbortSignal): Promise<void> {
    for (const { folder } of this.#older) {
      const path = stagedPath(folder, entry);
      if (sizeOfFile(path) !== entry.size) continue;
      if ((await digestOfFile(path, entry.size, signal)) === digest) unlinkSync(path);
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
   * The move has come to its end: this folder goes, and each older one in which nothing is left that was verified. Never
   * fails: what cannot be removed now is removed by a later attempt, and the move is done all the same.
   */
  async finish(): Promise<void> {
    closeSync(this.manifest.fd);
    await removeStaging(this.folder).catch(() => undefined);
    for (const { folder } of this.#older) {
      try {
        if (verifiedEntries(folder).next().done === true) await removeStaging(folder);
      } catch {
        // A damaged one stays until the person drops it.
      }
    }
  }
}

/** A dry run that was killed could not remove its own. Only for who holds the folder's lock. */
async function removeAside(parent: string): Promise<void> {
  for (const folder of await ours(parent, ASIDE)) await rm(folder, { recursive: true, force: true });
}

/** Whether an attempt ended before it staged anything: what a folder of its own holds are entries. */
async function isEmpty(folder: string): Promise<boolean> {
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

/** Bytes of the entries in a staging folder, verified or not. */
export async function stagedBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) bytes += await bytesBelow(join(folder, entry.name));
  }
  return bytes;
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? await bytesBelow(path) : (await lstat(path)).size;
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
