/** A move that ended badly: why, and the one thing that helps now. What had moved stands below it. */
import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode } from '../../main/ipc/contract.ts';
import type { MoveState } from '../state/move-state.ts';
import { canKeepArrived, NEXT_STEPS, type NextStep } from '../state/next-step.ts';
import { useApp } from './app-context.tsx';
import { PrimaryButton } from '../layout/action-bar.tsx';
import { FailureCard } from '../layout/failure-card.tsx';
import { Notice } from '../layout/notice.tsx';
import { StepHeader } from '../layout/step-header.tsx';
import classes from './navigation.module.css';

interface FailedMoveProps {
  readonly move: MoveState;
  readonly code: ErrorCode;
  /** The figures of what had moved. */
  readonly children?: ReactNode;
}

export function FailedMove({ move, code, children }: FailedMoveProps) {
  const { t } = useTranslation();
  const { state, actions } = useApp();
  const [reported, setReported] = useState(false);
  const steps: Readonly<Record<NextStep, () => void>> = {
    again: () => void actions.again(move.id),
    meet: () => void actions.again(move.id),
    where: () => actions.elsewhere(move.id),
    start: () => actions.dismiss(move.id),
  };
  const step = NEXT_STEPS[code];
  return (
    <>
      <StepHeader
        step="receipt"
        title={t(titleOf(code))}
        onBack={state.several ? () => actions.go({ at: 'board' }) : undefined}
      />
      <FailureCard code={code}>
        <PrimaryButton onClick={steps[step]}>{t(labelOf(step, move.role))}</PrimaryButton>
        {canKeepArrived(code, move.role) && (
          <Button variant="default" onClick={() => void actions.keep(move.id)}>
            {t('common.keep')}
          </Button>
        )}
        {code === 'UNEXPECTED' && (
          <Button
            variant="default"
            onClick={() => void actions.saveReport(move.id).then((saved) => setReported(saved))}
          >
            {t('common.saveReport')}
          </Button>
        )}
        {step !== 'start' && (
          <Button variant="subtle" onClick={() => actions.dismiss(move.id)}>
            {t('common.startOver')}
          </Button>
        )}
      </FailureCard>
      <div role="status" className={classes.after}>
        {reported && <Notice tone="good">{t('common.reportSaved')}</Notice>}
      </div>
      {children}
    </>
  );
}

function titleOf(code: ErrorCode): string {
  if (code === 'CANCELLED' || code === 'PEER_CANCELLED') return 'common.failed.titleStopped';
  if (code === 'INTERRUPTED' || code === 'DESTINATION_FAILED') return 'common.failed.titleInterrupted';
  return 'common.failed.title';
}

function labelOf(step: NextStep, role: MoveState['role']): string {
  switch (step) {
    case 'again':
      return 'common.tryAgain';
    case 'meet':
      return role === 'sender' ? 'common.findAgain' : 'common.newCode';
    case 'where':
      return 'common.otherFolder';
    case 'start':
      return 'common.startOver';
  }
}
