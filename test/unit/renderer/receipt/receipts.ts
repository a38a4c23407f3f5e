/** Receipts for tests: of one kind or several, of any outcome. */
import type { Kind, Receipt } from '../../../../src/main/ipc/contract.ts';

type Figures = NonNullable<Receipt['kinds'][Kind]>;

export const figures = (part: Partial<Figures>): Figures => ({
  offered: 0,
  sent: 0,
  verified: 0,
  added: 0,
  merged: 0,
  same: 0,
  renamed: 0,
  skipped: [],
  ...part,
});

export const receiptOf = (kinds: Receipt['kinds'], part: Partial<Receipt> = {}): Receipt => ({
  outcome: 'complete',
  kinds,
  bytes: { payload: 61_400_000_000, wire: 61_500_000_000, resumed: 0 },
  seconds: 840,
  ...part,
});
