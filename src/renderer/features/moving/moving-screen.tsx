/** The move itself: how far, how long, how fast, what of which kind; and, when the network goes, that nothing is lost. */
import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Card } from '../../layout/card.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveStage, MoveState } from '../../state/move-state.ts';
import { Bar } from './bar.tsx';
import { KindProgress } from './kind-progress.tsx';
import { LostNotice } from './lost-notice.tsx';
import classes from './moving.module.css';
import { Announcer } from './announcer.tsx';
import { shareOf } from './share.ts';
import { SpeedPicture } from './speed-picture.tsx';
import { useDeviceName } from './use-device-name.ts';

export interface MovingScreenProps {
  readonly move: MoveState & { readonly stage: Extract<MoveStage, { at: 'answered' | 'moving' }> };
  /** Several moves run: the way back to their board. */
  readonly onBack?: (() => void) | undefined;
  /** Dials a lost device at once. */
  readonly onRetry: () => void;
}

export function MovingScreen({ move, onBack, onRetry }: MovingScreenProps) {
  const { t } = useTranslation();
  const { stage, role } = move;
  const peer = useDeviceName(move.peer);
  const title =
    peer === undefined
      ? t('moving.title')
      : role === 'sender'
        ? t('moving.titleTo', { device: peer })
        : t('moving.titleFrom', { device: peer });
  return (
    <>
      <StepHeader step="moving" title={title} onBack={onBack} />
      {stage.at === 'moving' ? (
        <Figures move={move} stage={stage} onRetry={onRetry} />
      ) : move.lostUntil !== undefined ? (
        <LostNotice until={move.lostUntil} before />
      ) : (
        <Card className={classes.pause} role="status">
          <Loader size="sm" aria-hidden />
          <div>
            <strong>{t('moving.waitingFor.other')}</strong>
            <p>{role === 'sender' ? t('moving.waitingFor.sender') : t('moving.waitingFor.receiver')}</p>
          </div>
        </Card>
      )}
    </>
  );
}

interface FiguresProps {
  readonly move: MoveState;
  readonly stage: Extract<MoveStage, { at: 'moving' }>;
  readonly onRetry: () => void;
}

function Figures({ move, stage: { figures, waitingUntil, stalled }, onRetry }: FiguresProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const committing = figures.phase === 'committing';
  const waiting = waitingUntil !== undefined;
  const share = shareOf(figures);
  const percent = formats.percent(share);
  return (
    <div className={classes.screen}>
      <Announcer share={share} waiting={waiting} committing={committing} />
      {waiting && <LostNotice until={waitingUntil} onRetry={onRetry} />}
      <Card className={classes.whole}>
        <div className={classes.heads}>
          <p className={`${classes.percent ?? ''} om-figures`}>{percent}</p>
          <div className={`${classes.facts ?? ''} om-figures`}>
            <p className={classes.time}>
              {committing
                ? t('moving.committing')
                : stalled && !waiting
                  ? t('moving.stalled')
                  : figures.secondsLeft === undefined || waiting
                    ? !waiting && t('moving.reckoning')
                    : t('moving.left', { time: formats.duration(figures.secondsLeft) })}
            </p>
            <p className={classes.soft}>
              {!committing && !waiting && figures.bytesPerSecond > 0 && (
                <span className={classes.speed}>{formats.speed(figures.bytesPerSecond)}</span>
              )}
              {t('moving.amount', {
                done: formats.bytes(figures.bytes),
                total: formats.bytes(figures.totalBytes),
              })}
            </p>
          </div>
        </div>
        <Bar
          thick
          share={share}
          label={t('moving.progress')}
          text={percent}
          tone={waiting ? 'waiting' : 'moving'}
        />
        <SpeedPicture speeds={figures.speeds} bytesPerSecond={figures.bytesPerSecond} />
      </Card>
      <KindProgress figures={figures} items={move.items} waiting={waiting} />
      <p className={classes.tip}>{t('moving.tip')}</p>
    </div>
  );
}
