import { describe, expect, it } from 'vitest';
import { countOf } from '../../../../src/renderer/features/moving/kind-count.ts';
import { shareOf, tenthOf } from '../../../../src/renderer/features/moving/share.ts';

const figures = (bytes: number, totalBytes: number, entries: number, totalEntries: number) => ({
  bytes,
  totalBytes,
  entries,
  totalEntries,
});

describe('the share of a move', () => {
  it('goes by bytes, and by entries where all of them are empty', () => {
    expect(shareOf(figures(25, 100, 9, 10))).toBe(0.25);
    expect(shareOf(figures(0, 0, 3, 4))).toBe(0.75);
    expect(shareOf(figures(0, 0, 0, 0))).toBe(1);
  });

  it('is between nothing and all, whatever the figures say', () => {
    expect(shareOf(figures(120, 100, 0, 0))).toBe(1);
    expect(shareOf(figures(-5, 100, 0, 0))).toBe(0);
  });

  it('is announced ten times and not more', () => {
    const announced = new Set(Array.from({ length: 1_001 }, (_, step) => tenthOf(step / 1_000)));
    expect([...announced]).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  });

  it('a tenth is never announced before it is reached', () => {
    expect(tenthOf(0.0999)).toBe(0);
    expect(tenthOf(0.3)).toBe(0.3);
    expect(tenthOf(0.9999)).toBe(0.9);
  });
});

describe('how many of a kind have come', () => {
  it('files are counted, one by one', () => {
    expect(countOf('files', figures(1, 100, 3, 7), 7)).toEqual({ done: 3, total: 7 });
  });

  it('records are counted as a share of what was offered, all of them only at the end', () => {
    expect(countOf('contacts', figures(50, 100, 0, 2), 1_204)).toEqual({ done: 602, total: 1_204 });
    expect(countOf('contacts', figures(99, 100, 1, 2), 10)).toEqual({ done: 9, total: 10 });
    expect(countOf('contacts', figures(100, 100, 2, 2), 10)).toEqual({ done: 10, total: 10 });
  });

  it('what is not known is not counted', () => {
    expect(countOf('messages', figures(50, 100, 0, 2), undefined)).toBeUndefined();
    expect(countOf('apps', figures(50, 100, 3, 60), 54)).toBeUndefined();
  });
});
