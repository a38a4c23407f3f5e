/**
 * One entry on its way to the receiver's disk: written in staging, then read back through the same descriptor, so that
 * what is reported is what the disk gives, not what was sent.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  futimesSync,
  mkdirSync,
  openSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { writeFailure } from '../disk/errno.ts';
import type { Entry } from '../kinds/entry.ts';
import { writeAll } from '../disk/write-all.ts';
import { fileTime } from '../paths/file-time.ts';
import { ContentDigest, digestFileNow, digestPrefix, type Digest } from '../disk/digest.ts';
import type { EntryStore, EntryWriter } from './entry-store.ts';

const NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NOFOLLOW;
const CONTINUE = constants.O_RDWR | NOFOLLOW;

/** Up to here a file is read back in one blocking call. */
const SMALL_BYTES = 256 * 1024;

/** Folders of staging that exist: a set a lane, emptied before it could grow with the number of folders. */
const KNOWN_FOLDERS = 4096;

export class StagedFiles implements EntryStore {
  readonly #known = new Set<string>();
  readonly #scratch = Buffer.allocUnsafeSlow(SMALL_BYTES);
  readonly #pathOf: (entry: Entry) => string;

  /** @param pathOf where an entry is staged. */
  constructor(pathOf: (entry: Entry) => string) {
    this.#pathOf = pathOf;
  }

  open(entry: Entry, from: number): StagedFile {
    const path = this.#pathOf(entry);
    try {
      return new StagedFile(
        from > 0 ? openSync(path, CONTINUE) : this.#create(path, entry),
        entry,
        from,
        this.#scratch,
      );
    } catch (error) {
      throw writeFailure(error);
    }
  }

  discard(entry: Entry): void {
    try {
      rmSync(this.#pathOf(entry), { force: true });
    } catch {
      // A path that is too long to be made is too long to be removed.
    }
  }

  #create(path: string, entry: Entry): number {
    const mode = entry.type === 'file' && entry.executable ? 0o700 : 0o600;
    const folder = dirname(path);
    if (!this.#known.has(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (this.#known.size >= KNOWN_FOLDERS) this.#known.clear();
      this.#known.add(folder);
    }
    try {
      return openSync(path, CREATE, mode);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      unlinkSync(path);
      return openSync(path, CREATE, mode);
    }
  }
}

export class StagedFile implements EntryWriter {
  readonly #fd: number;
  readonly #entry: Entry;
  readonly #scratch: Buffer;
  #position: number;
  #open = true;

  constructor(fd: number, entry: Entry, from: number, scratch: Buffer) {
    this.#fd = fd;
    this.#entry = entry;
    this.#position = from;
    this.#scratch = scratch;
    if (from > 0 && fstatSync(fd).size !== from) ftruncateSync(fd, from);
  }

  /** @throws MoverError `NO_SPACE` or `DESTINATION_FAILED`. */
  write(bytes: Buffer): void {
    try {
      writeAll(this.#fd, bytes, this.#position);
      this.#position += bytes.length;
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** Sets the modification time, reads the file back and closes it. Small files are done when this returns. */
  finish(signal: AbortSignal): Digest | Promise<Digest> {
    const { size } = this.#entry;
    this.#setTime();
    return size <= SMALL_BYTES ? this.#readBackNow(size) : this.#readBack(size, signal);
  }

  #setTime(): void {
    if (!('mtimeMs' in this.#entry)) return;
    const time = fileTime(this.#entry.mtimeMs);
    try {
      futimesSync(this.#fd, time, time);
    } catch {
      // A file system that keeps no times, or not this one: the content counts.
    }
  }

  #readBackNow(size: number): Digest {
    try {
      return digestFileNow(this.#fd, size, this.#scratch);
    } catch (error) {
      throw writeFailure(error);
    } finally {
      this.close();
    }
  }

  async #readBack(size: number, signal: AbortSignal): Promise<Digest> {
    try {
      const digest = new ContentDigest();
      await digestPrefix(this.#fd, size, digest, signal);
      return digest.digest();
    } finally {
      this.close();
    }
  }

  /** What is written stays: a later connection goes on from it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }
}
