import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../../src/transfer/session/rate-limit.ts';

describe('the limit of a move', () => {
  it('tells who listens of every change, until they stop', () => {
    const limit = new RateLimit();
    const seen: (number | null)[] = [];
    const stop = limit.onChange(() => seen.push(limit.bytesPerSecond));
    limit.set(1_000);
    limit.set(null);
    stop();
    limit.set(5);
    expect(seen).toEqual([1_000, null]);
    expect(limit.bytesPerSecond).toBe(5);
  });

  it.each([0, -1, 0.5, Number.NaN])('is never %d: a move would not end', (bytesPerSecond) => {
    expect(() => new RateLimit(bytesPerSecond)).toThrow(RangeError);
    expect(() => {
      new RateLimit().set(bytesPerSecond);
    }).toThrow(RangeError);
  });
});
