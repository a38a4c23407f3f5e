import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENGLISH } from '../../../../src/main/app/words.ts';
import { LANGUAGES } from '../../../../src/renderer/i18n/languages.ts';
import { ERROR_CODES } from '../../../../src/transfer/errors.ts';
import { KINDS, PROMISE, REASONS, SKIP_REASONS } from '../../../../src/transfer/index.ts';
import { RENDERER, textsOf } from './texts.ts';

/** Words of the trade: a person who reads them is lost. */
const JARGON = /\b(?:peers?|sockets?|sessions?|hash(?:es|ed)?|PAKE|mDNS|manifests?|TLS|certificates?)\b/i;
/** No failure is blamed on the person, and none is left without a name. */
const BLAME = /unknown error|invalid input|illegal|you must|\bfatal\b|\babort/i;

describe.each(LANGUAGES)('in %s there is a text for', (language) => {
  const texts = textsOf(language);
  const keysUnder = (branch: string): string[] =>
    [...texts.keys()].filter((key) => key.startsWith(`${branch}.`)).sort();

  it('what happened, why, and what to do at every failure', () => {
    const wanted = ERROR_CODES.flatMap((code) =>
      ['what', 'why', 'next'].map((part) => `errors.${code}.${part}`),
    );
    expect(keysUnder('errors')).toEqual(wanted.sort());
  });

  it('every reason why an app is judged as it is', () => {
    expect(keysUnder('reasons')).toEqual(
      Object.keys(REASONS)
        .map((id) => `reasons.${id}`)
        .sort(),
    );
  });

  it('every reason why something is left behind', () => {
    expect(keysUnder('skips')).toEqual(
      Object.keys(SKIP_REASONS)
        .map((id) => `skips.${id}`)
        .sort(),
    );
  });

  it('every clause of the promise', () => {
    expect(keysUnder('promise-clauses')).toEqual(PROMISE.map(({ id }) => `promise-clauses.${id}`).sort());
  });

  it('what main shows itself: menu, dialogs, notifications', () => {
    expect(keysUnder('menu')).toEqual(
      Object.keys(ENGLISH)
        .map((key) => `menu.${key}`)
        .sort(),
    );
  });

  it('every kind', () => {
    const named = KINDS.filter((kind) => [...texts.keys()].some((key) => key.endsWith(`kinds.${kind}`)));
    expect(named).toEqual([...KINDS]);
  });
});

describe('English', () => {
  const texts = [...textsOf('en')];

  it('uses no words of the trade', () => {
    expect(texts.filter(([, text]) => JARGON.test(text))).toEqual([]);
  });

  it('says in the menu what main says before the window has told it', () => {
    const inMain = Object.entries(ENGLISH).map(([key, text]) => [`menu.${key}`, text]);
    expect(texts.filter(([key]) => key.startsWith('menu.'))).toEqual(inMain);
  });

  it('blames nobody', () => {
    expect(texts.filter(([, text]) => BLAME.test(text))).toEqual([]);
  });

  it('promises what the policy promises, word for word but for the name of a move', () => {
    const promised = new Map(texts);
    for (const { id, clause } of PROMISE) {
      expect(promised.get(`promise-clauses.${id}`)).toBe(clause.replace('the transfer', 'the move'));
    }
  });
});

describe('the glossary', () => {
  it('names its terms in every language of the window', () => {
    const [head, , ...rows] = readFileSync(`${RENDERER}locales/GLOSSARY.md`, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(head).toEqual([...LANGUAGES, 'meaning']);
    expect(rows.length).toBeGreaterThan(20);
    expect(
      rows.filter((row) => row.length !== LANGUAGES.length + 1 || row.some((cell) => cell === '')),
    ).toEqual([]);
  });
});
