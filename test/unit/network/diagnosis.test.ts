/** What keeps two devices apart is said in words, and the most telling first. */
import { describe, expect, it } from 'vitest';
import {
  diagnose,
  FINDING_CODES,
  type InterfaceFacts,
  type NetworkFacts,
  type PeerState,
  verdictOf,
} from '../../../src/transfer/network/diagnosis.ts';

const wifi = (facts: Partial<InterfaceFacts> = {}): InterfaceFacts => ({
  ...{ name: 'wlan0', type: 'wifi', up: true, addresses: ['192.168.1.20/24'], defaultRoute: true },
  ...facts,
});
const codes = (facts: NetworkFacts): string[] => diagnose(facts).map(({ code }) => code);
const verdict = (facts: NetworkFacts): string => verdictOf(diagnose(facts)).code;
const open = { name: 'nftables', blocksDiscovery: false, blocksPorts: false };

describe('a diagnosis', () => {
  it('finds nothing wrong where nothing is', () => {
    const facts: NetworkFacts = {
      interfaces: [wifi({ multicastHeard: true, speedMbits: 866 })],
      ...{ firewall: open, receivers: 1 },
    };
    expect(verdict(facts)).toBe('NOTHING_WRONG');
    expect(codes(facts)).toEqual([
      'RECEIVERS_HEARD',
      'MULTICAST_HEARD',
      'FIREWALL_OPEN',
      'LINK_SPEED',
      'IN_A_NETWORK',
    ]);
    expect(
      diagnose(facts)
        .map(({ message }) => message)
        .join(),
    ).toContain('Wi-Fi, 192.168.1.x');
  });

  it.each<[string, NetworkFacts]>([
    [
      'NO_INTERFACE',
      { interfaces: [wifi({ up: false }), { ...wifi(), type: 'loopback', addresses: ['127.0.0.1/8'] }] },
    ],
    ['NO_ADDRESS', { interfaces: [wifi({ addresses: [] })] }],
    ['NO_ADDRESS', { interfaces: [wifi({ addresses: ['fe80::1/64'] })] }],
    ['LINK_LOCAL_ONLY', { interfaces: [wifi({ addresses: ['169.254.7.7/16'] })] }],
    ['PUBLIC_ADDRESS_ONLY', { interfaces: [wifi({ addresses: ['203.0.113.9/24'] })] }],
    ['IPV6_ONLY', { interfaces: [wifi({ addresses: ['fd00::1/64', 'fe80::1/64'] })] }],
    ['VPN_IN_THE_WAY', { interfaces: [wifi(), { ...wifi(), name: 'wg0', type: 'vpn' }] }],
    ['VPN_ON', { interfaces: [wifi(), { ...wifi(), name: 'wg0', type: 'vpn', defaultRoute: false }] }],
    ['MULTICAST_NOT_HEARD', { interfaces: [wifi({ multicastHeard: false })] }],
    [
      'SEVERAL_NETWORKS',
      { interfaces: [wifi(), { ...wifi(), name: 'eth0', type: 'ethernet', addresses: ['10.0.0.2/24'] }] },
    ],
    ['SMALL_MTU', { interfaces: [wifi({ mtu: 1_280 })] }],
    ['SLOW_LINK', { interfaces: [wifi({ speedMbits: 11 })] }],
    [
      'FIREWALL_BLOCKS_DISCOVERY',
      { interfaces: [wifi()], firewall: { ...open, blocksDiscovery: true, blocksPorts: true } },
    ],
    ['FIREWALL_BLOCKS_PORTS', { interfaces: [wifi()], firewall: { ...open, blocksPorts: true } }],
    ['NOBODY_ANSWERS', { interfaces: [wifi()], receivers: 0 }],
  ])('says %s', (code, facts) => {
    expect(verdict(facts)).toBe(code);
    expect(verdictOf(diagnose(facts)).action).toMatch(/\.$/);
  });

  it.each<[PeerState, boolean, string]>([
    ['reachable', true, 'NOTHING_WRONG'],
    ['refused', true, 'PEER_PORT_CLOSED'],
    ['other-program', true, 'PEER_OTHER_PROGRAM'],
    ['other-version', true, 'PEER_OTHER_VERSION'],
    ['no-answer', true, 'PEER_NO_ANSWER'],
    ['no-answer', false, 'PEER_OTHER_SUBNET'],
    ['not-found', true, 'PEER_NOT_FOUND'],
  ])('of a device that is %s (same network: %s) is %s', (state, sameSubnet, code) => {
    expect(verdict({ interfaces: [wifi()], peer: { address: '192.168.1.9:4000', state, sameSubnet } })).toBe(
      code,
    );
  });

  it('puts what explains the most first, and never the last part of an address into words', () => {
    const facts: NetworkFacts = {
      interfaces: [wifi({ multicastHeard: false, mtu: 1_000 })],
      ...{ firewall: { ...open, blocksDiscovery: true }, receivers: 0 },
    };
    expect(codes(facts).slice(0, 2)).toEqual(['FIREWALL_BLOCKS_DISCOVERY', 'MULTICAST_NOT_HEARD']);
    expect(JSON.stringify(diagnose(facts))).not.toContain('192.168.1.20');
    expect(new Set(codes(facts)).size).toBe(codes(facts).length);
    for (const code of codes(facts)) expect(FINDING_CODES).toContain(code);
  });
});
