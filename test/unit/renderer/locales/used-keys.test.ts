import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { keysInFolder, keysInSource } from './source-keys.ts';
import { pluralOf, RENDERER, textsOf } from './texts.ts';

const MAIN_APP = fileURLToPath(new URL('../../../../src/main/app/', import.meta.url));

/** Keys as they are asked for: a plural by its name without the category. */
const asAsked = (keys: Iterable<string>): Set<string> =>
  new Set([...keys].flatMap((key) => [key, pluralOf(key) ?? key]));

const matches = (asked: string | RegExp, key: string): boolean =>
  typeof asked === 'string' ? asked === key : asked.test(key);

describe('the texts of the window', () => {
  const keys = asAsked(textsOf('en').keys());
  const { asked, mentioned } = keysInFolder(RENDERER);

  it('are asked for: the search finds the calls', () => {
    expect(asked.length).toBeGreaterThan(50);
  });

  it('are there for every key the sources ask for', () => {
    const missing = asked.filter(({ key }) => ![...keys].some((known) => matches(key, known)));
    expect(missing.map(({ where, key }) => `${where} ${String(key)}`)).toEqual([]);
  });

  it('are all used', () => {
    // Main asks for its words without the name of their file.
    const inMain = keysInFolder(MAIN_APP).mentioned.map((word) =>
      typeof word === 'string' ? `menu.${word}` : word,
    );
    const literal = new Set([...mentioned, ...inMain].filter((word) => typeof word === 'string'));
    const holes = [...asked.map(({ key }) => key), ...mentioned].filter((word) => word instanceof RegExp);
    // A template that is all hole says nothing.
    const telling = holes.filter((pattern) => pattern.source.replaceAll('[^.]+', '').length > 4);
    const unused = [...textsOf('en').keys()].filter((key) => {
      const names = [key, pluralOf(key) ?? key];
      return !names.some((name) => literal.has(name) || telling.some((pattern) => pattern.test(name)));
    });
    expect(unused).toEqual([]);
  });
});

describe('the search for keys', () => {
  const search = (text: string) => keysInSource('x.tsx', text).asked.map(({ key }) => String(key));

  it('reads literals, both sides of a condition, and what stands still of a template', () => {
    expect(search("t('a.b'); i18n.t(x ? 'a.c' : 'a.d', { n: 1 });")).toEqual(['a.b', 'a.c', 'a.d']);
    expect(search('t(`errors.${code}.what`)')).toEqual([String(/^errors\.[^.]+\.what$/)]);
  });

  it('reads the keys of marked-up texts', () => {
    expect(search('<Trans i18nKey="a.b" />; <Trans i18nKey={x ? "a.c" : "a.d"} />')).toEqual([
      'a.b',
      'a.c',
      'a.d',
    ]);
  });
});
