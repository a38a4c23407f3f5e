import { describe, expect, it } from 'vitest';
import { digitsOf } from '../../../../src/renderer/features/pairing/digits.ts';

describe('a code', () => {
  it.each([
    ['471902', '471902'],
    ['471 902', '471902'],
    [' 471-902\n', '471902'],
    ['٤٧١٩٠٢', '471902'],
    ['۴۷۱۹۰۲', '471902'],
    ['４７１９０２', '471902'],
    ['४७१९०२', '471902'],
    ['The code is 471 902.', '471902'],
    ['', ''],
    ['none', ''],
  ])('written %j is %j', (text, digits) => {
    expect(digitsOf(text)).toBe(digits);
  });
});
