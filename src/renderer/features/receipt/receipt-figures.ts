/** How much, how long, how fast: the line under a receipt. */
import type { TFunction } from 'i18next';
import type { Receipt } from '../../../main/ipc/contract.ts';
import type { Formats } from '../../i18n/format.ts';

export function receiptFigures({ bytes, seconds }: Receipt, t: TFunction, formats: Formats): string[] {
  const { payload, resumed } = bytes;
  const figures: string[] = [];
  if (payload > 0 && seconds > 0) {
    figures.push(
      t('receipt.figures.moved', { size: formats.bytes(payload), time: formats.duration(seconds) }),
    );
    // Of a move that took no time worth measuring the quotient is noise.
    if (seconds >= 1) figures.push(formats.speed(payload / seconds));
  }
  if (resumed > 0) figures.push(t('receipt.figures.resumed', { size: formats.bytes(resumed) }));
  return figures;
}
