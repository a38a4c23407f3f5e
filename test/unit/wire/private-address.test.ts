import { describe, expect, it } from 'vitest';
import { ownAddresses } from '../../../src/transfer/wire/own-addresses.ts';
import { isPrivateAddress } from '../../../src/transfer/wire/private-address.ts';

describe('a private address', () => {
  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.1.1',
    '127.0.0.1',
    '::1',
    '::ffff:192.168.1.1',
    'fe80::1',
    'fe80::1%eth0',
    'fd12:3456::1',
  ])('is %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '::',
    '::ffff:8.8.8.8',
    '2001:db8::1',
    'fec0::1',
    '',
    'localhost',
    '10.0.0.1.example.com',
  ])('is not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });

  it('is all that this device says of itself, loopback after what others can reach', () => {
    const addresses = ownAddresses();
    expect(addresses.every(isPrivateAddress)).toBe(true);
    const lastOutside = addresses.findLastIndex((address) => !/^(127\.|::1$)/.test(address));
    expect(addresses.indexOf('127.0.0.1')).toBeGreaterThan(lastOutside);
  });
});
