/** Which connections count as one peer's, where what an unknown peer may do is bounded. */
import { isIPv6 } from 'node:net';

/** A host has a whole /64 to take addresses from (RFC 8981); of link-local ones it takes one for each interface. */
const PREFIX_GROUPS = 4;

/**
 * The key under which a remote address, as sockets report it, is counted: an IPv4 address, an IPv6 link-local address, or
 * the 64-bit prefix of any other IPv6 address.
 */
export function sourceOf(address: string): string {
  const bare = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(bare) || /^fe[89ab]/.test(bare)) return bare;
  const [before = '', after] = bare.split('::');
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups
    .slice(0, PREFIX_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
