/** How far one kind is, in what a person counts. */
import type { Kind, KindFigures } from '../../../main/ipc/contract.ts';
import { shareOf } from './share.ts';

/**
 * Files are counted as they arrive. Records travel by the thousand: a share of them is as near as can be told. Of apps
 * it is not known how many were chosen; undefined then, and where the offer is not known.
 * @param items of the kind in all, when the offer has said so
 */
export function countOf(
  kind: Kind,
  figures: KindFigures,
  items: number | undefined,
): { readonly done: number; readonly total: number } | undefined {
  if (kind === 'apps') return undefined;
  if (kind === 'files') return { done: figures.entries, total: figures.totalEntries };
  return items === undefined ? undefined : { done: Math.floor(items * shareOf(figures)), total: items };
}
