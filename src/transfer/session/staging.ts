/**
 * The folder inside the destination where bytes wait until they are verified. After a crash it is the memory: a later
 * run finds it and goes on from what is in it. Only this folder is ever removed.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { MoverError } from '../errors.ts';
import { writeFailure } from '../stream/staged-file.ts';

const NAME = /^\.openmover-[0-9a-f]{8}$/;
/** Of a dry run: no memory of anything, so that no move goes on from it. */
const ASIDE = /^\.openmover-dry-[0-9a-f]{8}$/;

/**
 * A folder of ours: not another user's, and nothing in it but folders and files. A link in it would have been made by
 * somebody who prepared this folder for us, to have us write, take or remove what it leads to.
 */
function isOurs(path: string): boolean {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return false;
  return (process.getuid === undefined || stats.uid === process.getuid()) && isPlain(path);
}

function isPlain(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).every(
    (entry) => entry.isFile() || (entry.isDirectory() && isPlain(join(folder, entry.name))),
  );
}

/** Present once all of the manifest is there. */
export const completeMark = (staging: string): string => join(staging, 'manifest-complete');

function ours(parent: string, pattern: RegExp): string[] {
  return readdirSync(parent)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(parent, name))
    .filter(isOurs);
}

/** Staging that an earlier move left, if any. @throws MoverError `DESTINATION_FAILED` when it cannot be looked into. */
export function findStaging(parent: string): string | undefined {
  try {
    return ours(parent, NAME)[0];
  } catch (error) {
    throw writeFailure(error);
  }
}

/** A dry run that was killed could not remove its own. Only for who holds the folder's lock. */
function removeAside(parent: string): void {
  for (const folder of ours(parent, ASIDE)) rmSync(folder, { recursive: true, force: true });
}

/** An empty folder in which a merge writes the new version of a record file. */
export function workFolderIn(staging: string, name: string): string {
  const folder = join(staging, `merge-${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

export class Staging {
  readonly folder: string;
  /** Whether it is of an earlier move and may hold some of this one. */
  readonly resumed: boolean;
  /** The manifest's pages: lanes read them, and `keepVerified` after a crash. */
  readonly manifest: { readonly path: string; readonly fd: number };

  private constructor(folder: string, resumed: boolean) {
    this.folder = folder;
    this.resumed = resumed;
    const path = join(folder, 'manifest');
    rmSync(path, { force: true });
    rmSync(completeMark(folder), { force: true });
    this.manifest = { path, fd: openSync(path, 'wx+', 0o600) };
  }

  /** @throws MoverError `NO_SPACE` or `DESTINATION_FAILED`. */
  static open(parent: string): Staging {
    try {
      removeAside(parent);
      const found = findStaging(parent);
      if (found !== undefined) {
        chmodSync(found, 0o700);
        return new Staging(found, true);
      }
      return Staging.#make(parent, '.openmover-');
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** For a dry run: what an interrupted move left is neither used nor touched. */
  static openAside(parent: string): Staging {
    try {
      removeAside(parent);
      return Staging.#make(parent, '.openmover-dry-');
    } catch (error) {
      throw writeFailure(error);
    }
  }

  static #make(parent: string, prefix: string): Staging {
    const folder = join(parent, prefix + randomBytes(4).toString('hex'));
    mkdirSync(folder, { mode: 0o700 });
    return new Staging(folder, false);
  }

  /** The sender has told all of the manifest: a record kind in it can be known to be whole. */
  manifestComplete(): void {
    writeFileSync(completeMark(this.folder), '', { mode: 0o600 });
  }

  workFolder(name: string): string {
    return workFolderIn(this.folder, name);
  }

  /** What is staged stays for a later run. */
  close(): void {
    closeSync(this.manifest.fd);
  }

  /** Nothing of the move stays but what was committed. */
  remove(): void {
    this.close();
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch (error) {
      throw new MoverError('DESTINATION_FAILED', { cause: error });
    }
  }
}
