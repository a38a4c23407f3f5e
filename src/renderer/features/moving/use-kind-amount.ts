/** "812 of 1,204": how far one kind is; in bytes where it cannot be counted. */
import { useTranslation } from 'react-i18next';
import type { Kind, KindFigures } from '../../../main/ipc/contract.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { countOf } from './kind-count.ts';

export function useKindAmount(): (kind: Kind, figures: KindFigures, items: number | undefined) => string {
  const { t } = useTranslation();
  const formats = useFormats();
  return (kind, figures, items) => {
    const counted = countOf(kind, figures, items);
    return counted === undefined
      ? t('moving.amount', {
          done: formats.bytes(figures.bytes),
          total: formats.bytes(figures.totalBytes),
        })
      : t('moving.amount', { done: formats.count(counted.done), total: formats.count(counted.total) });
  };
}
