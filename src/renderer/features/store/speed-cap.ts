/** A move's cap as a person types it, in megabytes a second, and as main takes it, in bytes. */

const MEGA = 1_000_000;
/** Below this a move would not end; main takes nothing under 1 KiB. */
export const LEAST_MEGABYTES = 0.1;
export const MOST_MEGABYTES = 10_000;

/** @returns null for no cap: an empty field, or nothing that is a number */
export function capFromMegabytes(typed: number | string): number | null {
  const megabytes = typeof typed === 'number' ? typed : Number.parseFloat(typed);
  if (!Number.isFinite(megabytes) || megabytes <= 0) return null;
  return Math.round(Math.min(MOST_MEGABYTES, Math.max(LEAST_MEGABYTES, megabytes)) * MEGA);
}

/** What stands in the field; empty when there is no cap. */
export const megabytesOf = (cap: number | null): number | '' =>
  cap === null ? '' : Math.round((cap / MEGA) * 100) / 100;
