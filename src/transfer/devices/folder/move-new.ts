/**
 * Moves a file to a name that nothing has, so that nothing is ever overwritten. `rename` replaces what is there, and a
 * look beforehand leaves a gap for other programs; `link` fails when the name is taken, in one step. Measured on ext4 and
 * tmpfs: link and unlink cost a tenth more than a rename.
 */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MoverError } from '../../errors.ts';
import { fileTime } from '../../paths/file-time.ts';
import { STAGING_PREFIX } from '../../paths/safe-path.ts';

/** What a file system without hard links (FAT, some network shares), or one that forbids them here, answers. */
const NO_LINKS = new Set([
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
  'UNKNOWN',
]);

/** The calls that make a name; a test puts others in their place to be a file system without links. */
export interface NamingCalls {
  readonly link: (from: string, to: string) => void;
  readonly rename: (from: string, to: string) => void;
}

export const diskCalls: NamingCalls = { link: linkSync, rename: renameSync };

/**
 * Gives a file a second name that nothing has; false where the file system cannot.
 * @throws errors of the file system, `EEXIST` among them.
 */
export function nameTwice(from: string, to: string, calls: NamingCalls = diskCalls): boolean {
  try {
    calls.link(from, to);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'EXDEV' || NO_LINKS.has(code)) return false;
    throw error;
  }
}

/**
 * Moves `from` to `to`; false when something has that name.
 * @throws errors of the file system.
 */
export function moveNew(from: string, to: string, calls: NamingCalls = diskCalls): boolean {
  try {
    calls.link(from, to);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'EEXIST') return false;
    if (code === 'EXDEV') return copyNew(from, to, calls);
    if (NO_LINKS.has(code)) return renameNew(from, to, calls);
    throw error;
  }
  unlinkSync(from);
  return true;
}

function renameNew(from: string, to: string, calls: NamingCalls): boolean {
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return false;
  try {
    calls.rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') return copyNew(from, to, calls);
    throw error;
  }
}

/** Always the same name, so that the copy of a killed process is found and removed by the next one. */
const COPYING = `${STAGING_PREFIX}copying`;

/** To another file system (a folder of the destination is a mount point): copied under a name of ours and compared. */
function copyNew(from: string, to: string, calls: NamingCalls): boolean {
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return false;
  const aside = join(dirname(to), COPYING);
  // A process that was killed as it copied: one receiver has the destination at a time, and it is us.
  if (lstatSync(aside, { throwIfNoEntry: false })?.isFile() === true) unlinkSync(aside);
  try {
    copyFileSync(from, aside, constants.COPYFILE_EXCL);
    const { mtimeMs, mode } = statSync(from);
    chmodSync(aside, mode & 0o777);
    utimesSync(aside, fileTime(mtimeMs), fileTime(mtimeMs));
    if (!sameContent(from, aside)) throw new MoverError('DESTINATION_FAILED', { detail: 'a copy differs' });
    if (!moveNew(aside, to, calls)) return false;
    unlinkSync(from);
    return true;
  } finally {
    if (lstatSync(aside, { throwIfNoEntry: false }) !== undefined) unlinkSync(aside);
  }
}

const BLOCK_BYTES = 1024 * 1024;

function sameContent(left: string, right: string): boolean {
  const blocks = [Buffer.allocUnsafe(BLOCK_BYTES), Buffer.allocUnsafe(BLOCK_BYTES)] as const;
  const files = [openSync(left, 'r'), openSync(right, 'r+')] as const;
  try {
    fsyncSync(files[1]);
    for (;;) {
      const read = [readSync(files[0], blocks[0]), readSync(files[1], blocks[1])] as const;
      if (!blocks[0].subarray(0, read[0]).equals(blocks[1].subarray(0, read[1]))) return false;
      if (read[0] === 0) return true;
    }
  } finally {
    files.forEach(closeSync);
  }
}
