/** The speed of the last two minutes as a line, with the same in a sentence for those who do not see it. */
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MovingFigures } from '../../state/move-state.ts';
import classes from './moving.module.css';
import { speedGraph } from './speed-graph.ts';

const SIZE = { width: 640, height: 80 } as const;

interface SpeedPictureProps {
  readonly speeds: MovingFigures['speeds'];
  readonly bytesPerSecond: number;
}

export function SpeedPicture({ speeds, bytesPerSecond }: SpeedPictureProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const fill = useId();
  const { line, area, least, most, seconds } = speedGraph(speeds, SIZE);
  return (
    <figure className={classes.graph}>
      <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} preserveAspectRatio="none" aria-hidden>
        <defs>
          <linearGradient id={fill} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor="var(--om-accent)" stopOpacity="0.28" />
            <stop offset="1" stopColor="var(--om-accent)" stopOpacity="0.04" />
          </linearGradient>
        </defs>
        <path d={area} fill={`url(#${fill})`} />
        <path d={line} className={classes.line} vectorEffect="non-scaling-stroke" />
      </svg>
      <figcaption className={classes.hidden}>
        {line === ''
          ? t('moving.graphSoon')
          : t('moving.graph', {
              time: formats.duration(seconds),
              now: formats.speed(bytesPerSecond),
              least: formats.speed(least),
              most: formats.speed(most),
            })}
      </figcaption>
    </figure>
  );
}
