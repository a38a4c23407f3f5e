import { describe, expect, it } from 'vitest';
import { deviceName } from '../../../../src/renderer/features/moving/device-name.ts';

describe('the name of a device in a sentence', () => {
  it('stands as it is where it reads in the direction of the sentence', () => {
    expect(deviceName('Pixel 9', 'ltr')).toBe('Pixel 9');
  });

  it('is set apart where it may read in the other', () => {
    expect(deviceName('Pixel 9', 'rtl')).toBe('\u2068Pixel 9\u2069');
    expect(deviceName('هاتف ليلى', 'ltr')).toBe('\u2068هاتف ليلى\u2069');
  });

  it('cannot turn what follows it', () => {
    expect(deviceName('a\u202Eb\u2066c\u200F', 'ltr')).toBe('abc');
  });
});
