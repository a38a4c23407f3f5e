/** `mover receipt --verify FILE`: whether a saved receipt is as it was signed. */
import { readFileSync, statSync } from 'node:fs';
import { MoverError } from '../../transfer/errors.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from '../terminal/context.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { MOST_RECEIPT_BYTES, verifyReceipt } from './saved-receipt/receipt-file.ts';
import { receiptText } from './views/receipt-text.ts';

export interface ReceiptOptions {
  readonly verify: string;
  readonly json?: boolean;
}

/** @returns 0 for one that is as it was signed. @throws MoverError */
export function runReceipt(options: ReceiptOptions, { io }: Context): number {
  const facts = verifyReceipt(read(options.verify));
  const { date, version, reference, number, receipt } = facts;
  if (options.json === true) {
    io.output.write(jsonLine({ event: 'receipt-verified', date, version, reference, number, ...receipt }));
    return 0;
  }
  const about = reference === undefined ? '' : `, reference ${printable(reference)}`;
  io.output.write(`${receiptText(receipt, io.colour)}
Saved ${date} by OpenMover ${printable(version)}${about}.
Unchanged since it was signed. This does not show who saved it: anybody can make a whole receipt of their own.
Its number is ${number}: the receipt of the other device has the same, or one of the two is not of this move.
`);
  return 0;
}

function read(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new MoverError('SOURCE_MISSING', { detail: path });
  if (!stats.isFile() || stats.size > MOST_RECEIPT_BYTES)
    throw new MoverError('RECEIPT_UNREADABLE', { detail: path });
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MoverError('RECEIPT_UNREADABLE', { detail: path, cause });
  }
}
