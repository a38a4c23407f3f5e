/**
 * What a screen reader says of a move while it runs: each tenth, a lost and a found network, the end. The text changes
 * only then, because every change of it is spoken.
 */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/use-formats.ts';
import classes from './moving.module.css';
import { tenthOf } from './share.ts';

interface AnnouncerProps {
  readonly share: number;
  readonly waiting: boolean;
  readonly committing: boolean;
}

export function Announcer({ share, waiting, committing }: AnnouncerProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const tenth = tenthOf(share);
  // The tenth at which the network came back, so that this is said once and then tenths again.
  const backAt = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (waiting) backAt.current = tenth;
    else if (backAt.current !== tenth) backAt.current = undefined;
  }, [waiting, tenth]);
  const back = !waiting && backAt.current === tenth;
  return (
    <p className={classes.hidden} aria-live="polite">
      {waiting
        ? t('moving.lost.announce')
        : committing
          ? t('moving.committing')
          : back
            ? t('moving.back')
            : t('moving.announce', { percent: formats.percent(tenth) })}
    </p>
  );
}
