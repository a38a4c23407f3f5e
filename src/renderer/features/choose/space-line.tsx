/** How much of the free space it takes and how long it may last. */
import { IconClock, IconDatabase } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/use-formats.ts';
import classes from './choose.module.css';
import { useTimeEstimate } from './use-time-estimate.ts';

interface SpaceLineProps {
  readonly bytes: number;
  readonly freeBytes: number | undefined;
  /** Bytes per second, when a move of this run has shown it. */
  readonly measured: number | undefined;
}

export function SpaceLine({ bytes, freeBytes, measured }: SpaceLineProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const time = useTimeEstimate(bytes, measured);
  const size = formats.bytes(bytes);
  const share = freeBytes === undefined ? 0 : Math.min(1, bytes / Math.max(1, freeBytes));
  return (
    <div className={classes.space}>
      <p className={`${classes.fact ?? ''} om-figures`}>
        <IconDatabase size="1.125rem" aria-hidden />
        <strong>
          {freeBytes === undefined
            ? t('choose.size', { size })
            : t('choose.space', { size, free: formats.bytes(freeBytes) })}
        </strong>
      </p>
      {time !== undefined && (
        <p className={`${classes.fact ?? ''} om-figures`}>
          <IconClock size="1.125rem" aria-hidden />
          <span>{time}</span>
        </p>
      )}
      {freeBytes !== undefined && (
        <span className={classes.meter} aria-hidden data-full={share === 1 || undefined}>
          <span style={{ inlineSize: `${share * 100}%` }} />
        </span>
      )}
    </div>
  );
}
