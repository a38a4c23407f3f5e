/** New device: how it is called, and the code that the old device has to type. */
import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Card } from '../../layout/card.tsx';
import { Notice } from '../../layout/notice.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useNow } from '../../layout/use-now.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import type { Code, MoveState } from '../../state/move-state.ts';
import { TRIES_PER_CODE } from '../../state/reduce-move.ts';
import { LostNotice } from '../moving/lost-notice.tsx';
import { QrCode } from './qr-code.tsx';
import classes from './waiting-screen.module.css';

interface WaitingScreenProps {
  readonly move: MoveState;
  readonly onBack: (() => void) | undefined;
}

export function WaitingScreen({ move, onBack }: WaitingScreenProps) {
  const { t } = useTranslation();
  const { stage } = move;
  if (stage.at !== 'meeting') {
    const agreeing = stage.at === 'agreeing';
    return (
      <>
        <StepHeader
          step="meet"
          title={agreeing ? t('meet.agreeing') : t('meet.preparing')}
          onBack={agreeing ? undefined : onBack}
        />
        {move.lostUntil === undefined ? (
          <Card className={classes.busy} role="status">
            <Loader size="sm" aria-hidden />
            <span>{agreeing ? t('meet.agreeingWhat') : t('meet.preparingWhat')}</span>
          </Card>
        ) : (
          <LostNotice until={move.lostUntil} before />
        )}
      </>
    );
  }
  return (
    <>
      <StepHeader step="meet" title={t('meet.typeThis')} lead={t('meet.typeThisLead')} onBack={onBack} />
      <Card className={classes.card}>
        <div className={classes.identity}>
          <span className={classes.emoji} aria-hidden>
            {stage.emoji}
          </span>
          <p className={classes.calls}>{t('meet.called')}</p>
          <p className={classes.name}>
            <bdi lang="en">{stage.name}</bdi>
          </p>
        </div>
        {stage.code === undefined ? (
          <p className={classes.soon} role="status">
            {t('meet.codeSoon')}
          </p>
        ) : (
          <CodeShown code={stage.code} />
        )}
      </Card>
      <details className={classes.more}>
        <summary>{t('meet.notThere')}</summary>
        <p>{t('meet.addressWhat')}</p>
        <ul data-selectable>
          {stage.addresses.map((address) => (
            <li key={address} dir="ltr">
              {address}
            </li>
          ))}
        </ul>
        <p>{t('meet.sameWifi')}</p>
      </details>
    </>
  );
}

function CodeShown({ code }: { readonly code: Code }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  const left = Math.max(0, (code.expiresAt - now) / 1_000);
  return (
    <>
      <div className={classes.code}>
        {/* Heard digit by digit, and again whenever it changes. */}
        <p className={classes.heard} role="status">
          {t('meet.codeIs', { digits: [...code.digits].join(' ') })}
        </p>
        <p className={classes.digits} dir="ltr" aria-hidden>
          <span>{code.digits.slice(0, 3)}</span>
          <span>{code.digits.slice(3)}</span>
        </p>
        <p className={classes.changes}>
          {left > 0 ? t('meet.changesIn', { time: formats.clock(left) }) : t('meet.changesNow')}
        </p>
        {code.triesLeft < TRIES_PER_CODE && (
          <Notice tone="attention" role="status">
            {t('meet.mistyped', { count: code.triesLeft, number: formats.count(code.triesLeft) })}
          </Notice>
        )}
      </div>
      <figure className={classes.figure}>
        <QrCode text={code.qr} label={t('meet.qr')} />
        <figcaption>{t('meet.qrWhat')}</figcaption>
      </figure>
    </>
  );
}
