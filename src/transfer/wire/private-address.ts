/**
 * Which addresses belong to a local network. The receiver answers on no other unless it is told to (`--host`): a move
 * is between devices in one place, and a public address would offer the port to the internet.
 */
import { BlockList, isIP } from 'node:net';

const local = new BlockList();
// RFC 1918, RFC 3927 (link-local), RFC 1122 (loopback).
local.addSubnet('10.0.0.0', 8, 'ipv4');
local.addSubnet('172.16.0.0', 12, 'ipv4');
local.addSubnet('192.168.0.0', 16, 'ipv4');
local.addSubnet('169.254.0.0', 16, 'ipv4');
local.addSubnet('127.0.0.0', 8, 'ipv4');
// RFC 4193 (unique local), RFC 4291 (link-local, loopback).
local.addSubnet('fc00::', 7, 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');
local.addAddress('::1', 'ipv6');

/** Whether an IP address, as sockets report it (`::ffff:10.0.0.1`, `fe80::1%eth0`), is private, link-local or loopback. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(bare);
  return family !== 0 && local.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}
