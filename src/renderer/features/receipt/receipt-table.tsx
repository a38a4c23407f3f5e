/** The receipt as a table that adds up, with the reasons for what was left behind under each kind. */
import { IconAlertCircle, IconChevronDown, IconCircleCheck } from '@tabler/icons-react';
import { Fragment, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../layout/card.tsx';
import { useKindName } from '../../layout/kinds.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { columnsOf } from './headline.ts';
import type { ReceiptRow, ReceiptSummary } from './receipt-rows.ts';
import classes from './receipt.module.css';
import { isOnPurpose } from './skip-reasons.ts';

export function ReceiptTable({ summary }: { readonly summary: ReceiptSummary }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const columns = columnsOf(summary, t);
  const { rows, total, headline } = summary;
  return (
    <Card padding="flush">
      {/* Narrow windows show a row as a list; the roles keep it a table for those who hear it. */}
      <table className={classes.table} role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              {t('receipt.columns.kind')}
            </th>
            {columns.map(({ of, head }) => (
              <th key={of} scope="col" role="columnheader">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Row key={row.kind} row={row} columns={columns} />
          ))}
        </tbody>
        <tfoot role="rowgroup">
          <tr role="row">
            <th scope="row" role="rowheader">
              {t('receipt.total')}
            </th>
            {columns.map(({ of, head }) => (
              <td key={of} role="cell" data-head={head} className="om-figures">
                {formats.count(total[of])}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
      {headline !== 'interrupted' && rows.length > 0 && <Sum unexplained={total.unexplained} />}
    </Card>
  );
}

interface RowProps {
  readonly row: ReceiptRow;
  readonly columns: ReturnType<typeof columnsOf>;
}

function Row({ row, columns }: RowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const name = useKindName()(row.kind);
  const [open, setOpen] = useState(false);
  const id = useId();
  const explained = row.reasons.length > 0 || row.unexplained > 0;
  const missing = row.unexplained > 0 || row.reasons.some(({ reason }) => !isOnPurpose(reason));
  return (
    <Fragment>
      <tr role="row" data-kind={row.kind} data-open={open || undefined}>
        <th scope="row" role="rowheader">
          {name}
        </th>
        {columns.map(({ of, head }) => (
          <td key={of} role="cell" data-head={head} className="om-figures">
            {of === 'leftBehind' && explained ? (
              <button
                type="button"
                className={classes.why}
                aria-expanded={open}
                aria-controls={id}
                data-missing={missing || undefined}
                onClick={() => setOpen(!open)}
              >
                {missing && <IconAlertCircle size="1rem" aria-hidden />}
                <IconChevronDown className={classes.chevron} size="1rem" aria-hidden />
                {formats.count(row.leftBehind)}
                <span className={classes.hidden}> {t('receipt.whyKind', { kind: name })}</span>
              </button>
            ) : (
              formats.count(row[of])
            )}
          </td>
        ))}
      </tr>
      {explained && (
        <tr role="row" id={id} hidden={!open} className={classes.reasons}>
          <td role="cell" colSpan={columns.length + 1}>
            <Reasons row={row} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}

function Reasons({ row: { reasons, unexplained } }: { readonly row: ReceiptRow }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <ul>
      {unexplained > 0 && (
        <li data-missing>
          <b className="om-figures">{formats.count(unexplained)}</b>
          <IconAlertCircle size="1rem" aria-hidden />
          <span>{t('receipt.unexplained')}</span>
        </li>
      )}
      {reasons.map(({ reason, count }) => (
        <li key={reason} data-missing={!isOnPurpose(reason) || undefined}>
          <b className="om-figures">{formats.count(count)}</b>
          {!isOnPurpose(reason) && <IconAlertCircle size="1rem" aria-hidden />}
          <span>{t(`skips.${reason}`)}</span>
        </li>
      ))}
    </ul>
  );
}

function Sum({ unexplained }: { readonly unexplained: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return unexplained === 0 ? (
    <p className={classes.sum} data-tone="good">
      <IconCircleCheck size="1.125rem" aria-hidden />
      {t('receipt.addsUp')}
    </p>
  ) : (
    <p className={classes.sum} data-tone="attention">
      <IconAlertCircle size="1.125rem" aria-hidden />
      {t('receipt.doesNotAddUp', { count: unexplained, amount: formats.count(unexplained) })}
    </p>
  );
}
