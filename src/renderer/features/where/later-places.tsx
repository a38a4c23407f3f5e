/** Places that cannot be chosen yet, said plainly: a person looks for their phone here and must not look in vain. */
import {
  IconBrandAndroid,
  IconCloud,
  IconDeviceMobile,
  IconPackageImport,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './where.module.css';

const ICONS = {
  android: IconBrandAndroid,
  iphone: IconDeviceMobile,
  icloud: IconCloud,
  apple: IconPackageImport,
} as const satisfies Record<string, TablerIcon>;

export type LaterPlace = keyof typeof ICONS;

export function LaterPlaces({ places }: { readonly places: readonly LaterPlace[] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2 className={classes.heading}>{t('where.later')}</h2>
      <p className={classes.hint}>{t('where.laterWhat')}</p>
      <ul className={classes.later}>
        {places.map((place) => {
          const Icon = ICONS[place];
          return (
            <li key={place} className={classes.laterPlace}>
              <Icon size="1.25rem" stroke={1.75} aria-hidden />
              <span>{t(`where.laterPlaces.${place}`)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
