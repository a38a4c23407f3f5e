/**
 * Why two devices do not find or reach each other, out of what was measured: pure, so that every case is a test. Codes are
 * public (README, "When they do not see each other").
 */
import { scopeOf } from '../discovery/local-address.ts';

export type InterfaceType = 'wifi' | 'ethernet' | 'vpn' | 'virtual' | 'loopback' | 'other';

export interface InterfaceFacts {
  readonly name: string;
  readonly type: InterfaceType;
  readonly up: boolean;
  /** With their prefix lengths: `192.168.1.20/24`. */
  readonly addresses: readonly string[];
  /** Megabits a second, as the system knows it. */
  readonly speedMbits?: number;
  /** Bytes of a packet. */
  readonly mtu?: number;
  readonly defaultRoute: boolean;
  /** Whether a multicast packet that was sent by it was heard on it; undefined where that was not tried. */
  readonly multicastHeard?: boolean;
}

export interface FirewallFacts {
  /** Of the program that was asked: `nftables`, `ufw`, … */
  readonly name: string;
  readonly blocksDiscovery: boolean;
  readonly blocksPorts: boolean;
}

export type PeerState =
  'reachable' | 'no-answer' | 'refused' | 'other-program' | 'other-version' | 'not-found';

export interface PeerFacts {
  /** As it was asked for. */
  readonly address: string | undefined;
  readonly state: PeerState;
  /** Milliseconds that connecting took. */
  readonly latencyMs?: number;
  /** Whether the address is in one of this device's subnets; undefined for a name. */
  readonly sameSubnet?: boolean;
}

/** What is known of this device's network: the input of `diagnose`. */
export interface NetworkFacts {
  readonly interfaces: readonly InterfaceFacts[];
  readonly firewall?: FirewallFacts;
  /** Receivers heard; undefined when nobody listened. */
  readonly receivers?: number;
  readonly peer?: PeerFacts;
}

export type FindingState = 'ok' | 'warning' | 'problem';

/** One thing seen in the network: a stable code, how bad it is, a sentence, and what to do. */
export interface Finding {
  readonly code: FindingCode;
  readonly state: FindingState;
  readonly message: string;
  /** The one thing to do. */
  readonly action?: string;
}

