/** One move on the board: who, how far, and what can be done about it. */
import { ActionIcon } from '@mantine/core';
import { IconDeviceMobile, IconHandStop, IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../layout/card.tsx';
import type { MoveState } from '../../state/move-state.ts';
import { arrivedStays, isOver } from '../../state/reduce-move.ts';
import { useDeviceName } from '../moving/use-device-name.ts';
import { cardName } from './board.ts';
import { CardAnnouncer } from './card-announcer.tsx';
import { CardStage } from './card-stage.tsx';
import type { MoveActions } from './move-actions.ts';
import { SpeedCap } from './speed-cap-field.tsx';
import { StopMove } from './stop-move.tsx';
import classes from './store.module.css';
import { useCardName } from './use-card-name.ts';

interface MoveCardProps {
  readonly move: MoveState;
  readonly actions: MoveActions;
}

export function MoveCard({ move, actions }: MoveCardProps) {
  const { t } = useTranslation();
  const name = useCardName(move);
  const { emoji, other } = cardName(move);
  const device = useDeviceName(other);
  const [asking, setAsking] = useState(false);
  const heading = useId();
  const over = isOver(move);
  const remove = (): void => {
    actions.onRemove(move.id);
    // The button goes with the card; the focus goes to the head of the board.
    document.querySelector<HTMLElement>('main h1')?.focus();
  };
  return (
    <li className={classes.cell}>
      <Card className={classes.card} aria-labelledby={heading} data-move={move.id} data-stage={move.stage.at}>
        <header className={classes.head}>
          <span className={classes.emoji} aria-hidden>
            {emoji ?? <IconDeviceMobile size="1.75rem" stroke={1.5} />}
          </span>
          <div className={classes.names}>
            <h2 id={heading}>
              <bdi>{name}</bdi>
            </h2>
            {device !== undefined && <p>{t('store.from', { device })}</p>}
            {move.role === 'sender' && <p>{t('store.fromHere')}</p>}
          </div>
          {over ? (
            <ActionIcon color="gray" aria-label={t('store.remove', { name })} onClick={remove}>
              <IconX size="1.25rem" aria-hidden />
            </ActionIcon>
          ) : (
            <ActionIcon color="gray" aria-label={t('store.stop', { name })} onClick={() => setAsking(true)}>
              <IconHandStop size="1.25rem" aria-hidden />
            </ActionIcon>
          )}
        </header>
        <CardAnnouncer move={move} />
        <div className={classes.body}>
          <CardStage move={move} actions={actions} />
        </div>
        {!over && <SpeedCap limit={move.limit} onLimit={(limit) => void actions.onLimit(move.id, limit)} />}
      </Card>
      <StopMove
        name={name}
        opened={asking && !over}
        keepsArrived={arrivedStays(move)}
        onStop={() => actions.onStop(move.id)}
        onClose={() => setAsking(false)}
      />
    </li>
  );
}
