/** The middle of a card: the stage of its move in a few lines. */
import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useKindName } from '../../layout/kinds.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveStage, MoveState } from '../../state/move-state.ts';
import { Bar } from '../moving/bar.tsx';
import { LostNotice } from '../moving/lost-notice.tsx';
import { shareOf } from '../moving/share.ts';
import { CardCode } from './card-code.tsx';
import { CardReceipt } from './card-receipt.tsx';
import type { MoveActions } from './move-actions.ts';
import classes from './store.module.css';
import { useCardName } from './use-card-name.ts';

interface CardStageProps {
  readonly move: MoveState;
  readonly actions: MoveActions;
}

export function CardStage({ move, actions }: CardStageProps): ReactNode {
  const { t } = useTranslation();
  const { id, stage, lostUntil } = move;
  if (lostUntil !== undefined) return <LostNotice until={lostUntil} compact before />;
  switch (stage.at) {
    case 'starting':
      return <p className={classes.soft}>{t('store.starting')}</p>;
    case 'meeting':
      return <Meeting move={move} stage={stage} />;
    case 'agreeing':
      return <p className={classes.soft}>{t('store.agreeing')}</p>;
    case 'offered':
      return <Offered stage={stage} id={id} actions={actions} />;
    case 'choosing':
      return (
        <>
          <p>{t('store.chooseWhat')}</p>
          <div className={classes.buttons}>
            <Button size="sm" onClick={() => actions.onShow(id)}>
              {t('store.choose')}
            </Button>
          </div>
        </>
      );
    case 'answered':
      return <p className={classes.soft}>{t('store.answered')}</p>;
    case 'moving':
      return <Moving stage={stage} id={id} actions={actions} />;
    case 'done':
      return <CardReceipt id={id} role={move.role} receipt={stage.receipt} actions={actions} />;
    case 'failed':
      return <Failed stage={stage} id={id} actions={actions} />;
  }
}

type Of<At extends MoveStage['at']> = Extract<MoveStage, { at: At }>;

interface StageProps<At extends MoveStage['at']> {
  readonly stage: Of<At>;
  readonly id: MoveState['id'];
  readonly actions: MoveActions;
}

function Meeting({ move, stage }: { readonly move: MoveState; readonly stage: Of<'meeting'> }) {
  const { t } = useTranslation();
  const name = useCardName(move);
  return stage.code === undefined ? (
    <p className={classes.soft}>{t('store.starting')}</p>
  ) : (
    <CardCode code={stage.code} name={name} />
  );
}

function Offered({ stage, id, actions }: StageProps<'offered'>) {
  const { t } = useTranslation();
  const formats = useFormats();
  const kindName = useKindName();
  const kinds = stage.kinds.map(({ kind }) => kind);
  const some = stage.kinds.filter(({ items }) => items > 0);
  const bytes = some.reduce((sum, kind) => sum + kind.bytes, 0);
  const missing = bytes - (stage.freeBytes ?? Infinity);
  return (
    <>
      <p className="om-figures">
        {some.length === 0
          ? t('store.wantsNothing')
          : t('store.wants', {
              size: formats.bytes(bytes),
              kinds: formats.list(some.map(({ kind }) => kindName(kind))),
            })}
      </p>
      {missing > 0 && (
        <p className={classes.attention}>{t('choose.offered.full', { missing: formats.bytes(missing) })}</p>
      )}
      <div className={classes.buttons}>
        <Button size="sm" onClick={() => void actions.onAnswer(id, { accept: true, kinds, apps: [] })}>
          {t('choose.offered.accept')}
        </Button>
        <Button size="sm" variant="default" onClick={() => void actions.onAnswer(id, { accept: false })}>
          {t('choose.offered.decline')}
        </Button>
        <Button size="sm" variant="subtle" onClick={() => actions.onShow(id)}>
          {t('store.show')}
        </Button>
      </div>
    </>
  );
}

function Moving({ stage: { figures, waitingUntil, stalled }, id, actions }: StageProps<'moving'>) {
  const { t } = useTranslation();
  const formats = useFormats();
  const share = shareOf(figures);
  const percent = formats.percent(share);
  const committing = figures.phase === 'committing';
  const waiting = waitingUntil !== undefined;
  return (
    <>
      <div className={`${classes.progress ?? ''} om-figures`}>
        <strong>{percent}</strong>
        <span>
          {committing
            ? t('moving.committing')
            : !waiting &&
              (stalled
                ? t('moving.stalled')
                : figures.secondsLeft === undefined
                  ? t('moving.reckoning')
                  : t('moving.left', { time: formats.duration(figures.secondsLeft) }))}
        </span>
      </div>
      <Bar share={share} label={t('moving.progress')} text={percent} tone={waiting ? 'waiting' : 'moving'} />
      {waiting ? (
        <LostNotice until={waitingUntil} compact onRetry={() => actions.onRetry(id)} />
      ) : (
        <p className={`${classes.soft ?? ''} om-figures`}>
          {[
            !committing && figures.bytesPerSecond > 0 && formats.speed(figures.bytesPerSecond),
            t('moving.amount', {
              done: formats.bytes(figures.bytes),
              total: formats.bytes(figures.totalBytes),
            }),
          ]
            .filter((text) => text !== false)
            .join(' · ')}
        </p>
      )}
      <div className={classes.buttons}>
        <Button size="sm" variant="default" onClick={() => actions.onShow(id)}>
          {t('store.show')}
        </Button>
      </div>
    </>
  );
}

function Failed({ stage, id, actions }: StageProps<'failed'>) {
  const { t } = useTranslation();
  return (
    <>
      <p className={classes.headline} data-tone="bad">
        <IconAlertTriangle size="1.25rem" aria-hidden />
        <strong>{t(`errors.${stage.code}.what`)}</strong>
      </p>
      <p>{t(`errors.${stage.code}.next`)}</p>
      <div className={classes.buttons}>
        <Button size="sm" variant="default" onClick={() => actions.onShow(id)}>
          {t('store.show')}
        </Button>
      </div>
    </>
  );
}
