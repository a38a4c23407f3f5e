/** The network is gone: that it is, until when it is tried again, and that nothing is lost. */
import { Button, VisuallyHidden } from '@mantine/core';
import { IconWifiOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../layout/card.tsx';
import { useNow } from '../../layout/use-now.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import classes from './moving.module.css';

interface LostNoticeProps {
  /** Ms since 1970. */
  readonly until: number;
  /** Without what may have caused it: on a card of many. */
  readonly compact?: boolean;
  /** Nothing has moved yet. Then no other part of the screen reads it out. */
  readonly before?: boolean;
  /** "Try now"; absent where nothing can be done. */
  readonly onRetry?: () => void;
}

export function LostNotice({ until, compact = false, before = false, onRetry }: LostNoticeProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  return (
    <Card tone="attention" className={classes.lost} data-before={before || undefined}>
      {before && (
        <VisuallyHidden role="status">
          {t('moving.lost.what')} · {t('moving.lost.before')}
        </VisuallyHidden>
      )}
      <IconWifiOff aria-hidden />
      <div>
        {/* What is read out stands in the live region of the screen and does not count seconds. */}
        <p className="om-figures">
          <strong>{t('moving.lost.what')}</strong> ·{' '}
          {t('moving.lost.again', { clock: formats.clock((until - now) / 1_000) })} ·{' '}
          {before ? t('moving.lost.before') : t('moving.lost.safe')}
        </p>
        {onRetry !== undefined && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('moving.lost.now')}
          </Button>
        )}
        {!compact && <p className={classes.soft}>{t('moving.lost.why')}</p>}
      </div>
    </Card>
  );
}
