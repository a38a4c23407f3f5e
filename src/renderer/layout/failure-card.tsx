/** What happened, why as far as known, what to do; and the buttons that do it. */
import { IconAlertTriangle, IconHandStop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode } from '../../main/ipc/contract.ts';
import { Card } from './card.tsx';
import classes from './failure-card.module.css';

interface FailureCardProps {
  readonly code: ErrorCode;
  /** Buttons: the next step first. */
  readonly children?: ReactNode;
}

export function FailureCard({ code, children }: FailureCardProps) {
  const { t } = useTranslation();
  // What the person did themselves is no alarm.
  const meant = code === 'CANCELLED';
  const Icon = meant ? IconHandStop : IconAlertTriangle;
  return (
    <Card tone={meant ? 'accent' : 'bad'} className={classes.card} role="alert" data-failure={code}>
      <Icon className={classes.icon} data-meant={meant || undefined} aria-hidden />
      <div className={classes.words} data-selectable>
        <p className={classes.what}>{t(`errors.${code}.what`)}</p>
        <p className={classes.why}>{t(`errors.${code}.why`)}</p>
        <p className={classes.next}>{t(`errors.${code}.next`)}</p>
        {children !== undefined && <div className={classes.actions}>{children}</div>}
      </div>
    </Card>
  );
}
