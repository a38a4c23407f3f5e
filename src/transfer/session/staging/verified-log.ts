/**
 * Which entries were verified, with their digests, as a file in staging: what `keepVerified` goes by after a crash.
 * Fixed records of 36 bytes: entry number u32 big-endian, BLAKE3 digest.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { READ_ONLY } from '../../disk/read-only.ts';
import type { Digest } from '../../disk/digest.ts';
import { writeAll } from '../../disk/write-all.ts';

const DIGEST_BYTES = 32;
const RECORD_BYTES = 4 + DIGEST_BYTES;
const BUFFERED_RECORDS = 256;

const pathIn = (staging: string): string => join(staging, 'verified');

export class VerifiedLog {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(RECORD_BYTES * BUFFERED_RECORDS);
  #used = 0;

  /** Begins the log of an attempt: numbers mean the manifest in the same folder. Fails when there is one. */
  constructor(staging: string) {
    this.#fd = openSync(pathIn(staging), 'wx', 0o600);
  }

  add(entry: number, digest: Digest): void {
    this.#buffer.writeUInt32BE(entry, this.#used);
    this.#buffer.write(digest, this.#used + 4, 'base64url');
    this.#used += RECORD_BYTES;
    if (this.#used === this.#buffer.length) this.flush();
  }

  flush(): void {
    if (this.#used > 0) writeAll(this.#fd, this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }
}

/**
 * The digests of a log by entry number, 32 bytes each: a million of them fit. A torn last record, or no log, is not an
 * error after a crash.
 */
export function digestTable(staging: string, entries: number): (entry: number) => Digest | undefined {
  const table = Buffer.alloc(entries * DIGEST_BYTES);
  const known = new Uint8Array(entries);
  for (const record of readRecords(staging, 2 * entries)) {
    const entry = record.readUInt32BE(0);
    // The first counts: a power cut can leave zeros at the end of a file, which would be entry 0.
    if (entry >= entries || known[entry] === 1) continue;
    record.copy(table, entry * DIGEST_BYTES, 4);
    known[entry] = 1;
  }
  return (entry) =>
    known[entry] === 1
      ? table.toString('base64url', entry * DIGEST_BYTES, (entry + 1) * DIGEST_BYTES)
      : undefined;
}

/**
 * Whole records only, a block of them in memory, and so many at most: the file is as long as whoever prepared the folder
 * wants. An entry is logged twice when an attempt took it over and logged that first.
 */
function* readRecords(staging: string, most: number): Generator<Buffer> {
  let fd: number;
  try {
    fd = openSync(pathIn(staging), READ_ONLY);
  } catch {
    return;
  }
  try {
    const block = Buffer.allocUnsafe(RECORD_BYTES * BUFFERED_RECORDS);
    let kept = 0;
    for (let left = most * RECORD_BYTES; left > 0;) {
      const read = readSync(fd, block, kept, block.length - kept, null);
      if (read === 0) return;
      left -= read;
      const end = kept + read;
      let at = 0;
      for (; at + RECORD_BYTES <= end; at += RECORD_BYTES) yield block.subarray(at, at + RECORD_BYTES);
      block.copyWithin(0, at, end);
      kept = end - at;
    }
  } finally {
    closeSync(fd);
  }
}
