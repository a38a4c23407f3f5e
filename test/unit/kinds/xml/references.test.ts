import { describe, expect, it } from 'vitest';
import { ReferenceRepair } from '../../../../src/transfer/kinds/xml/references.ts';

function repair(text: string, pieceCharacters = text.length): string {
  const machine = new ReferenceRepair();
  let repaired = '';
  for (let at = 0; at < text.length; at += Math.max(1, pieceCharacters)) {
    repaired += machine.push(text.slice(at, at + Math.max(1, pieceCharacters)));
  }
  return repaired + machine.end();
}

describe('ReferenceRepair', () => {
  const cases: [string, string, string][] = [
    ['joins a pair of surrogate references', 'a&#55357;&#56846;b', 'a\ud83d\ude0eb'],
    ['joins pairs in a row', '&#55357;&#56846;&#55357;&#56842;', '\ud83d\ude0e\ud83d\ude0a'],
    // The halves of the first end in what begins like a high one: 56397 is low, 56319 is the last high, 56320 the first low.
    ['joins pairs of emoji and skin tone', '&#55357;&#56397;&#55356;&#57341;', '\u{1f44d}\u{1f3fd}'],
    [
      'joins pairs at the edges of the halves',
      '&#55296;&#56320;&#56319;&#57343;&#55296;&#56320;',
      '\u{10000}\u{10ffff}\u{10000}',
    ],
    ['joins hexadecimal and mixed pairs', '&#xD83D;&#xde0e; &#x0d83d;&#56846;', '\ud83d\ude0e \ud83d\ude0e'],
    ['replaces a half without its other half', 'a&#55357;b&#56846;&#55357;', 'a\ufffdb\ufffd\ufffd'],
    ['drops references to controls XML cannot hold', 'a&#0;&#8;&#x1f;&#xB;&#65535;&#xFFFE;b', 'ab'],
    ['drops controls that stand there as they are', 'a\u0000\u000c\u001bb\ufffe', 'ab'],
    ['keeps tab, line feed, carriage return', '&#9;&#10;&#13;&#xA;\t\n\r', '&#9;&#10;&#13;&#xA;\t\n\r'],
    [
      'keeps every other reference as it is',
      '&amp;&#57344;&#55295;&#233;&#x1F600;&lt;',
      '&amp;&#57344;&#55295;&#233;&#x1F600;&lt;',
    ],
    [
      'escapes an ampersand that begins no reference',
      'AT&T &; &#; &#x; &#55357 &',
      'AT&amp;T &amp;; &amp;#; &amp;#x; &amp;#55357 &amp;',
    ],
  ];
  it.each(cases)('%s, wherever the text is cut', (_name, input, expected) => {
    for (let piece = 1; piece <= input.length; piece += 1) expect(repair(input, piece)).toBe(expected);
  });

  it('holds back no more than a few characters of text that never ends a reference', () => {
    const machine = new ReferenceRepair();
    const longName = `&${'x'.repeat(1000)}`;
    const pushed = machine.push(longName);
    expect(pushed).toBe(`&amp;${'x'.repeat(1000)}`);
    expect(machine.push('&#55357;&#').length).toBe(0);
    expect(machine.end()).toBe('\ufffd&amp;#');
  });
});
