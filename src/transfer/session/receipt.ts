/**
 * The receipt: per kind what was offered and what became of it. It is `complete` only when it adds up and nothing was
 * left out that should have come. Numbers only: no names, no paths, no identifiers.
 */
import {
  KINDS,
  type Kind,
  type ReportLeft,
  SKIP_REASONS,
  type SkipCount,
  type SkipReason,
} from '../kinds/kind.ts';
import type { KindOffer, Receipt } from '../wire/messages.ts';
import type { KindProgress } from './events.ts';

type KindReceipt = NonNullable<Receipt['kinds'][Kind]>;
type Bytes = Receipt['bytes'];

/** What became of one kind, counted in items as a person counts them: records, files, apps. */
export class Tally {
  readonly offered: number;
  sent = 0;
  verified = 0;
  added = 0;
  merged = 0;
  same = 0;
  renamed = 0;
  readonly #kind: Kind;
  readonly #report: ReportLeft | undefined;
  readonly #skipped = new Map<SkipReason, number>();

  /**
   * Starts from an offer: what the sender left behind is offered and skipped; only the sender has the names of that.
   * @param report told of what is skipped from here on.
   */
  constructor(offer: Pick<KindOffer, 'kind' | 'items' | 'left'>, report?: ReportLeft) {
    this.#kind = offer.kind;
    this.offered = offer.items + offer.left.reduce((sum, { count }) => sum + count, 0);
    for (const { reason, count } of offer.left) this.skip(reason, count);
    this.#report = report;
  }

  /** @param path of what is skipped: see `ReportSkip`. A record that came over the wire has the name of its kind. */
  skip(reason: SkipReason, count = 1, path: readonly string[] = [this.#kind]): void {
    if (count <= 0) return;
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + count);
    this.#report?.({ kind: this.#kind, path, reason }, count);
  }

  /** Names a thing that has another name here than its own. */
  rename(path: readonly string[], renamedTo: readonly string[]): void {
    this.#report?.({ kind: this.#kind, path, renamedTo });
  }

  get skipped(): SkipCount[] {
    return [...this.#skipped].map(([reason, count]) => ({ reason, count }));
  }

  receipt(): KindReceipt {
    const { offered, sent, verified, added, merged, same, renamed, skipped } = this;
    return { offered, sent, verified, added, merged, same, renamed, skipped };
  }
}

function addsUp({ offered, added, merged, same, skipped }: KindReceipt): boolean {
  return offered === added + merged + same + skipped.reduce((sum, { count }) => sum + count, 0);
}

function nothingMissing({ skipped }: KindReceipt): boolean {
  return skipped.every(({ reason }) => SKIP_REASONS[reason].onPurpose);
}

/** @param dryRun nothing was kept: it says so, whatever the figures. */
export function makeReceipt(
  tallies: ReadonlyMap<Kind, Tally>,
  bytes: Bytes,
  seconds: number,
  dryRun = false,
): Receipt {
  const kinds: Receipt['kinds'] = {};
  let complete = true;
  for (const kind of KINDS) {
    const tally = tallies.get(kind);
    if (tally === undefined) continue;
    const receipt = tally.receipt();
    kinds[kind] = receipt;
    complete &&= addsUp(receipt) && nothingMissing(receipt);
  }
  const outcome = dryRun ? 'dry-run' : complete ? 'complete' : 'partial';
  return { outcome, kinds, bytes, seconds: rounded(seconds) };
}

/** Whether a receipt speaks of what was offered, and adds up as it claims. */
export function agreesWith(receipt: Receipt, offer: readonly KindOffer[]): boolean {
  return KINDS.every((kind) => {
    const told = receipt.kinds[kind];
    if (told === undefined) return true;
    const offered = offer.find((candidate) => candidate.kind === kind);
    if (offered === undefined || told.offered !== new Tally(offered).offered) return false;
    return receipt.outcome !== 'complete' || (addsUp(told) && nothingMissing(told));
  });
}

/** The receipt of a move that broke off before anything was committed: what was sent so far, and nothing added. */
export function interruptedReceipt(
  offer: readonly KindOffer[],
  progress: Readonly<Partial<Record<Kind, KindProgress>>>,
  figures: {
    readonly payload: number;
    readonly wire: number;
    readonly resumed?: number;
    readonly seconds: number;
  },
): Receipt {
  const kinds: Receipt['kinds'] = {};
  for (const offered of offer) {
    const { kind } = offered;
    const counts = progress[kind];
    if (counts === undefined) continue;
    const tally = new Tally(offered);
    // Progress counts entries; a share of the items is as near as can be told of a move that stopped.
    const share = counts.totalEntries === 0 ? 0 : counts.entries / counts.totalEntries;
    tally.sent = Math.floor(offered.items * share);
    tally.verified = tally.sent;
    kinds[kind] = tally.receipt();
  }
  const { payload, wire, resumed = 0, seconds } = figures;
  return { outcome: 'interrupted', kinds, bytes: { payload, wire, resumed }, seconds: rounded(seconds) };
}

/** Milliseconds are what a clock is good for here. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
