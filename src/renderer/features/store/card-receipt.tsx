/** How the move of a card ended: the sentence, the counts, and the receipt to be saved. */
import { Button } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MoveId, Receipt } from '../../../main/ipc/contract.ts';
import { KIND_ORDER } from '../../layout/kinds.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveState } from '../../state/move-state.ts';
import { headlineText, toneOf } from '../receipt/headline.ts';
import { receiptFigures } from '../receipt/receipt-figures.ts';
import { summarise } from '../receipt/receipt-rows.ts';
import { SaveReceiptButton } from '../receipt/save-receipt.tsx';
import type { MoveActions } from './move-actions.ts';
import classes from './store.module.css';

const ICONS = { good: IconCircleCheck, attention: IconAlertCircle, accent: IconInfoCircle } as const;
const COUNTED = ['arrived', 'alreadyThere', 'leftBehind'] as const;

interface CardReceiptProps {
  readonly id: MoveId;
  readonly role: MoveState['role'];
  readonly receipt: Receipt;
  readonly actions: MoveActions;
}

export function CardReceipt({ id, role, receipt, actions }: CardReceiptProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const summary = summarise(receipt, KIND_ORDER);
  const tone = toneOf(summary);
  const Icon = ICONS[tone];
  const counts = COUNTED.filter((of) => of === 'arrived' || summary.total[of] > 0).map((of) =>
    t(`store.counts.${of}`, { count: summary.total[of], amount: formats.count(summary.total[of]) }),
  );
  return (
    <>
      <p className={classes.headline} data-tone={tone}>
        <Icon size="1.25rem" aria-hidden />
        <strong>{headlineText(summary, t, formats)}</strong>
      </p>
      <p className="om-figures">{counts.join(' · ')}</p>
      <p className={`${classes.soft ?? ''} om-figures`}>{receiptFigures(receipt, t, formats).join(' · ')}</p>
      <div className={classes.buttons}>
        <SaveReceiptButton receipt={receipt} onSave={actions.onSave} size="sm" />
        {role !== 'sender' && (
          <Button size="sm" variant="default" onClick={() => actions.onOpen(id)}>
            {t('store.open')}
          </Button>
        )}
        <Button size="sm" variant="subtle" onClick={() => actions.onShow(id)}>
          {t('store.show')}
        </Button>
      </div>
    </>
  );
}
