/**
 * Digests of all records a merge knows of, however many: the latest half a million in memory, the others on disk, so that
 * two gigabytes of short messages take no more memory than two of pictures.
 */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { DigestSet } from '../digest-set.ts';
import type { OnDiskDigestSet } from '../on-disk-digest-set.ts';
import { writeAll } from '../../disk/write-all.ts';

/** Some 12 MB. */
const IN_MEMORY = 512 * 1024;

export class KnownRecords {
  readonly #path: string;
  readonly #inMemory: number;
  #latest = new DigestSet();
  #latestCount = 0;
  readonly #earlier: OnDiskDigestSet[] = [];
  #fd: number | undefined;
  #end = 0;

  /** @param path of a file of ours, made when it is needed, that nothing is at yet. */
  constructor(path: string, inMemory = IN_MEMORY) {
    this.#path = path;
    this.#inMemory = inMemory;
  }

  /** Bytes held in memory, for the tests of the memory bound. */
  get byteLength(): number {
    return this.#earlier.reduce((sum, { byteLength }) => sum + byteLength, this.#latest.byteLength);
  }

  /** @throws errors of the file system. */
  has(digest: Uint8Array): boolean {
    return this.#latest.has(digest) || this.#earlier.some((digests) => digests.has(digest));
  }

  /**
   * Adds a digest; true when it was not there.
   * @throws errors of the file system.
   */
  add(digest: Uint8Array): boolean {
    if (this.#earlier.some((digests) => digests.has(digest)) || !this.#latest.add(digest)) return false;
    this.#latestCount += 1;
    if (this.#latestCount === this.#inMemory) this.#freeze();
    return true;
  }

  /** Removes the file. */
  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    unlinkSync(this.#path);
  }

  #freeze(): void {
    const fd = (this.#fd ??= openSync(this.#path, 'wx+', 0o600));
    const onDisk = this.#latest.freeze(fd, (slots) => {
      const position = this.#end;
      writeAll(fd, slots);
      this.#end += slots.length;
      return position;
    });
    this.#earlier.push(onDisk);
    this.#latest = new DigestSet();
    this.#latestCount = 0;
  }
}
