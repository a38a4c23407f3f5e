/**
 * Free space at the destination: a reserve is never used, so that the device goes on working, and running into it
 * while writing ends the move before the disk is full.
 */
import { MoverError } from '../errors.ts';
import type { Destination } from '../devices/port.ts';
import { LIMITS } from '../limits.ts';

const WATCH_MS = 1_000;

/** Bytes that may be used: what is free, less the reserve. */
export function usableBytes(destination: Destination): number {
  const { freeBytes, totalBytes } = destination.space();
  return Math.max(0, freeBytes - Math.min(LIMITS.reserveBytes, Math.floor(totalBytes / 100)));
}

/** Calls `onFull` with `NO_SPACE` once the reserve is reached, or with what else is wrong with the destination. */
export function watchSpace(destination: Destination, onFull: (error: MoverError) => void): { stop(): void } {
  const timer = setInterval(() => {
    try {
      if (usableBytes(destination) === 0) onFull(new MoverError('NO_SPACE'));
    } catch (error) {
      onFull(MoverError.from(error, 'DESTINATION_FAILED'));
    }
  }, WATCH_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
