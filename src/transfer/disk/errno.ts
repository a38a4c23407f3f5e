/** What the file system's error codes mean for a move: one mapping for every kind and device. */
import { MoverError } from '../errors.ts';

/** `ENOENT`, …; undefined for an error that is none of the system's. Looks behind a `MoverError` at its cause. */
export function errnoOf(error: unknown): string | undefined {
  const { code } = ((error instanceof MoverError ? error.cause : error) ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/** The error for a write that failed: a full disk or quota has a code of its own. */
export function writeFailure(error: unknown): MoverError {
  const errno = errnoOf(error);
  return MoverError.from(error, errno === 'ENOSPC' || errno === 'EDQUOT' ? 'NO_SPACE' : 'DESTINATION_FAILED');
}

/** Why one file of the source could not be read. Where links are not followed, one answers `ELOOP` (FreeBSD: `EMLINK`). */
export function readSkipReason(error: unknown): 'vanished' | 'link' | 'unreadable' {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'vanished';
    case 'ELOOP':
    case 'EMLINK':
      return 'link';
    default:
      return 'unreadable';
  }
}

/**
 * What a file system answers when it cannot take one entry and takes others: too large for FAT, a name or path it cannot
 * hold. A disk that is full, failing or gone concerns all entries.
 */
const OF_ONE_ENTRY: ReadonlySet<string> = new Set(['EFBIG', 'EOVERFLOW', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ']);
/** A folder that another program made may be closed to us while the next one is open. */
const OF_ONE_PLACE: ReadonlySet<string> = new Set([
  ...OF_ONE_ENTRY,
  ...['EACCES', 'EPERM', 'ELOOP', 'ENOTDIR', 'EISDIR', 'EMLINK', 'EXDEV'],
]);

const isIn = (codes: ReadonlySet<string>, error: unknown): boolean => codes.has(errnoOf(error) ?? '');

/** Whether staging failed for this entry alone. */
export const isOfOneEntry = (error: unknown): boolean => isIn(OF_ONE_ENTRY, error);

/** Whether taking an entry to its place failed for it alone. */
export const isOfOnePlace = (error: unknown): boolean => isIn(OF_ONE_PLACE, error);
