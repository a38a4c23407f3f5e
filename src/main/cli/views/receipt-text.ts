/**
 * The receipt as a table: what was offered, what became of it, and what was left behind and why.
 */
import { KINDS } from '../../../transfer/kinds/kind.ts';
import type { Receipt } from '../../../transfer/wire/messages.ts';
import { table } from '../../terminal/table.ts';
import {
  bytes,
  count,
  duration,
  KIND_LABELS,
  plural,
  skipText,
  skipTotal,
  speed,
} from '../../terminal/format.ts';

const HEAD = ['', 'offered', 'added', 'merged', 'same', 'left behind'];

export function receiptText(receipt: Receipt, colour: boolean): string {
  const rows = [HEAD];
  const reasons: string[] = [];
  for (const kind of KINDS) {
    const line = receipt.kinds[kind];
    if (line === undefined) continue;
    rows.push([
      KIND_LABELS[kind],
      ...[line.offered, line.added, line.merged, line.same, skipTotal(line.skipped)].map(count),
    ]);
    for (const skip of line.skipped) reasons.push(`  ${KIND_LABELS[kind]}: ${skipText(skip)}`);
  }
  const { payload, wire, resumed } = receipt.bytes;
  const facts = [`${bytes(payload)} in ${duration(receipt.seconds)}`];
  if (receipt.seconds > 0) facts.push(speed(payload / receipt.seconds));
  if (resumed > 0) facts.push(`${bytes(resumed)} already there from before`);
  facts.push(`${bytes(wire)} over the network`);
  return [
    '',
    headline(receipt, colour),
    '',
    table(rows),
    ...(reasons.length === 0 ? [] : ['', 'Left behind:', ...reasons]),
    '',
    facts.join(' · '),
  ].join('\n');
}

function headline(receipt: Receipt, colour: boolean): string {
  const paint = (code: number, text: string): string =>
    colour ? `\x1b[1;${String(code)}m${text}\x1b[0m` : text;
  const { arrived, missing, onPurpose } = sums(receipt);
  const left =
    onPurpose === 0 ? '' : `; ${count(onPurpose)} ${onPurpose === 1 ? 'was' : 'were'} left on purpose`;
  switch (receipt.outcome) {
    case 'complete':
      if (arrived > 0) return paint(32, `✓ Everything arrived${left}`);
      if (onPurpose > 0) return paint(33, `! Nothing arrived${left}`);
      return paint(36, '○ There was nothing to move');
    case 'partial':
      // A receipt that does not add up is partial with nothing it could name.
      if (missing === 0)
        return paint(33, `! Not everything arrived, and the receipt does not say what${left}`);
      return paint(33, `! ${plural(missing, 'thing', 'things')} could not be moved${left}`);
    case 'dry-run':
      return paint(36, '○ Dry run: nothing was changed. A move would come to this:');
    case 'interrupted':
      return paint(33, '! Stopped before everything had arrived. Run both sides again to go on.');
  }
}

function sums({ kinds }: Receipt): { arrived: number; missing: number; onPurpose: number } {
  const sum = { arrived: 0, missing: 0, onPurpose: 0 };
  for (const { added, merged, same, skipped } of Object.values(kinds)) {
    sum.arrived += added + merged + same;
    sum.missing += skipTotal(skipped, false);
    sum.onPurpose += skipTotal(skipped, true);
  }
  return sum;
}
