/** How long so many bytes may take, in words; undefined for nothing. */
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/use-formats.ts';
import { estimate } from './estimate.ts';

export function useTimeEstimate(bytes: number, measured: number | undefined): string | undefined {
  const { t } = useTranslation();
  const formats = useFormats();
  const found = estimate(bytes, measured);
  switch (found.known) {
    case 'nothing':
      return undefined;
    case 'moment':
      return t('choose.time.moment');
    case 'measured':
      return t('choose.time.measured', { time: formats.duration(found.seconds) });
    case 'range':
      return t('choose.time.range', { from: formats.duration(found.from), to: formats.duration(found.to) });
  }
}
