/** What came of it: in one sentence, in a table that adds up, and what can be done now. */
import { Button } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconFolderOpen, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UndoOutcome } from '../../../main/ipc/contract.ts';
import { ActionBar, PrimaryButton } from '../../layout/action-bar.tsx';
import { FailureCard } from '../../layout/failure-card.tsx';
import { KIND_ORDER } from '../../layout/kinds.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveStage, MoveState } from '../../state/move-state.ts';
import { headlineText, toneOf } from './headline.ts';
import { receiptFigures } from './receipt-figures.ts';
import { summarise } from './receipt-rows.ts';
import { ReceiptTable } from './receipt-table.tsx';
import classes from './receipt.module.css';
import { type SaveReceipt, SaveReceiptButton } from './save-receipt.tsx';
import { type Undoing, UndoMove } from './undo-move.tsx';
import { UndoOutcomeNotice } from './undo-outcome.tsx';

const ICONS = { good: IconCircleCheck, attention: IconAlertCircle, accent: IconInfoCircle } as const;

export interface ReceiptScreenProps {
  readonly move: MoveState & { readonly stage: Extract<MoveStage, { at: 'done' }> };
  /** New device only. */
  readonly onOpen: () => void;
  readonly onSave: SaveReceipt;
  /** New device only. Rejects with a RequestFailure. */
  readonly onUndo: () => Promise<UndoOutcome>;
  readonly onAgain: () => void;
  /** Several moves run: the way back to their board. */
  readonly onBack?: (() => void) | undefined;
}

export function ReceiptScreen({ move, onOpen, onSave, onUndo, onAgain, onBack }: ReceiptScreenProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [undoing, setUndoing] = useState<Undoing>({ at: 'not' });
  const { receipt } = move.stage;
  const summary = summarise(receipt, KIND_ORDER);
  const tone = toneOf(summary);
  const Icon = ICONS[tone];
  const figures = receiptFigures(receipt, t, formats);
  const undone = undoing.at === 'done';
  // Only the new device has a folder to show, and something to take back.
  const opens = move.role !== 'sender' && !undone;
  const placed = summary.headline === 'everything' || summary.headline === 'except';
  const canUndo = opens && placed && summary.total.arrived > 0;

  return (
    <>
      <StepHeader
        step="receipt"
        title={undone ? t('receipt.undo.done') : headlineText(summary, t, formats)}
        onBack={onBack}
        lead={
          undone ? undefined : (
            <span className={classes.lead}>
              <Icon data-tone={tone} aria-hidden />
              <span>{t(`receipt.lead.${summary.headline}`)}</span>
            </span>
          )
        }
      />
      <div className={classes.screen}>
        {undoing.at === 'done' && <UndoOutcomeNotice outcome={undoing.outcome} />}
        {undoing.at === 'failed' && <FailureCard code={undoing.code} />}
        {summary.rows.length > 0 && <ReceiptTable summary={summary} />}
        <div className={classes.under}>
          <p className={`${classes.figures ?? ''} om-figures`}>
            {figures.length > 0 && <span>{figures.join(' · ')}</span>}
            <span>{t('receipt.note')}</span>
          </p>
          {canUndo && <UndoMove undoing={undoing} onUndoing={setUndoing} onUndo={onUndo} />}
        </div>
      </div>
      <ActionBar
        summary={
          <div className={classes.quiet}>
            <SaveReceiptButton receipt={receipt} onSave={onSave} size="sm" />
          </div>
        }
        primary={
          opens ? (
            <PrimaryButton onClick={onOpen} leftSection={<IconFolderOpen size="1.125rem" aria-hidden />}>
              {t('receipt.open')}
            </PrimaryButton>
          ) : (
            <PrimaryButton onClick={onAgain}>{t('receipt.again')}</PrimaryButton>
          )
        }
      >
        {opens && (
          <Button variant="default" onClick={onAgain}>
            {t('receipt.again')}
          </Button>
        )}
      </ActionBar>
    </>
  );
}
