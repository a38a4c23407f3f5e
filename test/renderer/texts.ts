/** The window's texts in a test, as the window would say them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LANGUAGES, type Language } from '../../src/renderer/i18n/languages.ts';
import { makeI18n, resourcesOf, type Texts } from '../../src/renderer/i18n/make-i18n.ts';

const LOCALES = fileURLToPath(new URL('../../src/renderer/locales/', import.meta.url));

const files = Object.fromEntries(
  LANGUAGES.flatMap((language) =>
    readdirSync(LOCALES + language)
      .filter((name) => name.endsWith('.json'))
      .map((name) => {
        const path = `${language}/${name}`;
        return [path, JSON.parse(readFileSync(LOCALES + path, 'utf8')) as Texts];
      }),
  ),
);
const resources = resourcesOf(files);

export type Say = (key: string, options?: Readonly<Record<string, unknown>>) => string;

/** @returns what the window says for a key; a key without a text fails the test. */
export function sayIn(language: Language): Say {
  const i18n = makeI18n(resources, language, true);
  return (key, options = {}) => i18n.t(key, options);
}
