import { describe, expect, it } from 'vitest';
import { sealTypedCode } from '../../../src/main/app/host/typed-code.ts';

describe('a code', () => {
  it.each([
    '471902',
    ' 471 902 ',
    '471-902',
    '4 7 1 9 0 2',
    '٤٧١٩٠٢',
    '۴۷۱۹۰۲',
    '４７１９０２',
    '\u200f471902\u200e',
  ])('is six digits, however %s is typed', (typed) => {
    expect(sealTypedCode(typed).use((digits) => digits)).toBe('471902');
  });

  it.each(['', '47190', '4719021', '47190a', '471902\n4', '४७१९०२'])('is not %j', (typed) => {
    expect(() => sealTypedCode(typed)).toThrow(expect.objectContaining({ code: 'CODE_INVALID' }));
  });
});
