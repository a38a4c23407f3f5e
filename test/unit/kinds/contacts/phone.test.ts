import { describe, expect, it } from 'vitest';
import { parsePhone, phoneKey, samePhone } from '../../../../src/transfer/kinds/contacts/phone.ts';

const same = (a: string, b: string): boolean => samePhone(parsePhone(a), parsePhone(b));

describe('two telephone numbers', () => {
  it.each([
    ['+49 170 1234567', '0170/1234567'],
    ['+49 170 1234567', '0049 170 1234567'],
    ['+49 170 1234567', 'tel:+49-170-1234567'],
    ['+44 (0)20 7946 0123', '020 7946 0123'],
    ['+1 905 555 1234', '(905) 555-1234'],
    ['+1 905 555 1234', '1-905-555-1234'],
    ['905.555.1234', '1 905 555 1234'],
    ['+7 912 345-67-89', '8 912 345-67-89'],
    ['+39 06 1234 5678', '06 1234 5678'],
    ['+36 20 123 4567', '06 20 123 4567'],
    ['+354 581 2345', '581 2345'],
    ['170 1234567', '0170 1234567'],
    ['１２３４５６７', '1234567'],
    ['112', '112'],
    ['p1234p5678w9', 'p1234p5678w9'],
    ['sip:Ann@Example.org', 'sip:ann@example.org'],
    ['Front desk', 'front DESK'],
  ])('are the same: %s, %s', (a, b) => {
    expect(same(a, b)).toBe(true);
    expect(same(b, a)).toBe(true);
    expect(phoneKey(parsePhone(a))).toBe(phoneKey(parsePhone(b)));
  });

  it.each([
    ['+49 170 1234567', '+43 170 1234567'],
    ['+49 30 12345678', '+49 40 12345678'],
    ['030 12345678', '040 12345678'],
    ['+49 30 12345678', '12345678'],
    ['+1 905 555 1234', '555-1234'],
    ['12345', '012345'],
    ['+1 905 555 1234', '+1 905 555 1234 x12'],
    ['+1 905 555 1234;ext=1', '+1 905 555 1234;ext=2'],
    ['Front desk', 'Back desk'],
    ['+49 170 1234567', ''],
  ])('are two: %s, %s', (a, b) => {
    expect(same(a, b)).toBe(false);
    expect(same(b, a)).toBe(false);
  });
});
