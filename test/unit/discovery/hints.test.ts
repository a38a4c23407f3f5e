import { describe, expect, it } from 'vitest';
import { readClaim, type Claim } from '../../../src/transfer/discovery/hints.ts';
import type { Link } from '../../../src/transfer/discovery/local-address.ts';

const wifi: Link = {
  name: 'wlan0',
  address: '192.168.1.20',
  loopback: false,
  zone: 'wlan0',
  addresses: ['192.168.1.20', 'fe80::20'],
  holds: (address) => address.startsWith('192.168.1.') || address.startsWith('fe80:'),
};

const claim = (more: Partial<Claim>): Claim => ({
  name: 'blue otter',
  port: 4_711,
  txt: { v: '1' },
  addresses: ['192.168.1.7'],
  source: '192.168.1.7',
  link: wifi,
  ...more,
});
const hosts = (more: Partial<Claim>): string[] | undefined =>
  readClaim(claim(more), [wifi])?.addresses.map(({ host }) => host);

describe('a claim from the network', () => {
  it('is believed only as far as it points into the local network', () => {
    expect(
      hosts({ addresses: ['8.8.8.8', '10.0.0.9', '2001:db8::1', 'localhost', '0.0.0.0', '::'] }),
    ).toEqual(['10.0.0.9']);
    expect(hosts({ addresses: ['8.8.8.8'] })).toBeUndefined();
    expect(hosts({ addresses: ['::ffff:8.8.8.8'] })).toBeUndefined();
  });

  it('cannot make another device connect to itself', () => {
    expect(hosts({ addresses: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] })).toBeUndefined();
    expect(hosts({ addresses: ['127.0.0.1'], source: '192.168.1.20' })).toEqual(['127.0.0.1']);
    expect(hosts({ addresses: ['127.0.0.1'], source: '127.0.0.1' })).toEqual(['127.0.0.1']);
  });

  it('gives a link-local address the zone it was heard in, or drops it', () => {
    expect(hosts({ addresses: ['fe80::7'] })).toEqual(['fe80::7%wlan0']);
    expect(hosts({ addresses: ['fe80::7'], link: undefined })).toBeUndefined();
    expect(hosts({ addresses: ['169.254.3.4'] })).toEqual(['169.254.3.4']);
  });

  it('without addresses means where it came from', () => {
    expect(hosts({ addresses: [] })).toEqual(['192.168.1.7']);
    expect(hosts({ addresses: undefined, source: '8.8.8.8' })).toBeUndefined();
  });

  it('lists the nearest address first, and no more than eight', () => {
    expect(hosts({ addresses: ['fd00::7', '172.17.0.1', 'fe80::7', '192.168.1.7'] })).toEqual([
      '192.168.1.7',
      'fe80::7%wlan0',
      '172.17.0.1',
      'fd00::7',
    ]);
    const many = Array.from(
      { length: 5_000 },
      (_, n) => `10.0.${(n >> 8).toString()}.${(n & 255).toString()}`,
    );
    expect(hosts({ addresses: many })).toHaveLength(8);
  });

  it.each([
    { name: 'a\u001b[2J' },
    { name: undefined },
    { name: 7 },
    { port: 0 },
    { port: 65_536 },
    { port: 1.5 },
    { port: '4711' },
    { txt: undefined },
    { txt: null },
    { txt: { v: '2' } },
    { txt: ['v=1'] },
    { addresses: 'fe80::1', source: undefined },
    { addresses: [7, null], source: undefined },
  ])('that is malformed is passed over: %j', (more) => {
    expect(readClaim(claim(more as Partial<Claim>), [wifi])).toBeUndefined();
  });
});
