/** The digest of a file that should have a certain size, read from disk; a link is never followed. */
import { closeSync, lstatSync, openSync } from 'node:fs';
import { READ_ONLY } from '../disk/read-only.ts';
import { ContentDigest, digestPrefix, type Digest } from '../disk/digest.ts';

/** Undefined when there is no file of that size that can be read. */
export async function digestOfFile(
  path: string,
  size: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<Digest | undefined> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size !== size) return undefined;
  let fd: number;
  try {
    fd = openSync(path, READ_ONLY);
  } catch {
    return undefined;
  }
  try {
    const digest = new ContentDigest();
    return (await digestPrefix(fd, size, digest, signal)) === size ? digest.digest() : undefined;
  } finally {
    closeSync(fd);
  }
}
