/** What a receipt says in one sentence, for the screen, the card and the saved page. */
import type { TFunction } from 'i18next';
import type { Formats } from '../../i18n/format.ts';
import type { ReceiptSummary } from './receipt-rows.ts';

export function headlineText({ headline, missing }: ReceiptSummary, t: TFunction, formats: Formats): string {
  // A receipt that is partial without saying why must not read "except 0 things".
  const count = headline === 'except' ? Math.max(1, missing) : missing;
  return t(`receipt.headline.${headline}`, { count, amount: formats.count(count) });
}

/** Whether the headline is good news, asks for attention, or only informs. */
export function toneOf({ headline }: ReceiptSummary): 'good' | 'attention' | 'accent' {
  if (headline === 'everything' || headline === 'already-there') return 'good';
  return headline === 'except' || headline === 'interrupted' ? 'attention' : 'accent';
}

/** The heads of the columns of figures, in order. An interrupted move has one more: what had not come. */
export function columnsOf({ headline }: ReceiptSummary, t: TFunction) {
  const arrived =
    headline === 'interrupted'
      ? t('receipt.columns.checked')
      : headline === 'dry-run'
        ? t('receipt.columns.wouldArrive')
        : t('receipt.columns.arrived');
  const columns = [
    { of: 'offered', head: t('receipt.columns.offered') },
    { of: 'arrived', head: arrived },
    { of: 'alreadyThere', head: t('receipt.columns.alreadyThere') },
    { of: 'leftBehind', head: t('receipt.columns.leftBehind') },
  ] as const;
  return headline === 'interrupted'
    ? ([...columns, { of: 'toCome', head: t('receipt.columns.toCome') }] as const)
    : columns;
}
