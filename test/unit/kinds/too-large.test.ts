import { expect, it } from 'vitest';
import { isTooLarge } from '../../../src/transfer/kinds/too-large.ts';
import { LIMITS } from '../../../src/transfer/limits.ts';

it('tells a record that is too large to travel by its bytes', () => {
  expect(isTooLarge('x'.repeat(LIMITS.recordBytes))).toBe(false);
  expect(isTooLarge('x'.repeat(LIMITS.recordBytes + 1))).toBe(true);
  expect(isTooLarge('é'.repeat(LIMITS.recordBytes / 2))).toBe(false);
  expect(isTooLarge('é'.repeat(LIMITS.recordBytes / 2 + 1))).toBe(true);
});
