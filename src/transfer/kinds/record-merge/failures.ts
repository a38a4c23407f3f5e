/** Failures of the file system while merging, by what the person can do about them. */
import { errnoOf, writeFailure } from '../../disk/errno.ts';
import { MoverError } from '../../errors.ts';

/**
 * The error a merge ends with: the signal's reason after an abort, `NO_SPACE` for a full disk, `DESTINATION_FAILED`
 * for any other failure of a file, `UNEXPECTED` for ours.
 */
export function mergeFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof MoverError || errnoOf(error) === undefined) return MoverError.from(error);
  return writeFailure(error);
}
