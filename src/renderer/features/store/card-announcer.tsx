/** What is read out of a card: each tenth, what it waits for, how it ended; each after the name of the move. */
import { useTranslation } from 'react-i18next';
import { KIND_ORDER } from '../../layout/kinds.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveState } from '../../state/move-state.ts';
import { shareOf, tenthOf } from '../moving/share.ts';
import { headlineText } from '../receipt/headline.ts';
import { summarise } from '../receipt/receipt-rows.ts';
import classes from './store.module.css';
import { useCardName } from './use-card-name.ts';

export function CardAnnouncer({ move }: { readonly move: MoveState }) {
  const { t } = useTranslation();
  const name = useCardName(move);
  const text = useAnnouncement(move);
  return (
    <p className={classes.hidden} aria-live="polite">
      {text !== undefined && t('store.announce', { name, text })}
    </p>
  );
}

/** Changes as seldom as something happens: what is spoken of several moves must not become a stream. */
function useAnnouncement({ stage }: MoveState): string | undefined {
  const { t } = useTranslation();
  const formats = useFormats();
  switch (stage.at) {
    case 'starting':
      return undefined;
    case 'meeting':
      // The code itself is in the card, in words to be read when wanted.
      return undefined;
    case 'agreeing':
      return t('store.agreeing');
    case 'offered':
      return t('choose.offered.title');
    case 'choosing':
      return t('store.chooseWhat');
    case 'answered':
      return t('store.answered');
    case 'moving':
      return stage.waitingUntil !== undefined
        ? t('moving.lost.announce')
        : stage.figures.phase === 'committing'
          ? t('moving.committing')
          : t('moving.announce', { percent: formats.percent(tenthOf(shareOf(stage.figures))) });
    case 'done':
      return headlineText(summarise(stage.receipt, KIND_ORDER), t, formats);
    case 'failed':
      return t(`errors.${stage.code}.what`);
  }
}
