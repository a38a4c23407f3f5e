/** i18next as the window uses it: from texts at hand, without loading; a key that is not there is a fault. */
import { createInstance, type i18n, type Resource } from 'i18next';
import { LANGUAGES, type Language } from './languages.ts';

/** The content of one file of locales, `locales/<language>/<feature>.json`. */
export type Texts = { readonly [key: string]: string | Texts };

/**
 * Gathers files by language; a file's name is the first part of its keys (`meet.json` holds `meet.…`).
 * @param files path ending in `<language>/<feature>.json` → content
 */
export function resourcesOf(files: Readonly<Record<string, Texts>>): Resource {
  const resources: Record<string, { translation: Record<string, Texts> }> = {};
  for (const [path, texts] of Object.entries(files)) {
    const [, language, feature] = /([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
    if (language === undefined || feature === undefined) continue;
    resources[language] ??= { translation: {} };
    resources[language].translation[feature] = texts;
  }
  return resources;
}

/**
 * @param strict throws on a missing key; a released window shows English instead.
 */
export function makeI18n(resources: Resource, language: Language, strict: boolean): i18n {
  const instance = createInstance();
  void instance.init({
    resources,
    lng: language,
    fallbackLng: 'en',
    supportedLngs: [...LANGUAGES],
    // Texts are at hand, so that nothing is ever drawn without them.
    initAsync: false,
    // React escapes; a name must not be escaped twice.
    interpolation: { escapeValue: false },
    returnNull: false,
    saveMissing: strict,
    missingKeyHandler: (_languages, _namespace, key) => {
      throw new Error(`No text for ${key}`);
    },
  });
  return instance;
}

/** Every text under `branch`, flat: what main shows itself (menu, dialogs) is sent to it this way. */
export function flatTexts(texts: Texts, prefix = ''): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') flat[prefix + key] = value;
    else Object.assign(flat, flatTexts(value, `${prefix}${key}.`));
  }
  return flat;
}
