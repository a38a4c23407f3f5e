import { describe, expect, it } from 'vitest';
import {
  featuresOf,
  keysExpected,
  placeholdersIn,
  pluralOf,
  tagsIn,
  textsOf,
  TRANSLATIONS,
} from './texts.ts';

const english = textsOf('en');

/** The English text a translated key stands for; a plural category English lacks is like its `_other`. */
const original = (key: string): string => {
  const base = pluralOf(key);
  return english.get(key) ?? english.get(`${base ?? key}_other`) ?? '';
};

describe('English', () => {
  it('has every plural in each of its categories', () => {
    expect([...english.keys()].sort()).toEqual([...keysExpected(english.keys(), 'en')].sort());
  });

  it('says how many wherever a plural is used for more than one', () => {
    const silent = [...english].filter(([key, text]) => key.endsWith('_other') && !text.includes('{{'));
    expect(silent).toEqual([]);
  });
});

describe.each(TRANSLATIONS)('the translation into %s', (language) => {
  const texts = textsOf(language);

  it('has a file for every English one, and no other', () => {
    expect(featuresOf(language)).toEqual(featuresOf('en'));
  });

  it('has every key, with the plural categories of the language, and none too many', () => {
    const wanted = keysExpected(english.keys(), language);
    const missing = [...wanted].filter((key) => !texts.has(key));
    const superfluous = [...texts.keys()].filter((key) => !wanted.has(key));
    expect({ missing, superfluous }).toEqual({ missing: [], superfluous: [] });
  });

  it('says something everywhere', () => {
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('is another language: no sentence stands there in English', () => {
    const same = [...texts].filter(
      ([key, text]) => /[a-z]+ [a-z]+ [a-z]+/.test(text) && text === original(key),
    );
    expect(same).toEqual([]);
  });

  it('fills in what the English text fills in', () => {
    const different = [...texts].filter(([key, text]) => {
      const base = pluralOf(key);
      const wanted = placeholdersIn(original(key));
      const given = placeholdersIn(text);
      // "One thing", "two things": a language may say a number as a word where it can only be that number.
      const exact = base !== undefined && /_(?:zero|one|two)$/.test(key);
      return exact
        ? given.some((name) => !placeholdersIn(original(`${base}_other`)).includes(name))
        : JSON.stringify(given) !== JSON.stringify(wanted);
    });
    expect(different.map(([key, text]) => [key, text, original(key)])).toEqual([]);
  });

  it('marks up what the English text marks up', () => {
    const different = [...texts].filter(
      ([key, text]) => JSON.stringify(tagsIn(text)) !== JSON.stringify(tagsIn(original(key))),
    );
    expect(different).toEqual([]);
  });
});
