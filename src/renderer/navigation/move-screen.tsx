/** One move, from the code to the receipt: its stage says which screen. */
import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChooseScreen } from '../features/choose/choose-screen.tsx';
import { measuredSpeed } from '../features/choose/estimate.ts';
import { WaitingScreen } from '../features/pairing/waiting-screen.tsx';
import { MovingScreen } from '../features/moving/moving-screen.tsx';
import { ReceiptScreen } from '../features/receipt/receipt-screen.tsx';
import { ReceiptTable } from '../features/receipt/receipt-table.tsx';
import { SaveReceiptButton } from '../features/receipt/save-receipt.tsx';
import { summarise } from '../features/receipt/receipt-rows.ts';
import { KIND_ORDER } from '../layout/kinds.tsx';
import type { MoveState } from '../state/move-state.ts';
import { isOver } from '../state/reduce-move.ts';
import { useApp } from './app-context.tsx';
import { Card } from '../layout/card.tsx';
import classes from './navigation.module.css';
import { FailedMove } from './failed-move.tsx';
import { RequestFailed } from './request-failed.tsx';
import { StepHeader } from '../layout/step-header.tsx';

export function MoveScreen({ move }: { readonly move: MoveState }): ReactNode {
  return (
    <>
      {!isOver(move) && <RequestFailed />}
      <Stage move={move} />
    </>
  );
}

function Stage({ move }: { readonly move: MoveState }): ReactNode {
  const { t } = useTranslation();
  const { state, actions } = useApp();
  const { id, role, stage } = move;
  const toBoard = state.several ? () => actions.go({ at: 'board' }) : undefined;
  switch (stage.at) {
    case 'starting':
    case 'meeting':
    case 'agreeing':
      if (role === 'keeper') return <Busy title={t('common.keeping')} text={t('common.keepingWhat')} />;
      return (
        <WaitingScreen
          move={move}
          onBack={role === 'receiver' || state.several ? () => void actions.back() : undefined}
        />
      );
    case 'offered':
    case 'choosing':
      return (
        <ChooseScreen
          move={{ ...move, stage }}
          measured={measuredSpeed(state.moves)}
          onAnswer={(answer) => actions.answer(id, answer)}
          onOtherSource={() => void actions.chooseAgain(id)}
        />
      );
    case 'answered':
    case 'moving':
      return (
        <MovingScreen move={{ ...move, stage }} onBack={toBoard} onRetry={() => void actions.retry(id)} />
      );
    case 'done':
      return (
        <ReceiptScreen
          move={{ ...move, stage }}
          onOpen={() => void actions.open(id)}
          onSave={actions.save}
          onUndo={() => actions.undo(id)}
          onAgain={() => actions.dismiss(id)}
          onBack={toBoard}
        />
      );
    case 'failed':
      return (
        <FailedMove move={move} code={stage.code}>
          {stage.receipt !== undefined && (
            <>
              <ReceiptTable summary={summarise(stage.receipt, KIND_ORDER)} />
              <div className={classes.save}>
                <SaveReceiptButton receipt={stage.receipt} onSave={actions.save} size="sm" />
              </div>
            </>
          )}
        </FailedMove>
      );
  }
}

interface BusyProps {
  readonly title: string;
  readonly text: string;
}

/** A sentence while nothing can be counted yet. */
function Busy({ title, text }: BusyProps) {
  return (
    <>
      <StepHeader step="moving" title={title} />
      <Card className={classes.busy} role="status">
        <Loader size="sm" aria-hidden />
        <span>{text}</span>
      </Card>
    </>
  );
}
