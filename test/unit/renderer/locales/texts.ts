/** The window's texts as they stand in src/renderer/locales, flat: `meet.code.hint` → text. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LANGUAGES, type Language } from '../../../../src/renderer/i18n/languages.ts';
import { flatTexts, type Texts } from '../../../../src/renderer/i18n/make-i18n.ts';

export const RENDERER = fileURLToPath(new URL('../../../../src/renderer/', import.meta.url));
const LOCALES = `${RENDERER}locales/`;

export const TRANSLATIONS = LANGUAGES.filter((language) => language !== 'en');

export const featuresOf = (language: Language): string[] =>
  readdirSync(LOCALES + language)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();

export function textsOf(language: Language): ReadonlyMap<string, string> {
  const texts = featuresOf(language).map((feature) => {
    const content = readFileSync(`${LOCALES}${language}/${feature}.json`, 'utf8');
    return Object.entries(flatTexts(JSON.parse(content) as Texts, `${feature}.`));
  });
  return new Map(texts.flat());
}

const PLURAL = /^(.+)_(?:zero|one|two|few|many|other)$/;

/** `things` for `things_one`; undefined for a key that is not of a plural. */
export const pluralOf = (key: string): string | undefined => PLURAL.exec(key)?.[1];

/** Keys a language must have for the keys English has: a plural in each of the language's own categories. */
export function keysExpected(english: Iterable<string>, language: Language): Set<string> {
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  const keys = [...english].flatMap((key) => {
    const base = pluralOf(key);
    return base === undefined ? [key] : pluralCategories.map((category) => `${base}_${category}`);
  });
  return new Set(keys);
}

/** What stands in braces: `{{count}}` of the window, `{count}` of main. */
export const placeholdersIn = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*([^}]+?)\s*\}\}|\{\w+\}/g)].map(([whole]) => whole).sort();

/** Elements that are drawn around words: `<bold>`, `</bold>`, `<1>`, `<br/>`. */
export const tagsIn = (text: string): string[] =>
  [...text.matchAll(/<\/?[A-Za-z0-9]+\s*\/?>/g)].map(([tag]) => tag).sort();
