/**
 * Free space at the destination: a reserve is never used, so that the device goes on working, and running into it
 * while writing ends the move before the disk is full.
 */
import { MoverError } from '../../errors.ts';
import type { Destination } from '../../devices/port.ts';
import { RECORD_KINDS, type Kind } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';

const WATCH_MS = 1_000;

/**
 * Bytes that may be used: what is free, less the reserve. A file system without a size (ramfs, some network and FUSE mounts
 * say 0 of 0) does not tell, and may be written to until it refuses.
 */
export async function usableBytes(destination: Destination): Promise<number> {
  const { freeBytes, totalBytes } = await destination.space();
  if (totalBytes === 0) return Number.MAX_SAFE_INTEGER;
  return Math.max(0, freeBytes - Math.min(LIMITS.reserveBytes, Math.floor(totalBytes / 100)));
}

/**
 * Bytes that record kinds need beside what is sent of them: a merge writes their files anew, with what came, while the old
 * ones are there. Those then stay for `undo`, or give their space back.
 */
export function mergeBytes(
  destination: Destination,
  offer: readonly { readonly kind: Kind; readonly bytes: number }[],
): number {
  const records = offer.filter(({ bytes }) => bytes > 0);
  return RECORD_KINDS.reduce((sum, kind) => {
    const bytes = records.find((each) => each.kind === kind)?.bytes;
    if (bytes === undefined) return sum;
    return sum + bytes + (destination.type === 'disk' ? destination.recordBytes(kind) : 0);
  }, 0);
}

const megabytes = new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });

/** What the person has to free: both figures in whole megabytes, rounded so that freeing the difference is enough. */
export function noSpace(neededBytes: number, freeBytes: number): MoverError {
  const [needed, free] = [Math.ceil(neededBytes / 1e6), Math.floor(freeBytes / 1e6)];
  return new MoverError('NO_SPACE', {
    detail: `${megabytes.format(needed)} are needed and ${megabytes.format(free)} can be used`,
  });
}

/** Calls `onFull` with `NO_SPACE` once the reserve is reached, or with what else is wrong with the destination. */
export function watchSpace(destination: Destination, onFull: (error: MoverError) => void): { stop(): void } {
  let looking = false;
  const look = async (): Promise<void> => {
    // A device that is busy or away answers when it can: one question at a time.
    if (looking) return;
    looking = true;
    try {
      if ((await usableBytes(destination)) === 0) onFull(new MoverError('NO_SPACE'));
    } catch (error) {
      onFull(MoverError.from(error, 'DESTINATION_FAILED'));
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), WATCH_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
