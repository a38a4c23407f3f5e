/** Whether a file is the one that was read before, by what the system tells of it. */
import { existsSync, lstatSync, type Stats } from 'node:fs';
import type { FileIdentity } from './kind.ts';

const identityOf = ({ dev, ino, size, mtimeMs }: Stats): FileIdentity => ({
  device: dev,
  inode: ino,
  size,
  mtimeMs,
});

/** @throws errors of the file system. */
export const identify = (path: string): FileIdentity => identityOf(lstatSync(path));

/** Whether what is at `path` is what was there before: that file and not written to since, or nothing. */
export const isUnchanged = (path: string, known: FileIdentity | undefined): boolean =>
  known === undefined ? !existsSync(path) : isFile(path, known);

/** Whether that file is at `path` and was not written to since. A rename changes neither. */
export function isFile(path: string, known: FileIdentity): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return false;
  const { device, inode, size, mtimeMs } = identityOf(stats);
  return device === known.device && inode === known.inode && size === known.size && mtimeMs === known.mtimeMs;
}
