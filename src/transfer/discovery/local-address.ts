/**
 * Which addresses belong to a local network. What discovery hears is dialled, so a record must never be able to send
 * a device anywhere else.
 */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

export type AddressScope = 'loopback' | 'private' | 'link-local';

interface Range {
  readonly network: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

const range = (network: string, prefix: number): Range => ({
  network,
  prefix,
  family: network.includes(':') ? 'ipv6' : 'ipv4',
});

function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const { network, prefix, family } of ranges) list.addSubnet(network, prefix, family);
  return list;
}

const SCOPES: readonly (readonly [AddressScope, BlockList])[] = [
  ['loopback', listOf([range('127.0.0.0', 8), range('::1', 128)])],
  // RFC 1918, RFC 4193
  [
    'private',
    listOf([range('10.0.0.0', 8), range('172.16.0.0', 12), range('192.168.0.0', 16), range('fc00::', 7)]),
  ],
  // RFC 3927, RFC 4291 section 2.5.6
  ['link-local', listOf([range('169.254.0.0', 16), range('fe80::', 10)])],
];

const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

/** What kind of local address it is; undefined for any other, and for what is no IP address (a scope is ignored). */
export function scopeOf(address: string): AddressScope | undefined {
  const bare = address.replace(/%[^%]*$/, '');
  if (isIP(bare) === 0) return undefined;
  const family = familyOf(bare);
  return SCOPES.find(([, list]) => list.check(bare, family))?.[0];
}

/** One interface that can carry IPv4 multicast, as the system reports it now. */
export interface Link {
  readonly name: string;
  /** Its first IPv4 address: multicast is joined and sent by it. */
  readonly address: string;
  readonly loopback: boolean;
  /** What follows `%` in an IPv6 link-local address that is reached through this interface. */
  readonly zone: string;
  /** Every address of it, IPv6 too. */
  readonly addresses: readonly string[];
  /** Whether an address is in one of its subnets. */
  readonly holds: (address: string) => boolean;
}

/** Interfaces looked at: a machine with containers has many, and each costs a socket. */
const MAX_LINKS = 16;

/** The interfaces of this device that have an IPv4 address, loopback last. */
export function localLinks(): Link[] {
  const links: Link[] = [];
  for (const [name, infos = []] of Object.entries(networkInterfaces())) {
    const first = infos.find((info) => info.family === 'IPv4');
    if (first === undefined) continue;
    const subnets = new BlockList();
    for (const { cidr, family } of infos) {
      const [network, prefix] = cidr?.split('/') ?? [];
      if (network === undefined || prefix === undefined) continue;
      subnets.addSubnet(network, Number(prefix), family === 'IPv4' ? 'ipv4' : 'ipv6');
    }
    const index = infos.find((info) => info.family === 'IPv6')?.scopeid;
    links.push({
      name,
      address: first.address,
      loopback: first.internal,
      // Windows numbers its zones, the others use the interface's name.
      zone: process.platform === 'win32' ? (index ?? 0).toString() : name,
      addresses: infos.map((info) => info.address),
      holds: (address) => isIP(address) !== 0 && subnets.check(address, familyOf(address)),
    });
  }
  return links.sort((a, b) => Number(a.loopback) - Number(b.loopback)).slice(0, MAX_LINKS);
}

/**
 * What a receiver may publish of the addresses it listens on (all of this device when absent). Loopback only when
 * there is nothing else: to any other device it would mean itself. No IPv6 link-local ones: they need a zone that only
 * the other side knows, and often carry the MAC address.
 */
export function publishable(
  addresses: readonly string[] | undefined,
  links: readonly Link[] = localLinks(),
): string[] {
  const local = [...new Set(addresses ?? links.flatMap((link) => link.addresses))].filter((address) => {
    const scope = scopeOf(address);
    return scope !== undefined && !(scope === 'link-local' && address.includes(':'));
  });
  const reachable = local.filter((address) => scopeOf(address) !== 'loopback');
  return reachable.length > 0 ? reachable : local;
}
