/** The receipt for other programs: what the command line writes with `--json`, in lines to read. */
import type { Receipt } from '../../../main/ipc/contract.ts';

export const receiptJson = (receipt: Receipt): string =>
  `${JSON.stringify({ event: 'receipt', ...receipt }, undefined, 2)}\n`;
