/**
 * Data sets for `mover bench`: bytes that do not compress and differ from file to file.
 */
import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

export const PROFILES = ['large', 'small', 'phone'] as const;
export type Profile = (typeof PROFILES)[number];

const MIB = 1024 * 1024;

/** Bytes and files when the person says nothing: the sets the design was measured on. */
export const DEFAULTS: Readonly<Record<Profile, { readonly bytes: number; readonly files: number }>> = {
  large: { bytes: 2_048 * MIB, files: 1 },
  small: { bytes: 413_000_000, files: 50_000 },
  phone: { bytes: 256 * MIB, files: 2_000 },
};

/** Files a folder holds; more than a person's, fewer than what slows a file system. */
const FILES_A_FOLDER = 1_000;

/** Writes `files` files of `bytes` in all below `<device>/files`. */
export async function makeFiles(
  device: string,
  bytes: number,
  files: number,
  signal: AbortSignal,
): Promise<void> {
  const block = randomFillSync(Buffer.allocUnsafe(MIB));
  const size = Math.floor(bytes / files);
  for (let index = 0; index < files; index += 1) {
    const folder = join(device, 'files', String(Math.floor(index / FILES_A_FOLDER)).padStart(4, '0'));
    if (index % FILES_A_FOLDER === 0) mkdirSync(folder, { recursive: true });
    const path = join(folder, `${String(index).padStart(7, '0')}.bin`);
    // The remainder of the division goes into the first file.
    const length = index === 0 ? bytes - size * (files - 1) : size;
    block.writeUInt32BE(index, 0);
    if (length <= MIB) {
      writeFileSync(path, block.subarray(0, length));
    } else {
      await writeLarge(path, block, length, signal);
    }
    if (index % 256 === 0) {
      await turn();
      signal.throwIfAborted();
    }
  }
}

async function writeLarge(path: string, block: Buffer, length: number, signal: AbortSignal): Promise<void> {
  const file = openSync(path, 'wx');
  try {
    for (let done = 0; done < length;) {
      // No two blocks alike: what is sent must not be guessable from what was.
      block.writeUInt32BE(done / MIB, 4);
      done += writeSync(file, block, 0, Math.min(MIB, length - done));
      await turn();
      signal.throwIfAborted();
    }
  } finally {
    closeSync(file);
  }
}
