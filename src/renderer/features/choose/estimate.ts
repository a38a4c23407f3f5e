/**
 * How long a move may take. Measured when a move of this run has shown how fast the network and the disks are; before
 * that a range that says what it depends on, because a single number would be made up.
 */
import type { MoveState } from '../../state/move-state.ts';

/** Bytes per second: files over gigabit cable or the best Wi-Fi, and over Wi-Fi through two walls. */
const CABLE = 100_000_000;
const WEAK_WIFI = 8_000_000;

/** Shorter moves are mostly shaking hands: their speed says little of the next. */
const LEAST_SECONDS = 2;
const LEAST_BYTES = 20_000_000;

export type Estimate =
  | { readonly known: 'nothing' }
  /** So little that no network is slow enough to matter. */
  | { readonly known: 'moment' }
  | { readonly known: 'measured'; readonly seconds: number }
  | { readonly known: 'range'; readonly from: number; readonly to: number };

/** @param measured bytes per second */
export function estimate(bytes: number, measured: number | undefined): Estimate {
  if (bytes <= 0) return { known: 'nothing' };
  if (bytes / WEAK_WIFI < 10 && measured === undefined) return { known: 'moment' };
  if (measured !== undefined && measured > 0) return { known: 'measured', seconds: bytes / measured };
  return {
    known: 'range',
    from: roughly(bytes / CABLE, Math.floor),
    to: roughly(bytes / WEAK_WIFI, Math.ceil),
  };
}

/** As coarse as a guess is: whole minutes, from 10 on fives, from an hour on half hours. */
function roughly(seconds: number, round: (value: number) => number): number {
  const minutes = seconds / 60;
  const step = minutes < 10 ? 1 : minutes < 60 ? 5 : 30;
  return Math.max(1, round(minutes / step) * step) * 60;
}

/**
 * Bytes per second that the newest of these moves has shown, by its receipt or by how it is going. A move that was held
 * back by a cap, or broke off, tells nothing of what is possible.
 */
export function measuredSpeed(moves: readonly MoveState[]): number | undefined {
  const newestFirst = [...moves].sort((a, b) => b.startedAt - a.startedAt);
  for (const { limit, stage } of newestFirst) {
    if (limit !== null) continue;
    if (stage.at === 'done') {
      const { bytes, seconds, outcome } = stage.receipt;
      if (outcome === 'interrupted' || seconds < LEAST_SECONDS || bytes.payload < LEAST_BYTES) continue;
      return bytes.payload / seconds;
    }
    if (stage.at === 'moving' && stage.waitingUntil === undefined) {
      const { bytes, bytesPerSecond } = stage.figures;
      if (bytes >= LEAST_BYTES && bytesPerSecond > 0) return bytesPerSecond;
    }
  }
  return undefined;
}
