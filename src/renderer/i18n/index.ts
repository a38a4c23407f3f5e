/** The window's texts: all of `locales/`, in the build; and their direction on the page. */
import { initReactI18next } from 'react-i18next';
import { directionOf, type Language } from './languages.ts';
import { flatTexts, makeI18n, resourcesOf, type Texts } from './make-i18n.ts';

const files = import.meta.glob<Texts>('../locales/*/*.json', { eager: true, import: 'default' });

export const i18n = makeI18n(resourcesOf(files), 'en', import.meta.env.DEV);
i18n.use(initReactI18next);
initReactI18next.init(i18n);

export async function showLanguage(language: Language): Promise<void> {
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** What main shows itself, in the window's language; English where a text is missing. */
export function wordsForMain(language: Language): Record<string, string> {
  const of = (code: string): Record<string, string> => {
    const menu: unknown = i18n.getResource(code, 'translation', 'menu');
    return typeof menu === 'object' && menu !== null ? flatTexts(menu as Texts) : {};
  };
  return { ...of('en'), ...of(language) };
}
