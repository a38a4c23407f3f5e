import { describe, expect, it } from 'vitest';
import { countField, findRootEnd, findRootStart } from '../../../../src/transfer/kinds/xml/root.ts';

describe('findRootStart', () => {
  it('finds the count behind declaration, comments and other attributes', () => {
    const head = `<?xml version='1.0'?>\n<!-- <smses count="9"> -->\n<?x y?><smses a='>' count = "12"  b="c">rest`;
    const start = findRootStart(head, 'smses');
    expect(head.slice(start?.count?.start, start?.count?.end)).toBe('"12"  ');
    expect(head.slice(start?.end)).toBe('rest');
    expect(start?.emptyTagLength).toBeUndefined();
  });

  it('takes the count for what it is, in either kind of quotes', () => {
    const head = `<smses count='3' note="count=7">`;
    const start = findRootStart(head, 'smses');
    expect(head.slice(start?.count?.start, start?.count?.end)).toBe(`'3' `);
  });

  it('tells an empty root from an open one', () => {
    expect(findRootStart('<calls count="0" />', 'calls')?.emptyTagLength).toBe(2);
    expect(findRootStart('<calls/>', 'calls')).toEqual({ count: undefined, end: 8, emptyTagLength: 2 });
  });

  it.each([
    '',
    'text',
    '<other>',
    '<smses count="1"',
    '<smsesx>',
    '<!DOCTYPE smses><smses>',
    '<smses count=1>',
  ])('finds none in %j', (head) => {
    expect(findRootStart(head, 'smses')).toBeUndefined();
  });
});

describe('findRootEnd', () => {
  it('finds the end tag, not one in a comment after it', () => {
    const tail = '<sms/></smses>\n<!-- </smses> -->\n<?x </smses>?>\n';
    expect(findRootEnd(tail, 'smses')).toBe(6);
  });

  it.each(['<sms/>', '</smses> trailing', '</smsesx>', '</smses', '</smses><sms/>'])(
    'finds none in %j',
    (tail) => {
      expect(findRootEnd(tail, 'smses')).toBeUndefined();
    },
  );
});

describe('countField', () => {
  it('is equally long whatever the count', () => {
    expect(countField(0)).toHaveLength(countField(999_999_999_999).length);
    expect(countField(58).trim()).toBe('"58"');
  });
});
