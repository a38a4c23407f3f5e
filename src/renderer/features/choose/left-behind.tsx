/** How many things of a kind stay on the old device, and, unfolded, why. */
import { useTranslation } from 'react-i18next';
import type { KindOffer } from '../../../main/ipc/contract.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import classes from './choose.module.css';

export function LeftBehind({ left }: { readonly left: KindOffer['left'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const count = left.reduce((sum, skip) => sum + skip.count, 0);
  if (count === 0) return null;
  return (
    <details className={classes.left}>
      <summary>{t('choose.leftBehind', { count, amount: formats.count(count) })}</summary>
      <ul>
        {left.map((skip) => (
          <li key={skip.reason}>
            <span className="om-figures">{formats.count(skip.count)}</span> {t(`skips.${skip.reason}`)}
          </li>
        ))}
      </ul>
    </details>
  );
}
