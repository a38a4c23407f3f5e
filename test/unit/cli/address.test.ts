import { describe, expect, it } from 'vitest';
import { formatAddress, nameKey, parseTarget } from '../../../src/main/terminal/address.ts';
import { MoverError } from '../../../src/transfer/errors.ts';

describe('--to', () => {
  it.each([
    ['192.168.1.20:40123', '192.168.1.20', 40_123],
    ['laptop.local:1', 'laptop.local', 1],
    ['[fe80::1%eth0]:65535', 'fe80::1%eth0', 65_535],
    ['[::1]:80', '::1', 80],
  ])('%s is an address', (text, host, port) => {
    expect(parseTarget(text)).toEqual({ type: 'address', address: { host, port, typed: true } });
  });

  it.each(['blue otter', 'blue-otter', 'Otter', 'Ann: phone', 'Ann:phone', 'Work: 2'])(
    '%s is a name',
    (text) => {
      expect(parseTarget(text)).toEqual({ type: 'name', name: text });
    },
  );

  it.each(['', ' ', 'host:', 'host:0', 'host:65536', '[::1]', '::1', '[host]:80', '::1:80', '10.0.0.1'])(
    '%j is neither',
    (text) => {
      expect(() => parseTarget(text)).toThrow(MoverError);
    },
  );

  it('an address is written as it is read', () => {
    for (const text of ['10.0.0.1:5', '[fe80::1%2]:5']) {
      const target = parseTarget(text);
      expect(target.type === 'address' && formatAddress(target.address)).toBe(text);
    }
  });

  it('a name is the same in any case, with a space or a hyphen', () => {
    expect(nameKey(' Blue  OTTER ')).toBe(nameKey('blue-otter'));
    expect(nameKey('blue otter')).not.toBe(nameKey('blue otters'));
  });
});
