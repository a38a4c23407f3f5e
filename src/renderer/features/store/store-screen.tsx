/** Several moves side by side: a board of cards, one a move, and the button for another. */
import { IconLayoutGrid, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ActionBar, PrimaryButton } from '../../layout/action-bar.tsx';
import { Card } from '../../layout/card.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveState } from '../../state/move-state.ts';
import { boardOf } from './board.ts';
import type { MoveActions } from './move-actions.ts';
import { MoveCard } from './move-card.tsx';
import classes from './store.module.css';

export interface StoreScreenProps {
  /** In the order in which they were started. */
  readonly moves: readonly MoveState[];
  readonly maxMoves: number;
  readonly onNew: () => void;
  readonly onBack?: (() => void) | undefined;
  readonly actions: MoveActions;
}

export function StoreScreen({ moves, maxMoves, onNew, onBack, actions }: StoreScreenProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { running, finished, full } = boardOf(moves, maxMoves);
  const counts = [
    running > 0 && t('store.running', { count: running, amount: formats.count(running) }),
    finished > 0 && t('store.finished', { count: finished, amount: formats.count(finished) }),
  ].filter((text) => text !== false);
  return (
    <>
      <StepHeader title={t('store.title')} lead={t('store.lead')} onBack={onBack} />
      {moves.length === 0 ? (
        <Card className={classes.empty}>
          <IconLayoutGrid size="2rem" stroke={1.5} aria-hidden />
          <h2>{t('store.empty.what')}</h2>
          <p>{t('store.empty.next')}</p>
        </Card>
      ) : (
        <ul className={classes.board}>
          {moves.map((move) => (
            <MoveCard key={move.id} move={move} actions={actions} />
          ))}
        </ul>
      )}
      <ActionBar
        summary={
          <span role="status">
            {full
              ? t('store.full', { count: maxMoves, amount: formats.count(maxMoves) })
              : counts.join(' · ')}
          </span>
        }
        primary={
          <PrimaryButton
            onClick={onNew}
            disabled={full}
            leftSection={<IconPlus size="1.125rem" aria-hidden />}
          >
            {t('store.new')}
          </PrimaryButton>
        }
      />
    </>
  );
}
