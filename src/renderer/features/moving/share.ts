/** How far a move or one kind of it is, as a share of 1. */
import type { KindFigures } from '../../../main/ipc/contract.ts';

/** By bytes; by entries where there are only empty files and folders; all of nothing is there. */
export function shareOf({ bytes, totalBytes, entries, totalEntries }: KindFigures): number {
  if (totalBytes > 0) return bounded(bytes / totalBytes);
  if (totalEntries > 0) return bounded(entries / totalEntries);
  return 1;
}

/** The last full tenth: what is announced, so that a screen reader speaks ten times a move and not ten times a second. */
export const tenthOf = (share: number): number => Math.floor(bounded(share) * 10 + 1e-9) / 10;

const bounded = (share: number): number => Math.min(1, Math.max(0, share));
