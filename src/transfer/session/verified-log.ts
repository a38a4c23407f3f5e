/**
 * Which entries were verified, with their digests, as a file in staging: what `keepVerified` goes by after a crash.
 * Fixed records of 36 bytes: entry number u32 big-endian, BLAKE3 digest.
 */
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../stream/digest.ts';

const DIGEST_BYTES = 32;
const RECORD_BYTES = 4 + DIGEST_BYTES;
const BUFFERED_RECORDS = 256;

const pathIn = (staging: string): string => join(staging, 'verified');

export class VerifiedLog {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(RECORD_BYTES * BUFFERED_RECORDS);
  #used = 0;

  /** Begins a new log: numbers mean the manifest of this run. */
  constructor(staging: string) {
    const path = pathIn(staging);
    rmSync(path, { force: true });
    this.#fd = openSync(path, 'wx', 0o600);
  }

  add(entry: number, digest: Digest): void {
    this.#buffer.writeUInt32BE(entry, this.#used);
    this.#buffer.write(digest, this.#used + 4, 'base64url');
    this.#used += RECORD_BYTES;
    if (this.#used === this.#buffer.length) this.flush();
  }

  flush(): void {
    if (this.#used > 0) writeSync(this.#fd, this.#buffer, 0, this.#used);
    this.#used = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }
}

/** The digests of a log by entry number, 32 bytes each: a million of them fit. */
export function digestTable(staging: string, entries: number): (entry: number) => Digest | undefined {
  const table = Buffer.alloc(entries * DIGEST_BYTES);
  const known = new Uint8Array(entries);
  const records = readRecords(staging);
  for (let at = 0; at < records.length; at += RECORD_BYTES) {
    const entry = records.readUInt32BE(at);
    if (entry >= entries) continue;
    records.copy(table, entry * DIGEST_BYTES, at + 4, at + RECORD_BYTES);
    known[entry] = 1;
  }
  return (entry) =>
    known[entry] === 1
      ? table.toString('base64url', entry * DIGEST_BYTES, (entry + 1) * DIGEST_BYTES)
      : undefined;
}

/** Every whole record of a log; a torn last one, or no log, is not an error after a crash. */
export function readVerified(staging: string): Map<number, Digest> {
  const verified = new Map<number, Digest>();
  const records = readRecords(staging);
  for (let at = 0; at < records.length; at += RECORD_BYTES) {
    verified.set(records.readUInt32BE(at), records.toString('base64url', at + 4, at + RECORD_BYTES));
  }
  return verified;
}

/** Whole records only. */
function readRecords(staging: string): Buffer {
  let fd: number;
  try {
    fd = openSync(pathIn(staging), 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const bytes = Buffer.allocUnsafe(fstatSync(fd).size);
    const read = readSync(fd, bytes, 0, bytes.length, 0);
    return bytes.subarray(0, read - (read % RECORD_BYTES));
  } finally {
    closeSync(fd);
  }
}
