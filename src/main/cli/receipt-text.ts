/**
 * The receipt as a table: what was offered, what became of it, and what was left behind and why.
 */
import { KINDS } from '../../transfer/kinds/kind.ts';
import type { Receipt } from '../../transfer/wire/messages.ts';
import { table } from './table.ts';
import { bytes, count, duration, KIND_LABELS, plural, skipText, skipTotal, speed } from './words.ts';

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
  switch (receipt.outcome) {
    case 'complete':
      return paint(32, '✓ Everything arrived');
    case 'partial': {
      const missing = Object.values(receipt.kinds).reduce(
        (sum, { skipped }) => sum + skipTotal(skipped, false),
        0,
      );
      return paint(33, `! Arrived, except ${plural(missing, 'thing', 'things')}`);
    }
    case 'dry-run':
      return paint(36, '○ Dry run: nothing was changed. A move would come to this:');
    case 'interrupted':
      return paint(33, '! Stopped before everything had arrived. Run both sides again to go on.');
  }
}
