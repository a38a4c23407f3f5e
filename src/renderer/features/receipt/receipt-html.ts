/**
 * The receipt as a page of its own, to be saved, read and printed anywhere: one file, no script, nothing loaded from
 * elsewhere, in the person's language. Numbers and reasons only: no names, no paths, no identifiers, no date.
 */
import type { TFunction } from 'i18next';
import type { Kind, Receipt } from '../../../main/ipc/contract.ts';
import type { Formats } from '../../i18n/format.ts';
import { columnsOf, headlineText, toneOf } from './headline.ts';
import { receiptFigures } from './receipt-figures.ts';
import { type ReceiptRow, summarise } from './receipt-rows.ts';
import { isOnPurpose } from './skip-reasons.ts';
import { RECEIPT_STYLE } from './receipt-style.ts';

export interface ReceiptPage {
  readonly t: TFunction;
  readonly formats: Formats;
  /** BCP 47 */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** Order of the kinds. */
  readonly order: readonly Kind[];
}

export function receiptHtml(receipt: Receipt, page: ReceiptPage): string {
  const { t, formats, language, direction, order } = page;
  const summary = summarise(receipt, order);
  const headline = headlineText(summary, t, formats);
  const columns = columnsOf(summary, t);
  const cells = (row: Pick<ReceiptRow, (typeof columns)[number]['of']>): string =>
    columns.map(({ of }) => `<td>${escaped(formats.count(row[of]))}</td>`).join('');
  const kindName = (row: ReceiptRow): string => t(`common.kinds.${row.kind}`);
  const body = summary.rows.map(
    (row) => `<tr><th scope="row">${escaped(kindName(row))}</th>${cells(row)}</tr>`,
  );
  const reasons = summary.rows.flatMap((row) => reasonsOf(row, { kind: kindName(row), t, formats }));
  const figures = receiptFigures(receipt, t, formats);
  const { unexplained } = summary.total;
  const sum =
    unexplained === 0
      ? t('receipt.addsUp')
      : t('receipt.doesNotAddUp', { count: unexplained, amount: formats.count(unexplained) });

  return `<!doctype html>
<html lang="${escaped(language)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${escaped(t('receipt.title'))} – OpenMover</title>
<style>${RECEIPT_STYLE}</style>
</head>
<body>
<main>
<p class="brand">OpenMover · ${escaped(t('receipt.title'))}</p>
<h1 class="${toneOf(summary)}">${escaped(headline)}</h1>
<p>${escaped(t(`receipt.lead.${summary.headline}`))}</p>
<table>
<thead><tr><th scope="col">${escaped(t('receipt.columns.kind'))}</th>${columns
    .map(({ head }) => `<th scope="col">${escaped(head)}</th>`)
    .join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
<tfoot><tr><th scope="row">${escaped(t('receipt.total'))}</th>${cells(summary.total)}</tr></tfoot>
</table>
${summary.headline === 'interrupted' ? '' : `<p class="${unexplained === 0 ? 'good' : 'attention'}">${escaped(sum)}</p>`}
${reasons.length === 0 ? '' : `<h2>${escaped(t('receipt.columns.leftBehind'))}</h2>\n<ul>\n${reasons.join('\n')}\n</ul>`}
${figures.length === 0 ? '' : `<p>${figures.map(escaped).join(' · ')}</p>`}
<p class="note">${escaped(t('receipt.note'))}</p>
</main>
</body>
</html>
`;
}

function reasonsOf(
  { reasons, unexplained }: ReceiptRow,
  { kind, t, formats }: { readonly kind: string; readonly t: TFunction; readonly formats: Formats },
): string[] {
  const lines = reasons.map(({ reason, count }) => ({
    count,
    text: t(`skips.${reason}`),
    className: isOnPurpose(reason) ? 'purpose' : 'attention',
  }));
  if (unexplained > 0) {
    lines.push({ count: unexplained, text: t('receipt.unexplained'), className: 'attention' });
  }
  return lines.map(
    ({ count, text, className }) =>
      `<li class="${className}"><b>${escaped(kind)} · ${escaped(formats.count(count))}</b> ${escaped(text)}</li>`,
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Translations are ours, and are escaped all the same: a text must never become markup. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
