/** Where a port of this device can be reached from. */
import { networkInterfaces } from 'node:os';
import { isPrivateAddress } from './private-address.ts';

/**
 * Private addresses of this device: IPv4 before IPv6, loopback last. IPv6 link-local ones are left out, because they
 * mean nothing on another device without the name of its interface.
 */
export function ownAddresses(): readonly string[] {
  const rank = (entry: { internal: boolean; family: string }): number =>
    (entry.internal ? 2 : 0) + (entry.family === 'IPv4' ? 0 : 1);
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ address }) => isPrivateAddress(address) && !address.toLowerCase().startsWith('fe80:'))
    .sort((a, b) => rank(a) - rank(b))
    .map(({ address }) => address);
}
