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
