/**
 * Bytes that are too many for memory and must be read at any place: in a file without a name, under AES-256-CTR with a key
 * that only this process has. CTR has no integrity of its own; what is read is ours, and gone with the process.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readSync } from 'node:fs';
import { type AnonymousFile, openAnonymousFile } from '../disk/anonymous-file.ts';
import { MoverError } from '../errors.ts';
import { writeAll } from '../disk/write-all.ts';

const CIPHER = 'aes-256-ctr';
const BLOCK = 16;

export class SealedFile {
  readonly #key = randomBytes(32);
  readonly #file: AnonymousFile = openAnonymousFile();
  readonly #cipher = createCipheriv(CIPHER, this.#key, Buffer.alloc(BLOCK));
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** At the end. @throws MoverError `TEMP_UNWRITABLE` when there is no space. */
  append(bytes: Uint8Array): void {
    try {
      writeAll(this.#file.fd, this.#cipher.update(bytes), this.#size);
    } catch (cause) {
      throw new MoverError('TEMP_UNWRITABLE', { cause });
    }
    this.#size += bytes.length;
  }

  /** @returns how many bytes there were. */
  read(target: Uint8Array, position: number): number {
    const skipped = position % BLOCK;
    const sealed = Buffer.alloc(target.length + skipped);
    let read = 0;
    while (read < sealed.length) {
      const got = readSync(this.#file.fd, sealed, read, sealed.length - read, position - skipped + read);
      if (got === 0) break;
      read += got;
    }
    const counter = Buffer.alloc(BLOCK);
    counter.writeBigUInt64BE(BigInt(Math.floor(position / BLOCK)), 8);
    const plain = createDecipheriv(CIPHER, this.#key, counter).update(sealed.subarray(0, read));
    target.set(plain.subarray(skipped));
    return Math.max(0, read - skipped);
  }

  close(): void {
    this.#key.fill(0);
    this.#file.close();
  }
}
