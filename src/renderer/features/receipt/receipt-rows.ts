/**
 * A receipt as a person reads it: per kind what was offered, what arrived, what was there already and what was left
 * behind, and whether that adds up.
 */
import type { Kind, Receipt } from '../../../main/ipc/contract.ts';
import { isOnPurpose, type SkipCount } from './skip-reasons.ts';

export interface ReceiptRow {
  readonly kind: Kind;
  readonly offered: number;
  /** New there, or joined with what was there. Of an interrupted move: arrived and checked, not yet in its place. */
  readonly arrived: number;
  readonly alreadyThere: number;
  readonly leftBehind: number;
  /** Most first; what is missing before what was left on purpose. */
  readonly reasons: readonly SkipCount[];
  /** Interrupted moves only: what had not come when it stopped. */
  readonly toCome: number;
  /** Offered, and neither arrived nor explained. More than 0 means that the receipt does not add up. */
  readonly unexplained: number;
}

export type Headline =
  | 'everything'
  /** Nothing came because nothing was missing. */
  | 'already-there'
  /** Some of it could not be moved. */
  | 'except'
  | 'interrupted'
  | 'dry-run'
  | 'nothing';

export interface ReceiptSummary {
  readonly headline: Headline;
  readonly rows: readonly ReceiptRow[];
  readonly total: Omit<ReceiptRow, 'kind' | 'reasons'>;
  /** Things that should have come and did not. */
  readonly missing: number;
  /** Left behind because OpenMover is meant to, or because the person chose so. */
  readonly onPurpose: number;
}

/** @param order of the kinds; those that the receipt does not name are left out */
export function summarise(receipt: Receipt, order: readonly Kind[]): ReceiptSummary {
  const rows = order.flatMap((kind) => {
    const figures = receipt.kinds[kind];
    return figures === undefined ? [] : [rowOf(kind, figures, receipt.outcome)];
  });
  const sum = (of: (row: ReceiptRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const total = {
    offered: sum(({ offered }) => offered),
    arrived: sum(({ arrived }) => arrived),
    alreadyThere: sum(({ alreadyThere }) => alreadyThere),
    leftBehind: sum(({ leftBehind }) => leftBehind),
    toCome: sum(({ toCome }) => toCome),
    unexplained: sum(({ unexplained }) => unexplained),
  };
  const counted = (onPurpose: boolean): number =>
    sum(({ reasons }) =>
      reasons.reduce((all, { reason, count }) => all + (isOnPurpose(reason) === onPurpose ? count : 0), 0),
    );
  return {
    headline: headlineOf(receipt, total),
    rows,
    total,
    missing: counted(false) + total.unexplained,
    onPurpose: counted(true),
  };
}

type KindReceipt = NonNullable<Receipt['kinds'][Kind]>;

function rowOf(kind: Kind, figures: KindReceipt, outcome: Receipt['outcome']): ReceiptRow {
  const { offered, verified, added, merged, same, skipped } = figures;
  const leftBehind = skipped.reduce((sum, { count }) => sum + count, 0);
  const interrupted = outcome === 'interrupted';
  // An interrupted move has put nothing in its place yet; what counts is what is safe.
  const arrived = interrupted ? verified : added + merged;
  const rest = Math.max(0, offered - arrived - same - leftBehind);
  return {
    kind,
    offered,
    arrived,
    alreadyThere: same,
    leftBehind,
    reasons: [...skipped]
      .filter(({ count }) => count > 0)
      .sort((a, b) => Number(isOnPurpose(a.reason)) - Number(isOnPurpose(b.reason)) || b.count - a.count),
    toCome: interrupted ? rest : 0,
    unexplained: interrupted ? 0 : rest,
  };
}

function headlineOf(
  { outcome }: Receipt,
  { offered, arrived, alreadyThere }: ReceiptSummary['total'],
): Headline {
  if (outcome === 'interrupted' || outcome === 'dry-run') return outcome;
  if (outcome === 'partial') return 'except';
  if (offered === 0) return 'nothing';
  return arrived === 0 && alreadyThere > 0 ? 'already-there' : 'everything';
}
