/** "1,204 contacts": how many of a kind, as a person counts. */
import { useTranslation } from 'react-i18next';
import type { Kind } from '../../../main/ipc/contract.ts';
import { useFormats } from '../../i18n/use-formats.ts';

export function useItemCount(): (kind: Kind, count: number) => string {
  const { t } = useTranslation();
  const formats = useFormats();
  return (kind, count) => t(`choose.items.${kind}`, { count, amount: formats.count(count) });
}
