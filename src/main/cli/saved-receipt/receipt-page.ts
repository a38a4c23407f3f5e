/** A receipt as a page that needs nothing else: no script runs, nothing is loaded. */
import { SKIP_REASONS } from '../../../transfer/kinds/kind.ts';
import type { ReceiptFacts } from './receipt-facts.ts';
import { bytes, count, KIND_LABELS } from '../../terminal/format.ts';

const OUTCOMES: Readonly<Record<ReceiptFacts['receipt']['outcome'], string>> = {
  complete: 'Everything that could move has arrived',
  partial: 'Arrived, except some things',
  interrupted: 'Interrupted: the move can go on',
  'dry-run': 'A trial: nothing was kept',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);

/** @param json the signed receipt, put in as it is. */
export function receiptPage(
  { date, version, reference, number, receipt }: ReceiptFacts,
  json: string,
): string {
  const rows = Object.entries(receipt.kinds).map(([kind, line]) => {
    const cells = [line.offered, line.added, line.merged, line.same, line.renamed].map(
      (each) => `<td>${count(each)}</td>`,
    );
    const left = line.skipped
      .map(({ reason, count: times }) => `${count(times)} × ${escaped(SKIP_REASONS[reason].text)}`)
      .join('<br>');
    return `<tr><th>${KIND_LABELS[kind as keyof typeof KIND_LABELS]}</th>${cells.join('')}<td>${left}</td></tr>`;
  });
  const about = [
    ...(reference === undefined ? [] : [`Reference: ${escaped(reference)}`]),
    `Date: ${escaped(date)}`,
    `Number: ${escaped(number)}`,
    `${bytes(receipt.bytes.payload)} in ${count(Math.round(receipt.seconds))} s`,
    `OpenMover ${escaped(version)}`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>OpenMover receipt</title>
<style>body{font:16px system-ui;margin:3em auto;max-width:60em}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.4em .8em;text-align:right}th:first-child,td:last-child{text-align:left}</style></head>
<body><h1>${OUTCOMES[receipt.outcome]}</h1>
<table><tr><th>Kind</th><th>Offered</th><th>Added</th><th>Merged</th><th>Already there</th><th>Renamed</th><th>Left behind</th></tr>
${rows.join('\n')}</table>
${about.map((line) => `<p>${line}</p>`).join('\n')}
<p>To check that nothing was changed: mover receipt --verify FILE. The receipt of the other device has the same number.</p>
<script type="application/json" id="receipt">${json.replace(/</g, '\\u003c')}</script></body></html>
`;
}
