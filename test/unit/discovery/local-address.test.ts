import { describe, expect, it } from 'vitest';
import {
  localLinks,
  publishable,
  scopeOf,
  type Link,
} from '../../../src/transfer/discovery/local-address.ts';

describe('the scope of an address', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['fd12:3456::1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['172.32.0.1', undefined],
    ['8.8.8.8', undefined],
    ['100.64.0.1', undefined],
    ['224.0.0.251', undefined],
    ['0.0.0.0', undefined],
    ['::', undefined],
    ['2001:db8::1', undefined],
    ['ff02::fb', undefined],
    ['::ffff:8.8.8.8', undefined],
    ['localhost', undefined],
    ['', undefined],
    ['10.0.0.1.evil.example', undefined],
    ['010.0.0.1', undefined],
  ])('of %s is %s', (address, scope) => {
    expect(scopeOf(address)).toBe(scope);
  });
});

describe('what is published', () => {
  it('is local, without loopback when there is anything else, without link-local IPv6', () => {
    expect(publishable(['127.0.0.1', '10.1.2.3', '8.8.8.8', 'fe80::1', 'fd00::1'])).toEqual([
      '10.1.2.3',
      'fd00::1',
    ]);
    expect(publishable(['127.0.0.1', '::1'])).toEqual(['127.0.0.1', '::1']);
    expect(publishable(['8.8.8.8'])).toEqual([]);
  });

  it('is every local address of the device when none is asked for', () => {
    const link: Link = {
      name: 'eth0',
      address: '203.0.113.9',
      loopback: false,
      zone: 'eth0',
      addresses: ['203.0.113.9', '192.168.7.7', 'fe80::1'],
      holds: () => true,
    };
    expect(publishable(undefined, [link])).toEqual(['192.168.7.7']);
  });
});

describe('the interfaces of this device', () => {
  it('hold their own address and no distant one, loopback last', () => {
    const links = localLinks();
    for (const link of links) {
      expect(link.holds(link.address)).toBe(true);
      expect(link.holds('8.8.8.8')).toBe(false);
      expect(link.holds('not an address')).toBe(false);
    }
    const firstLoopback = links.findIndex((link) => link.loopback);
    expect(links.slice(firstLoopback).every((link) => firstLoopback < 0 || link.loopback)).toBe(true);
  });
});
