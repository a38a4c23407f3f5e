/**
 * The receiver's decision about an offer: the person's, or `--yes`.
 */
import type { Kind } from '../../../transfer/kinds/kind.ts';
import { printable } from '../../../transfer/privacy/escape.ts';
import type { Decision, Offer } from '../../../transfer/session/events.ts';
import type { KindOffer } from '../../../transfer/wire/messages.ts';
import type { Io } from '../../terminal/io.ts';
import { askYesNo } from '../../terminal/prompt.ts';
import { table } from '../../terminal/table.ts';
import type { View } from './view.ts';
import { bytes, count, KIND_LABELS, skipText, skipTotal } from '../../terminal/format.ts';

export interface OfferOptions {
  readonly io: Io;
  readonly view: View;
  /** Kinds this device takes; all of them when absent. */
  readonly kinds: readonly Kind[] | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export async function decideOffer(offer: Offer, options: OfferOptions): Promise<Decision> {
  const { io, view, yes, dryRun, signal } = options;
  const taken = offer.kinds.map(({ kind }) => kind).filter((kind) => options.kinds?.includes(kind) ?? true);
  view.note(offerText(offer, taken));
  const question = dryRun
    ? 'Have all of this sent for a dry run, of which nothing is kept?'
    : 'Accept all of this?';
  if (!yes && !(await askYesNo(io, question, signal))) return { accept: false };
  return { accept: true, kinds: taken };
}

function offerText(offer: Offer, taken: readonly Kind[]): string {
  const name = offer.peer.name === undefined ? 'The old device' : `"${printable(offer.peer.name)}"`;
  const total = offer.kinds.reduce((sum, kind) => sum + (taken.includes(kind.kind) ? kind.bytes : 0), 0);
  return `${name} has:\n${kindsTable(offer.kinds, taken)}\n  ${bytes(total)} in all`;
}

/** One row a kind; those not in `taken` say so. */
export function kindsTable(kinds: readonly KindOffer[], taken?: readonly Kind[]): string {
  const rows = kinds.map((kind) => [
    KIND_LABELS[kind.kind],
    count(kind.items),
    bytes(kind.bytes),
    skipTotal(kind.left) === 0 ? '' : `(${kind.left.map(skipText).join(', ')})`,
    taken?.includes(kind.kind) === false ? 'not taken' : '',
  ]);
  return table(rows);
}
