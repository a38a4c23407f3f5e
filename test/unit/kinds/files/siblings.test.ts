import { describe, expect, it } from 'vitest';
import { Siblings } from '../../../../src/transfer/kinds/files/siblings.ts';

describe('names of one folder', () => {
  it('are all taken when they differ', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `IMG_${String(index)}.jpg`);
    const siblings = new Siblings(names);
    expect(names.every((name) => siblings.take(name))).toBe(true);
  });

  it('that are one name somewhere are taken by the first', () => {
    const siblings = new Siblings(['A', 'a', 'b', 'caf\u00E9', 'cafe\u0301', 'CAFÉ']);
    expect(siblings.take('A')).toBe(true);
    expect(siblings.take('a')).toBe(false);
    expect(siblings.take('b')).toBe(true);
    expect(siblings.take('cafe\u0301')).toBe(true);
    expect(siblings.take('CAFÉ')).toBe(false);
  });

  it('are free for the next when the first did not move', () => {
    const siblings = new Siblings(['A', 'a']);
    expect(siblings.take('a')).toBe(true);
  });
});
