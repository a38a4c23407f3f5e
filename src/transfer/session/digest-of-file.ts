/** The digest of a file that should have a certain size, read from disk; a link is never followed. */
import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { ContentDigest, digestPrefix, type Digest } from '../stream/digest.ts';

/** Undefined when there is no file of that size. */
export async function digestOfFile(path: string, size: number): Promise<Digest | undefined> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size !== size) return undefined;
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const digest = new ContentDigest();
    await digestPrefix(fd, size, digest, new AbortController().signal);
    return digest.digest();
  } finally {
    closeSync(fd);
  }
}
