import { describe, expect, it } from 'vitest';
import { printable } from '../../../src/transfer/privacy/escape.ts';

describe('text of the other device on a terminal', () => {
  it.each([
    ['a colour', 'a\u001b[31mred', 'a\\u{1b}[31mred'],
    ['a window title', '\u001b]0;owned\u0007', '\\u{1b}]0;owned\\u{7}'],
    ['an 8-bit control sequence', '\u009b2J', '\\u{9b}2J'],
    ['a second line', 'one\r\ntwo', 'one\\u{d}\\u{a}two'],
    ['a line separator', 'one\u2028two', 'one\\u{2028}two'],
    ['a backspace', 'safe\b\b\b\bevil', 'safe\\u{8}\\u{8}\\u{8}\\u{8}evil'],
    ['a right-to-left override', 'photo\u202egpj.exe', 'photo\\u{202e}gpj.exe'],
    ['an isolate', '\u2067x\u2069', '\\u{2067}x\\u{2069}'],
    ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
    ['a byte order mark', '\ufeffa', '\\u{feff}a'],
    ['a tag character', 'a\u{e0041}', 'a\\u{e0041}'],
    ['a lone surrogate', 'a\ud83d', 'a\\u{d83d}'],
    ['delete', 'a\u007f', 'a\\u{7f}'],
  ])('%s has no effect', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each(['Ångström', '家族の写真', 'שלום', 'naïve café', '😀', 'a\\b', ''])(
    '%s is shown as it is',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );
});
