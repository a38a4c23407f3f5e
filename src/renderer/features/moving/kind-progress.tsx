/** Each kind of what moves: its bar, and how many have come. Counts only, never names. */
import { IconCircleCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../layout/card.tsx';
import { KIND_ORDER, KindIcon, useKindName } from '../../layout/kinds.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveState, MovingFigures } from '../../state/move-state.ts';
import { Bar } from './bar.tsx';
import { useKindAmount } from './use-kind-amount.ts';
import classes from './moving.module.css';
import { shareOf } from './share.ts';

interface KindProgressProps {
  readonly figures: MovingFigures;
  readonly items: MoveState['items'];
  readonly waiting: boolean;
}

export function KindProgress({ figures, items, waiting }: KindProgressProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const name = useKindName();
  const amount = useKindAmount();
  const kinds = KIND_ORDER.flatMap((kind) => {
    const found = figures.kinds[kind];
    return found === undefined || found.totalEntries === 0 ? [] : [{ kind, found }];
  });
  if (kinds.length === 0) return null;
  return (
    <Card padding="flush">
      <ul className={classes.kinds}>
        {kinds.map(({ kind, found }) => {
          const share = shareOf(found);
          const done = share === 1 && found.entries >= found.totalEntries;
          return (
            <li key={kind} className={classes.kind} data-kind={kind} data-done={done || undefined}>
              <KindIcon kind={kind} variant="plain" />
              <span className={classes.name}>{name(kind)}</span>
              <span className={`${classes.amount ?? ''} om-figures`}>
                {amount(kind, found, items?.[kind])}
              </span>
              <span className={classes.check}>
                {done && <IconCircleCheckFilled size="1.25rem" role="img" aria-label={t('moving.done')} />}
              </span>
              <span className={classes.bar}>
                <Bar
                  share={share}
                  label={t('moving.kindProgress', { kind: name(kind) })}
                  text={formats.percent(share)}
                  tone={done ? 'done' : waiting ? 'waiting' : 'moving'}
                />
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
