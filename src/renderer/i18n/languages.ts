/** The languages of the window, and which of them suits a person best. */

export const LANGUAGES = ['en', 'zh-CN', 'es', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself: never translated. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  'zh-CN': '简体中文',
  es: 'Español',
  ar: 'العربية',
};

export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr');

/**
 * The first of a person's languages (BCP 47, best first) that is ours: `es-MX` is served by `es`, any Chinese by
 * `zh-CN`. English when none is.
 */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.split(/[-_]/, 1)[0]?.toLowerCase();
    const found = LANGUAGES.find((language) => language.split('-', 1)[0] === primary);
    if (found !== undefined) return found;
  }
  return 'en';
}
