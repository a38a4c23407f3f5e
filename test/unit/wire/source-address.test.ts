import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../../src/transfer/wire/source-address.ts';

describe('a source of connections', () => {
  it.each([
    ['10.0.0.1', '::ffff:10.0.0.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2:aaaa:bbbb:cccc:dddd'],
    ['2001:db8::1', '2001:0db8:0000:0000:1::'],
    ['fd00::1', 'FD00::2'],
    ['fe80::1%eth0', 'fe80::1%wlan0'],
  ])('is the same for %s and %s', (one, other) => {
    expect(sourceOf(one)).toBe(sourceOf(other));
  });

  it.each([
    ['10.0.0.1', '10.0.0.2'],
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['fe80::1', 'fe80::2'],
    ['10.0.0.1', 'fe80::1'],
  ])('is another for %s and %s', (one, other) => {
    expect(sourceOf(one)).not.toBe(sourceOf(other));
  });
});
