/**
 * What is kept of a record somebody on the network sent. Everything in it is a claim: what cannot be shown, dialled or
 * understood is dropped here, before anything else sees it.
 */
import { isIP } from 'node:net';
import type { Found } from './port.ts';
import { scopeOf, type Link } from './local-address.ts';
import { isPresentable } from './names.ts';

/** The TXT record, whole: the version of discovery itself. */
export const TXT = { v: '1' } as const;

/** Addresses kept of one receiver: each is dialled in turn. */
const MAX_ADDRESSES = 8;

/** A service as it was read off the network; nothing of it is to be relied upon. */
export interface Claim {
  readonly name?: unknown;
  readonly port?: unknown;
  readonly txt?: unknown;
  readonly addresses?: unknown;
  /** The address the packet came from. */
  readonly source?: string | undefined;
  /** The interface it came in by. */
  readonly link?: Link | undefined;
}

const isPort = (port: unknown): port is number =>
  typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;

const speaksOurVersion = (txt: unknown): boolean =>
  typeof txt === 'object' && txt !== null && (txt as { v?: unknown }).v === TXT.v;

function dialable(address: string, link: Link | undefined, isOurs: boolean): string | undefined {
  const scope = scopeOf(address);
  if (scope === undefined || isIP(address) === 0) return undefined;
  // From another device, loopback would mean this one.
  if (scope === 'loopback') return isOurs ? address : undefined;
  if (scope === 'link-local' && address.includes(':')) {
    return link === undefined ? undefined : `${address}%${link.zone}`;
  }
  return address;
}

/** Nearest first: this device, then the subnet the packet came from, then the rest; IPv4 before IPv6. */
function distance(address: string, link: Link | undefined): number {
  if (scopeOf(address) === 'loopback') return 0;
  const bare = address.replace(/%.*$/, '');
  return (link?.holds(bare) === true ? 1 : 3) + (address.includes(':') ? 1 : 0);
}

/** The receiver a claim speaks of; undefined when it is of no use, or of another version than ours. */
export function readClaim(claim: Claim, links: readonly Link[]): Found | undefined {
  const { name, port, txt, addresses, source, link } = claim;
  if (typeof name !== 'string' || !isPresentable(name) || !isPort(port) || !speaksOurVersion(txt)) {
    return undefined;
  }
  const isOurs =
    source !== undefined &&
    (scopeOf(source) === 'loopback' || links.some((own) => own.addresses.includes(source)));
  const claimed = Array.isArray(addresses) ? addresses.filter((item) => typeof item === 'string') : [];
  // A packet without addresses still came from somewhere.
  const stated = claimed.length > 0 ? claimed : source === undefined ? [] : [source];
  const hosts = [...new Set(stated.slice(0, 4 * MAX_ADDRESSES))]
    .map((address) => dialable(address, link, isOurs))
    .filter((host) => host !== undefined)
    .sort((a, b) => distance(a, link) - distance(b, link))
    .slice(0, MAX_ADDRESSES);
  if (hosts.length === 0) return undefined;
  return { name, addresses: hosts.map((host) => ({ host, port })) };
}
