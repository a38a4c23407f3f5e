import { describe, expect, it } from 'vitest';
import { compareCodePoints, sortByCodePoint } from '../../../../src/transfer/kinds/files/order.ts';

const NAMES = ['b', 'a', 'B', '\u{1F600}', '\uFF21', '\uE000', '\uD7FF', 'ab', '', '\u{10FFFF}', 'é'];

describe('names', () => {
  it('sort as the bytes of UTF-8 do', () => {
    const asBytes = [...NAMES].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(sortByCodePoint([...NAMES])).toEqual(asBytes);
    expect([...NAMES].sort(compareCodePoints)).toEqual(asBytes);
  });
});