/** From the one that explains the most: the first that is no `ok` is the verdict. */
export const FINDING_CODES = [
  'NO_INTERFACE',
  'NO_ADDRESS',
  'PEER_OTHER_VERSION',
  'PEER_OTHER_PROGRAM',
  'PEER_PORT_CLOSED',
  'FIREWALL_BLOCKS_DISCOVERY',
  'FIREWALL_BLOCKS_PORTS',
  'MULTICAST_NOT_HEARD',
  'VPN_IN_THE_WAY',
  'PEER_OTHER_SUBNET',
  'PEER_NO_ANSWER',
  'PEER_NOT_FOUND',
  'NOBODY_ANSWERS',
  'LINK_LOCAL_ONLY',
  'PUBLIC_ADDRESS_ONLY',
  'IPV6_ONLY',
  'VPN_ON',
  'SEVERAL_NETWORKS',
  'SMALL_MTU',
  'SLOW_LINK',
  'PEER_REACHABLE',
  'RECEIVERS_HEARD',
  'MULTICAST_HEARD',
  'FIREWALL_OPEN',
  'LINK_SPEED',
  'IN_A_NETWORK',
  'NOTHING_WRONG',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** IPv6 needs this much (RFC 8200, section 5); tunnels have less than Ethernet's 1,500. */
const USUAL_MTU = 1_400;
const SLOW_MBITS = 30;

const isIpv4 = (address: string): boolean => !address.includes(':');
const bare = (address: string): string => address.replace(/\/\d+$/, '');

/**
 * What may be in the way of a move, from the facts of `examineLocal` and `examinePeer`; what explains the most comes
 * first.
 */
export function diagnose(facts: NetworkFacts): Finding[] {
  const findings = [...links(facts.interfaces), ...firewall(facts.firewall), ...others(facts)];
  const rank = ({ code }: Finding): number => FINDING_CODES.indexOf(code);
  return findings.sort((one, other) => rank(one) - rank(other));
}

/** The one thing to say: what is in the way, or that nothing is. */
export function verdictOf(findings: readonly Finding[]): Finding {
  const first =
    findings.find(({ state }) => state === 'problem') ?? findings.find(({ state }) => state === 'warning');
  return first ?? { code: 'NOTHING_WRONG', state: 'ok', message: 'Nothing is in the way on this device.' };
}

function links(interfaces: readonly InterfaceFacts[]): Finding[] {
  const found: Finding[] = [];
  const real = interfaces.filter(
    ({ type, up }) => up && (type === 'wifi' || type === 'ethernet' || type === 'other'),
  );
  if (real.length === 0) {
    return [
      {
        ...{ code: 'NO_INTERFACE', state: 'problem', message: 'This device is in no network.' },
        action: 'Switch Wi-Fi on and join the network of the other device, or connect a cable.',
      },
    ];
  }
  const addresses = real.flatMap((each) => each.addresses.map(bare));
  const scopes = new Set(addresses.map((address) => scopeOf(address)));
  const ipv4 = addresses.filter(isIpv4);
  if (
    addresses.length === 0 ||
    (ipv4.length === 0 && !addresses.some((each) => scopeOf(each) !== 'link-local'))
  ) {
    found.push({
      ...{
        code: 'NO_ADDRESS',
        state: 'problem',
        message: 'This device has joined a network and got no address in it.',
      },
      action: 'Leave the network and join it again; if that does not help, restart the router.',
    });
  } else if (!scopes.has('private')) {
    if (ipv4.some((each) => scopeOf(each) === 'link-local')) {
      found.push({
        ...{ code: 'LINK_LOCAL_ONLY', state: 'warning' },
        message: 'The network gives no addresses, so this device made one up.',
        action:
          'That works by cable from device to device; in a Wi-Fi, restart the router or join another one.',
      });
    } else {
      found.push({
        ...{ code: 'PUBLIC_ADDRESS_ONLY', state: 'warning' },
        message: 'The address of this device is a public one, and a move goes to local networks only.',
        action: 'Join a home network, or name the other device by its address: --to HOST:PORT.',
      });
    }
  } else {
    found.push({
      ...{ code: 'IN_A_NETWORK', state: 'ok' },
      message: `This device is in a network: ${real
        .filter((each) => each.addresses.length > 0)
        .map(nameOf)
        .join(', ')}.`,
    });
  }
  if (addresses.length > 0 && ipv4.length === 0 && found.every(({ state }) => state !== 'problem')) {
    found.push({
      ...{
        code: 'IPV6_ONLY',
        state: 'warning',
        message: 'This network has IPv6 only, in which devices are not found by name.',
      },
      action: 'Name the new device by its address: --to [ADDRESS]:PORT.',
    });
  }
  const subnets = new Set(real.flatMap(({ addresses: all }) => all.filter(isIpv4).map(subnetOf)));
  if (subnets.size > 1) {
    found.push({
      ...{ code: 'SEVERAL_NETWORKS', state: 'warning' },
      message: `This device is in ${String(subnets.size)} networks at once; the other one must be in one of them.`,
      action: 'Leave the networks that are not needed.',
    });
  }
  found.push(...vpn(interfaces), ...multicast(real), ...speed(real));
  return found;
}

function vpn(interfaces: readonly InterfaceFacts[]): Finding[] {
  const on = interfaces.filter(({ type, up }) => type === 'vpn' && up);
  if (on.length === 0) return [];
  const action = 'Pause the VPN until the move has ended.';
  return on.some(({ defaultRoute }) => defaultRoute)
    ? [
        {
          code: 'VPN_IN_THE_WAY',
          state: 'problem',
          message: 'A VPN takes all traffic of this device.',
          action,
        },
      ]
    : [
        {
          code: 'VPN_ON',
          state: 'warning',
          message: 'A VPN is on; some of them keep devices of one network apart.',
          action,
        },
      ];
}

function multicast(real: readonly InterfaceFacts[]): Finding[] {
  const tried = real.filter(({ multicastHeard }) => multicastHeard !== undefined);
  if (tried.length === 0) return [];
  if (tried.some(({ multicastHeard }) => multicastHeard === true)) {
    return [
      {
        code: 'MULTICAST_HEARD',
        state: 'ok',
        message: 'What this device asks the network is sent, and heard back.',
      },
    ];
  }
  return [
    {
      ...{ code: 'MULTICAST_NOT_HEARD', state: 'problem' },
      message:
        'What this device asks the network is not even heard by itself: a firewall or security program keeps it in.',
      action:
        'Allow OpenMover (UDP port 5353) in the firewall, or name the new device by its address: --to HOST:PORT.',
    },
  ];
}

function speed(real: readonly InterfaceFacts[]): Finding[] {
  const found: Finding[] = [];
  const small = real.find(({ mtu }) => mtu !== undefined && mtu < USUAL_MTU);
  if (small !== undefined) {
    found.push({
      ...{ code: 'SMALL_MTU', state: 'warning' },
      message: `Packets on ${small.name} may have ${String(small.mtu)} bytes only; larger ones get lost on some ways.`,
      action: 'Use another network if a move stops right after it begins.',
    });
  }
  const known = real.filter(({ speedMbits }) => speedMbits !== undefined && speedMbits > 0);
  const best = Math.max(0, ...known.map(({ speedMbits = 0 }) => speedMbits));
  if (best === 0) return found;
  // What TCP gets through a link, at best: Wi-Fi shares its air with the answers.
  const megabytes = known.some(({ type, speedMbits }) => type === 'wifi' && speedMbits === best)
    ? best / 8 / 2
    : best / 8;
  const message = `The link to the network carries about ${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB a second.`;
  found.push(
    best < SLOW_MBITS
      ? {
          code: 'SLOW_LINK',
          state: 'warning',
          message,
          action: 'Go nearer to the router, use its 5 GHz network, or a cable.',
        }
      : { code: 'LINK_SPEED', state: 'ok', message },
  );
  return found;
}

function firewall(facts: FirewallFacts | undefined): Finding[] {
  if (facts === undefined) return [];
  const found: Finding[] = [];
  if (facts.blocksDiscovery) {
    found.push({
      ...{ code: 'FIREWALL_BLOCKS_DISCOVERY', state: 'problem' },
      message: `The firewall of this device (${facts.name}) keeps out what other devices answer (UDP port 5353).`,
      action: 'Allow mDNS, UDP port 5353, in the firewall.',
    });
  }
  if (facts.blocksPorts) {
    found.push({
      ...{ code: 'FIREWALL_BLOCKS_PORTS', state: 'problem' },
      message: `The firewall of this device (${facts.name}) lets no other device connect to it, so it cannot be the new one.`,
      action: 'Allow the ports of mover receive --port N (N and the 16 after it) in the firewall.',
    });
  }
  if (found.length === 0) {
    found.push({
      code: 'FIREWALL_OPEN',
      state: 'ok',
      message: `The firewall of this device (${facts.name}) lets moves through.`,
    });
  }
  return found;
}

function others({ receivers, peer, interfaces }: NetworkFacts): Finding[] {
  if (peer !== undefined) return [ofPeer(peer)];
  if (receivers === undefined) return [];
  if (receivers > 0) {
    const some = receivers === 1 ? 'One new device answers' : `${String(receivers)} new devices answer`;
    return [{ code: 'RECEIVERS_HEARD', state: 'ok', message: `${some} in this network.` }];
  }
  const own = interfaces
    .flatMap(({ addresses }) => addresses.map(bare))
    .find((each) => isIpv4(each) && scopeOf(each) === 'private');
  const start = own?.split('.').slice(0, 3).join('.');
  return [
    {
      ...{ code: 'NOBODY_ANSWERS', state: 'warning', message: 'No new device answers in this network.' },
      action:
        start === undefined
          ? 'Start the move on the new device first, in the same network.'
          : `Start the move on the new device first. If it has: does its address begin with ${start}? If not, join the same Wi-Fi. If it does, the router keeps devices apart (guest Wi-Fi?): use another Wi-Fi or a cable.`,
    },
  ];
}

function ofPeer({ address, state, latencyMs, sameSubnet }: PeerFacts): Finding {
  const who = address ?? 'The other device';
  switch (state) {
    case 'reachable': {
      const after = latencyMs === undefined ? '' : ` after ${String(Math.max(1, Math.round(latencyMs)))} ms`;
      return { code: 'PEER_REACHABLE', state: 'ok', message: `${who} answers${after} and waits for a move.` };
    }
    case 'refused':
      return {
        ...{
          code: 'PEER_PORT_CLOSED',
          state: 'problem',
          message: `${who} is there, and no move waits at that port.`,
        },
        action: 'Start the move on the new device and use the address it shows now.',
      };
    case 'other-program':
      return {
        ...{
          code: 'PEER_OTHER_PROGRAM',
          state: 'problem',
          message: `What answers at ${who} is not OpenMover.`,
        },
        action: 'Check the address and the port that the new device shows.',
      };
    case 'other-version':
      return {
        ...{
          code: 'PEER_OTHER_VERSION',
          state: 'problem',
          message: `${who} runs another version of OpenMover.`,
        },
        action: 'Update OpenMover on both devices.',
      };
    case 'not-found':
      return {
        ...{
          code: 'PEER_NOT_FOUND',
          state: 'problem',
          message: 'No new device of that name answers in this network.',
        },
        action: 'Start the move there first, or name it by the address it shows: --to HOST:PORT.',
      };
    case 'no-answer':
      return sameSubnet === false
        ? {
            ...{ code: 'PEER_OTHER_SUBNET', state: 'problem' },
            message: `${who} is in another network than this device, and nothing answers there.`,
            action: 'Join the same Wi-Fi with both.',
          }
        : {
            ...{ code: 'PEER_NO_ANSWER', state: 'problem', message: `Nothing answers at ${who}.` },
            action:
              'Check the address; let OpenMover through the firewall of that device; if both are right, the router keeps devices apart (guest Wi-Fi?): use another Wi-Fi or a cable.',
          };
  }
}

const WORDS: Readonly<Record<InterfaceType, string>> = {
  ...{
    wifi: 'Wi-Fi',
    ethernet: 'cable',
    vpn: 'VPN',
    virtual: 'virtual',
    loopback: 'loopback',
    other: 'network',
  },
};

/** The last part of an address concerns nobody else. */
function nameOf({ type, addresses }: InterfaceFacts): string {
  const address = addresses.map(bare).find(isIpv4);
  return address === undefined
    ? WORDS[type]
    : `${WORDS[type]}, ${address.split('.').slice(0, 3).join('.')}.x`;
}

function subnetOf(address: string): string {
  const [ip = '', prefix = '24'] = address.split('/');
  const number = ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return String(Math.floor(number / 2 ** (32 - Number(prefix))));
}
