/**
 * What there is to move, what of it is chosen, and whether it fits: the figures of the form, without the form.
 */
import type { AppFacts, Kind, KindOffer } from '../../../main/ipc/contract.ts';

export interface OfferRow {
  readonly kind: Kind;
  readonly items: number;
  readonly bytes: number;
  /** Seen on the old device and left there, with the reason. */
  readonly left: KindOffer['left'];
  /**
   * `none`: there is nothing of it. `refused`: the new device does not take this kind. Only what is `free` can be
   * chosen.
   */
  readonly choice: 'free' | 'none' | 'refused';
}

export interface Chosen {
  readonly kinds: ReadonlySet<Kind>;
  /** Packages. */
  readonly apps: ReadonlySet<string>;
}

export interface Total {
  readonly items: number;
  readonly bytes: number;
}

/**
 * One row a kind, in the order of `order`, also for kinds that were not offered: a person looks for what is missing.
 * @param taken kinds the new device takes
 */
export function offerRows(
  offer: readonly KindOffer[],
  taken: readonly Kind[],
  order: readonly Kind[],
): OfferRow[] {
  return order.map((kind) => {
    const found = offer.find((candidate) => candidate.kind === kind);
    const { items, bytes, left } = found ?? { items: 0, bytes: 0, left: [] };
    const choice = items === 0 ? 'none' : taken.includes(kind) ? 'free' : 'refused';
    return { kind, items, bytes, left, choice };
  });
}

/** All that can be chosen: the person takes out what they do not want. */
export const everything = (rows: readonly OfferRow[]): ReadonlySet<Kind> =>
  new Set(rows.filter(({ choice }) => choice === 'free').map(({ kind }) => kind));

/** What a row comes to with the apps chosen: for apps only those, for the rest all of it. */
export function rowTotal(row: OfferRow, apps: readonly AppFacts[], chosen: Chosen): Total {
  if (row.kind !== 'apps' || apps.length === 0) return { items: row.items, bytes: row.bytes };
  const moving = apps.filter((app) => chosen.apps.has(app.package));
  return { items: moving.length, bytes: moving.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

export function chosenTotal(rows: readonly OfferRow[], apps: readonly AppFacts[], chosen: Chosen): Total {
  let items = 0;
  let bytes = 0;
  for (const row of rows) {
    if (row.choice !== 'free' || !chosen.kinds.has(row.kind)) continue;
    const total = rowTotal(row, apps, chosen);
    items += total.items;
    bytes += total.bytes;
  }
  return { items, bytes };
}

export type Fit =
  | { readonly fits: true }
  /** `without`: the smallest kind that frees enough space by itself when it is taken out. */
  | { readonly fits: false; readonly missingBytes: number; readonly without: Kind | undefined };

export function fitInto(
  freeBytes: number,
  rows: readonly OfferRow[],
  apps: readonly AppFacts[],
  chosen: Chosen,
): Fit {
  const missingBytes = chosenTotal(rows, apps, chosen).bytes - freeBytes;
  if (missingBytes <= 0) return { fits: true };
  const candidates = rows
    .filter(({ kind, choice }) => choice === 'free' && chosen.kinds.has(kind))
    .map((row) => ({ kind: row.kind, ...rowTotal(row, apps, chosen) }))
    .filter(({ bytes }) => bytes >= missingBytes)
    .sort((a, b) => a.bytes - b.bytes);
  // To leave out the only thing chosen is no advice.
  const without = chosen.kinds.size > 1 ? candidates[0]?.kind : undefined;
  return { fits: false, missingBytes, without };
}
