/**
 * BLAKE3-256 digests of what is moved, as base64url text without padding (43 characters).
 */
import { readSync } from 'node:fs';
import { blake3UrlSafeBase64, Blake3Hasher } from '@napi-rs/blake-hash';
import { yieldEvery } from '../yield-every.ts';

/** Blocks of this size keep the hash at full speed and the read-ahead of the system busy. */
const BLOCK_BYTES = 1024 * 1024;

export type Digest = string;

const DIGEST_CHARACTERS = 43;

/**
 * One call for bytes in memory: a hasher object costs more than hashing a small file, and a digest that comes as text
 * leaves the garbage collector no native buffer to free.
 */
export function digestOf(bytes: Buffer): Digest {
  return blake3UrlSafeBase64(bytes).slice(0, DIGEST_CHARACTERS);
}

/** Digest of content that passes piece by piece. */
export class ContentDigest {
  readonly #hasher = new Blake3Hasher();

  update(bytes: Buffer): void {
    this.#hasher.update(bytes);
  }

  digest(): Digest {
    return this.#hasher.digestBuffer().toString('base64url');
  }
}

/**
 * Feeds bytes 0 to `length` of an open file to `digest`.
 * @returns how many there were: less than `length` when the file is shorter.
 */
export async function digestPrefix(
  fd: number,
  length: number,
  digest: ContentDigest,
  signal: AbortSignal,
): Promise<number> {
  const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, Math.max(length, 1)));
  let position = 0;
  // A file may take seconds: messages (above all: stop) are handled between its blocks.
  const nextTurn = yieldEvery(signal);
  while (position < length) {
    const read = readSync(fd, block, 0, Math.min(block.length, length - position), position);
    if (read === 0) break;
    digest.update(block.subarray(0, read));
    position += read;
    await nextTurn();
  }
  return position;
}

/** Digest of an open file as it is on disk now, read in one go: for files small enough not to stall a lane. */
export function digestFileNow(fd: number, size: number, scratch: Buffer): Digest {
  let read = 0;
  while (read < size) {
    const got = readSync(fd, scratch, read, size - read, read);
    if (got === 0) break;
    read += got;
  }
  return digestOf(scratch.subarray(0, read));
}
