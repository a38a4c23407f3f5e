/** The formats of the language the window shows. */
import { useTranslation } from 'react-i18next';
import { formatsOf, type Formats } from './format.ts';

export function useFormats(): Formats {
  const { i18n } = useTranslation();
  return formatsOf(i18n.language);
}
