/** A device's name as the window's language can take it into a sentence; undefined stays so. */
import { useTranslation } from 'react-i18next';
import { directionOf, type Language } from '../../i18n/languages.ts';
import { deviceName } from './device-name.ts';

export function useDeviceName(name: string | undefined): string | undefined {
  const { i18n } = useTranslation();
  return name === undefined ? undefined : deviceName(name, directionOf(i18n.language as Language));
}
