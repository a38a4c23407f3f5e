/** Looks at this device's network, and at another device in it. Reads, asks the local network, and keeps nothing. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { MoverError } from '../errors.ts';
import { type Link, localLinks } from '../discovery/local-address.ts';
import { dial } from '../wire/dial.ts';
import { openControl } from '../wire/open-control.ts';
import type { InterfaceFacts, NetworkFacts, PeerFacts } from './diagnosis.ts';
import { MDNS_PORT, readFirewall } from './firewall.ts';
import { interfaceType, systemNumber, systemText } from './interfaces.ts';

/** RFC 6762, section 3. */
const GROUP = '224.0.0.251';
/** A packet that is looped back by the system itself is there at once. */
const ECHO_MS = 500;
const CONNECT_MS = 3_000;

/**
 * Looks at this device's network: interfaces, addresses, firewall, and whether a multicast packet comes back. Takes
 * half a second.
 */
export async function examineLocal(signal: AbortSignal): Promise<NetworkFacts> {
  const routes = defaultRoutes();
  const links = localLinks().filter(({ loopback }) => !loopback);
  const heard = new Map(
    await Promise.all(
      links.map(async (link): Promise<[string, boolean | undefined]> => [link.name, await echo(link)]),
    ),
  );
  const interfaces = Object.entries(networkInterfaces()).map(([name, infos = []]): InterfaceFacts => {
    const speedMbits = systemNumber(name, 'speed');
    const mtu = systemNumber(name, 'mtu');
    const multicastHeard = heard.get(name);
    return {
      ...{ name, type: interfaceType(name, infos[0]?.internal === true), up: isUp(name) },
      addresses: infos.map(({ cidr, address }) => cidr ?? address),
      ...(speedMbits === undefined || speedMbits <= 0 ? {} : { speedMbits }),
      ...(mtu === undefined ? {} : { mtu }),
      defaultRoute: routes.has(name),
      ...(multicastHeard === undefined ? {} : { multicastHeard }),
    };
  });
  const firewall = await readFirewall(signal);
  return { interfaces, ...(firewall === undefined ? {} : { firewall }) };
}

/** What is at an address: reachable, another program, nothing. */
export async function examinePeer(
  { host, port, shown }: { readonly host: string; readonly port: number; readonly shown: string },
  signal: AbortSignal,
): Promise<PeerFacts> {
  const sameSubnet = localLinks().some(({ holds }) => holds(host));
  const base = { address: shown, sameSubnet };
  const started = performance.now();
  const reached = await tcp(host, port, signal);
  const latencyMs = performance.now() - started;
  if (reached !== 'open') return { ...base, state: reached === 'refused' ? 'refused' : 'no-answer' };
  try {
    const socket = await dial({ host, port, typed: true, timeoutMs: CONNECT_MS, signal });
    try {
      const control = await openControl(socket, signal);
      await control.close();
    } finally {
      socket.destroy();
    }
    return { ...base, state: 'reachable', latencyMs };
  } catch (error) {
    signal.throwIfAborted();
    const { code } = MoverError.from(error);
    return { ...base, state: code === 'PEER_VERSION' ? 'other-version' : 'other-program' };
  }
}

function tcp(host: string, port: number, signal: AbortSignal): Promise<'open' | 'refused' | 'silent'> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal, timeout: CONNECT_MS });
    const end = (state: 'open' | 'refused' | 'silent'): void => {
      socket.destroy();
      if (signal.aborted) reject(MoverError.from(signal.reason, 'CANCELLED'));
      else resolve(state);
    };
    socket.once('connect', () => {
      end('open');
    });
    socket.once('timeout', () => {
      end('silent');
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      end(code === 'ECONNREFUSED' ? 'refused' : 'silent');
    });
  });
}

/** Whether a packet to the mDNS group is heard by the device that sends it. Undefined where the port cannot be had. */
async function echo(link: Link): Promise<boolean | undefined> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  // A query for a name that nobody has (RFC 1035, section 4.1.1): no records, and an identifier of its own.
  const packet = Buffer.alloc(12);
  randomBytes(2).copy(packet);
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(false);
      }, ECHO_MS);
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        then();
      };
      socket.on('error', (error) => {
        settle(() => {
          reject(error);
        });
      });
      socket.on('message', (bytes) => {
        if (!bytes.equals(packet)) return;
        settle(() => {
          resolve(true);
        });
      });
      socket.bind({ port: MDNS_PORT, address: '0.0.0.0', exclusive: true }, () => {
        try {
          socket.addMembership(GROUP, link.address);
          socket.setMulticastInterface(link.address);
          socket.setMulticastTTL(255);
          socket.setMulticastLoopback(true);
          socket.send(packet, MDNS_PORT, GROUP, (error) => {
            // The firewall says no to what goes out, too.
            if (error !== null) {
              settle(() => {
                resolve(false);
              });
            }
          });
        } catch (error) {
          settle(() => {
            reject(error instanceof Error ? error : new Error('no membership'));
          });
        }
      });
    });
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

/** An interface without a carrier has addresses all the same. */
function isUp(name: string): boolean {
  const state = systemText(name, 'operstate');
  return state === undefined || state === 'up' || state === 'unknown';
}

/** Interfaces that take what goes anywhere else: `0.0.0.0/0`, or its two halves, as a VPN writes it. */
function defaultRoutes(): Set<string> {
  if (process.platform !== 'linux') return new Set();
  try {
    const rows = readFileSync('/proc/net/route', 'utf8').trim().split('\n').slice(1);
    const wide = rows
      .map((row) => row.split('\t'))
      .filter(([, , , , , , , mask = '']) => /^0{8}$|^0{6}80$/.test(mask));
    const best = Math.min(...wide.map(([, , , , , , metric]) => Number(metric ?? 0)));
    return new Set(
      wide
        .filter(([, , , , , , metric, mask]) => Number(metric ?? 0) === best || mask !== '00000000')
        .map(([name = '']) => name),
    );
  } catch {
    return new Set();
  }
}
