/** What a card is called where there is only space for words: in its buttons' names, in what is read out. */
import { useTranslation } from 'react-i18next';
import type { MoveState } from '../../state/move-state.ts';
import { cardName } from './board.ts';

export function useCardName(move: MoveState): string {
  const { t } = useTranslation();
  return cardName(move).name ?? t('store.unnamed');
}
