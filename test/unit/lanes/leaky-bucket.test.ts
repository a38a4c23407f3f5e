import { describe, expect, it } from 'vitest';
import { LeakyBucket } from '../../../src/transfer/lanes/leaky-bucket.ts';

/** Passes blocks one after the other as soon as each may; returns the milliseconds it took. */
function pass(pace: LeakyBucket, blocks: number, bytes: number, start: number): number {
  let now = start;
  for (let block = 0; block < blocks; block += 1) {
    now += pace.wait(now);
    pace.take(bytes, now);
  }
  return now + pace.wait(now) - start;
}

describe('the pace of a lane', () => {
  it('without a limit nothing waits', () => {
    expect(pass(new LeakyBucket(), 1000, 1_000_000, 5_000)).toBe(0);
  });

  it('lets as many bytes pass in a second as it says, less one short burst', () => {
    const took = pass(new LeakyBucket(1_000_000), 40, 250_000, 5_000);
    expect(took).toBeGreaterThanOrEqual(9_900);
    expect(took).toBeLessThanOrEqual(10_000);
  });

  it('a pause is not made up for', () => {
    const pace = new LeakyBucket(1_000_000);
    pass(pace, 4, 250_000, 0);
    expect(pass(pace, 4, 250_000, 3_600_000)).toBeGreaterThanOrEqual(900);
  });

  it('a faster limit shortens a wait that has begun, none ends it', () => {
    const pace = new LeakyBucket(1_000);
    pace.take(100_000, 0);
    const before = pace.wait(0);
    pace.set(10_000, 0);
    expect(pace.wait(0)).toBeCloseTo(before / 10, 6);
    pace.set(null, 0);
    expect(pace.wait(0)).toBe(0);
  });

  it('a limit that comes later counts from then', () => {
    const pace = new LeakyBucket();
    pace.take(1_000_000_000, 0);
    pace.set(1_000, 10);
    expect(pace.wait(10)).toBe(0);
  });
});
