import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../../src/transfer/limits.ts';
import type { SkipReason } from '../../../../src/transfer/kinds/kind.ts';
import { RecordParser } from '../../../../src/transfer/kinds/xml/elements.ts';

const DOCUMENT = { root: 'smses', records: ['sms', 'mms'] };

function parse(
  text: string,
  pieceCharacters = 4096,
): { ids: string; skips: SkipReason[]; wellFormed: boolean } {
  const skips: SkipReason[] = [];
  const parser = new RecordParser(DOCUMENT, (reason) => {
    skips.push(reason);
  });
  const elements = [];
  for (let at = 0; at < text.length; at += pieceCharacters) {
    elements.push(...parser.push(text.slice(at, at + pieceCharacters)));
  }
  elements.push(...parser.end());
  return {
    ids: elements.map(({ attributes }) => attributes['id'] ?? '?').join(),
    skips,
    wellFormed: parser.wellFormed,
  };
}

/** Expects the same whatever the pieces are. */
function expectParse(text: string, ids: string, skips: SkipReason[]): void {
  for (const piece of [1, 2, 3, 5, 11, 17, 31, text.length + 1]) {
    expect(parse(text, piece), `in pieces of ${String(piece)}`).toEqual({
      ids,
      skips,
      wellFormed: skips.length === 0,
    });
  }
}

describe('RecordParser', () => {
  it('reads the records of a whole file and what is inside them', () => {
    const skips: SkipReason[] = [];
    const parser = new RecordParser(DOCUMENT, (reason) => skips.push(reason));
    const [mms] = parser.push(
      `<?xml version='1.0'?><smses count="1"><mms a="&lt;&#10;"><parts><part b='"'/></parts></mms></smses>`,
    );
    expect(mms?.attributes['a']).toBe('<\n');
    expect(mms?.children[0]?.children[0]?.attributes['b']).toBe('"');
    expect(parser.end()).toEqual([]);
    expect(skips).toEqual([]);
  });

  it('passes over what is no record', () => {
    expectParse('<smses><note><deep/></note>text<!-- <sms id="c"/> --><sms id="1"/></smses>', '1', []);
  });

  const broken: [string, string, string, SkipReason[]][] = [
    [
      'a tag that is not closed',
      '<smses><sms id="1"/><sms id="x" <sms id="2"/></smses>',
      '1,2',
      ['malformed'],
    ],
    [
      'a quote that is missing',
      '<smses><sms id="1"/><sms id="x /><sms id="2"/></smses>',
      '1,2',
      ['malformed'],
    ],
    ['an attribute without quotes', '<smses><sms id=x/><sms id="2"/></smses>', '2', ['malformed']],
    ['an attribute that comes twice', '<smses><sms id="x" id="y"/><sms id="2"/></smses>', '2', ['malformed']],
    ['an unknown entity', '<smses><sms id="&lol;"/><sms id="2"/></smses>', '2', ['malformed']],
    ['a character XML cannot hold', '<smses><sms id="\uffff"/><sms id="2"/></smses>', '2', ['malformed']],
    ['a record that is not closed', '<smses><mms id="x"><parts><sms id="2"/></smses>', '2', ['malformed']],
    [
      'records that are not closed',
      '<smses><mms id="x"><mms\r\nid="y"><sms id="2"/></smses>',
      '2',
      ['malformed', 'malformed'],
    ],
    ['a stray end tag', '<smses><sms id="1"/></parts><sms id="2"/></smses>', '1,2', ['malformed']],
    ['two breaks', '<smses><sms <sms id="1"/><sms <sms id="2"/></smses>', '1,2', ['malformed', 'malformed']],
    ['text behind the root', '<smses><sms id="1"/></smses>junk', '1', ['malformed']],
    ['a file cut off between records', '<smses><sms id="1"/><sms id="2"/>', '1,2', ['malformed']],
    ['a file cut off inside a record', '<smses><sms id="1"/><sms id="2', '1', ['malformed']],
    ['a file cut off inside a tag name', '<smses><sms id="1"/><sm', '1', ['malformed']],
    ['an empty file', '', '', ['malformed']],
    ['no XML at all', 'PK\u0003\u0004 nothing to see here', '', ['malformed']],
    ['another root', '<calls><call/><sms id="1"/></calls>', '', ['malformed']],
  ];
  it.each(broken)('loses to %s no more than it must', (_name, text, ids, skips) => {
    expectParse(text, ids, skips);
  });

  it('reads nothing of a file that defines entities', () => {
    const lol = Array.from(
      { length: 9 },
      (_, n) => `<!ENTITY lol${String(n + 1)} "${`&lol${String(n)};`.repeat(10)}">`,
    );
    const bomb = `<!DOCTYPE smses [<!ENTITY lol0 "lol">${lol.join('')}]><smses><sms id="&lol9;"/><sms id="1"/></smses>`;
    expectParse(bomb, '', ['malformed']);
  });

  it('gives up nesting that goes on for ever, and takes up behind it', () => {
    const { ids, skips } = parse(`<smses>${'<a>'.repeat(1_000_000)}<sms id="1"/></smses>`);
    expect(ids).toBe('1');
    expect(skips).toEqual(['malformed']);
  });

  it('gives up a record that nests deeper than any program writes', () => {
    const deep = `<mms id="x">${'<a>'.repeat(20)}${'</a>'.repeat(20)}</mms>`;
    expectParse(`<smses>${deep}<sms id="1"/></smses>`, '1', ['malformed']);
  });

  it('gives up a record larger than can be moved, and takes up behind it', () => {
    const skips: SkipReason[] = [];
    const parser = new RecordParser(DOCUMENT, (reason) => skips.push(reason));
    parser.push('<smses><mms id="x"><parts><part data="');
    const megabyte = 'A'.repeat(1024 * 1024);
    for (let done = 0; done <= LIMITS.recordBytes; done += megabyte.length) parser.push(megabyte);
    expect(skips).toEqual(['too-large']);
    expect(
      parser.push('"/></parts></mms><sms id="1"/></smses>').map(({ attributes }) => attributes['id']),
    ).toEqual(['1']);
    expect(parser.end()).toEqual([]);
    expect(skips).toEqual(['too-large']);
  });
});
