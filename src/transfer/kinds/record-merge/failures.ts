/** Failures of the file system while merging, by what the person can do about them. */
import { MoverError } from '../../errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * The error a merge ends with: the signal's reason after an abort, `NO_SPACE` for a full disk, `DESTINATION_FAILED`
 * for any other failure of a file, `UNEXPECTED` for ours.
 */
export function mergeFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const errno = errnoOf(error);
  if (error instanceof MoverError || errno === undefined) return MoverError.from(error);
  return new MoverError(FULL.has(errno) ? 'NO_SPACE' : 'DESTINATION_FAILED', { cause: error });
}
