/**
 * Whether a folder or file that has a name of ours is ours. The destination may be a folder that others can write to, and
 * whoever puts a staging folder or an undo journal there could have us take, delete or write what they choose: one that
 * another user owns, that others can write to, or that is a link is left alone.
 */
import { lstatSync, mkdtempSync, rmdirSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { MoverError } from '../errors.ts';

export type Ownership = 'nothing' | 'ours' | 'foreign';

const WRITABLE_BY_OTHERS = 0o022;

/** @throws errors of the file system. */
export function ownershipOf(path: string, type: 'folder' | 'file'): Ownership {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'nothing';
  if (type === 'folder' ? !stats.isDirectory() : !stats.isFile()) return 'foreign';
  return isOursBy(stats, dirname(path)) ? 'ours' : 'foreign';
}

/** @throws MoverError `NOT_OURS` when something that is not ours has the name. */
export function isThereAndOurs(path: string, type: 'folder' | 'file'): boolean {
  const ownership = ownershipOf(path, type);
  if (ownership === 'foreign') throw new MoverError('NOT_OURS', { detail: path });
  return ownership === 'ours';
}

function isOursBy(stats: Stats, parent: string): boolean {
  if (process.geteuid === undefined) return true;
  const isMine = stats.uid === process.geteuid();
  const isPrivate = (stats.mode & WRITABLE_BY_OTHERS) === 0;
  if (isMine && isPrivate) return true;
  // FAT and some network shares keep neither owners nor modes: what we make there looks the same.
  const made = statsOfNew(parent);
  if (made === undefined) return false;
  return stats.uid === made.uid && (stats.mode & WRITABLE_BY_OTHERS) === (made.mode & WRITABLE_BY_OTHERS);
}

/** What a folder looks like that this process makes there for itself alone. */
function statsOfNew(parent: string): Stats | undefined {
  try {
    const probe = mkdtempSync(join(parent, '.openmover-probe-'));
    try {
      return lstatSync(probe);
    } finally {
      rmdirSync(probe);
    }
  } catch {
    return undefined;
  }
}
