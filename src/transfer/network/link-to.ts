/** How fast the link is by which this device reaches another: what the system knows of it, asked here and nowhere else. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { localLinks } from '../discovery/local-address.ts';
import { interfaceType, systemNumber } from './interfaces.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 2_000;
/** Of the air of a Wi-Fi, answers and other devices take about half. */
const WIFI_SHARE = 0.5;

/** The kind of link to a host and what it can carry at best. */
export interface LinkSpeed {
  readonly type: 'wifi' | 'ethernet' | 'other';
  /** What gets through at best. */
  readonly bytesPerSecond: number;
}

/** Undefined for this device itself, for what is reached by a router, and where the system does not say. */
export async function linkTo(host: string): Promise<LinkSpeed | undefined> {
  const link = localLinks().find(({ loopback, holds }) => !loopback && holds(host));
  if (link === undefined || link.addresses.includes(host)) return undefined;
  const type = interfaceType(link.name, false);
  if (type === 'wifi') {
    const mbits = await wifiMbits(link.name);
    return mbits === undefined ? undefined : { type, bytesPerSecond: (mbits * 1e6 * WIFI_SHARE) / 8 };
  }
  const mbits = systemNumber(link.name, 'speed');
  if (mbits === undefined || mbits <= 0) return undefined;
  return { type: type === 'ethernet' ? type : 'other', bytesPerSecond: (mbits * 1e6) / 8 };
}

/** By `iw dev NAME link` (iw(8)): "tx bitrate: 866.7 MBit/s VHT-MCS 9". It tells the network's name, too, which is not kept. */
async function wifiMbits(name: string): Promise<number | undefined> {
  try {
    const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' };
    const { stdout } = await run('iw', ['dev', name, 'link'], { timeout: TIMEOUT_MS, env });
    return bitrateOf(stdout);
  } catch {
    return undefined;
  }
}

/** Exported for its tests. */
export function bitrateOf(text: string): number | undefined {
  const mbits = Number(/tx bitrate: ([\d.]+) MBit\/s/.exec(text)?.[1]);
  return mbits > 0 ? mbits : undefined;
}
