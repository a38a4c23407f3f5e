import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { bonjour } from '../../src/transfer/discovery/bonjour.ts';
import { discover, findByName } from '../../src/transfer/discovery/index.ts';
import type { Claim } from '../../src/transfer/discovery/hints.ts';
import { localLinks } from '../../src/transfer/discovery/local-address.ts';
import { openMdns, SERVICE_NAME, type Packet } from '../../src/transfer/discovery/mdns.ts';
import { MemoryDiscovery } from '../support/memory/discovery.ts';
import { randomName } from '../../src/transfer/discovery/names.ts';
import type { Advertisement, Discovery, Found } from '../../src/transfer/discovery/port.ts';
import { LIMITS } from '../../src/transfer/limits.ts';

interface Network {
  readonly discovery: Discovery;
  /** Announces what any device on the network might. */
  readonly claim: (claims: readonly Claim[]) => Promise<void>;
}

/** Unlike any other receiver on the network these tests run in. */
let serial = 0;
const uniqueName = (): string => `${randomName()} ${process.pid.toString()} ${(serial += 1).toString()}`;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function advertise(
  discovery: Discovery,
  ...[options]: Parameters<Discovery['advertise']>
): Promise<Advertisement> {
  const advertisement = await discovery.advertise(options);
  cleanups.push(() => advertisement.stop());
  return advertisement;
}

/** A search that records what it is told and can be awaited. */
function search(discovery: Discovery, accept: (name: string) => boolean) {
  const found = new Map<string, Found>();
  const lost: string[] = [];
  const end = new AbortController();
  let changed: () => void = () => undefined;
  const done = discovery.browse({
    signal: end.signal,
    accept,
    onFound: (service) => {
      found.set(service.name, service);
      changed();
    },
    onLost: (name) => {
      lost.push(name);
      changed();
    },
  });
  const stop = async (): Promise<void> => {
    end.abort();
    await done;
  };
  cleanups.push(stop);
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => (changed = resolve));
  };
  return { found, lost, until, stop };
}

/** A search for names that begin so, and proof that it listens: a claim is said once and not repeated. */
async function listening(discovery: Discovery, prefix: string): Promise<ReturnType<typeof search>> {
  const watch = search(discovery, (name) => name.startsWith(prefix));
  const beacon = await advertise(discovery, { name: `${prefix} beacon`, port: 4_711 });
  await watch.until(() => watch.found.has(beacon.name));
  return watch;
}

async function claimByMdns(claims: readonly Claim[]): Promise<void> {
  const mdns = await openMdns();
  cleanups.push(() => mdns.close());
  for (const claim of claims) {
    const fqdn = `${String(claim.name)}.${SERVICE_NAME}`;
    const addresses = claim.addresses as string[];
    await new Promise<void>((resolve) => {
      mdns.dns.respond(
        [
          { name: SERVICE_NAME, type: 'PTR', ttl: 120, data: fqdn },
          { name: fqdn, type: 'SRV', ttl: 120, data: { port: claim.port, target: 'stranger.local' } },
          {
            name: fqdn,
            type: 'TXT',
            ttl: 120,
            data: Object.entries(claim.txt as object).map(([key, value]) => `${key}=${String(value)}`),
          },
          ...addresses.map((data) => ({
            name: 'stranger.local',
            type: data.includes(':') ? ('AAAA' as const) : ('A' as const),
            ttl: 120,
            data,
          })),
        ],
        resolve,
      );
    });
  }
}

function discoveryContract(make: () => Network): void {
  const honest = { port: 4_711, txt: { v: '1' }, addresses: ['10.1.2.3'] };

  it('finds a receiver that was there before, and one that comes later', async () => {
    const { discovery } = make();
    const [early, late] = [uniqueName(), uniqueName()];
    await advertise(discovery, { name: early, port: 4_711, addresses: ['127.0.0.1'] });
    const watch = search(discovery, (name) => [early, late].includes(name));
    await watch.until(() => watch.found.has(early));
    await advertise(discovery, { name: late, port: 4_712, addresses: ['127.0.0.1'] });
    await watch.until(() => watch.found.has(late));
    expect([...watch.found.values()]).toEqual([
      { name: early, addresses: [{ host: '127.0.0.1', port: 4_711 }] },
      { name: late, addresses: [{ host: '127.0.0.1', port: 4_712 }] },
    ]);
  });

  it('tells when a receiver stops, and does not find it again', async () => {
    const { discovery } = make();
    const name = uniqueName();
    const advertisement = await advertise(discovery, { name, port: 4_711 });
    const watch = search(discovery, (candidate) => candidate === name);
    await watch.until(() => watch.found.has(name));
    await advertisement.stop();
    await advertisement.stop();
    await watch.until(() => watch.lost.includes(name));
    await expect(findByName(name, { timeoutMs: 1_500, discovery })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('publishes a second receiver of the same name under another', async () => {
    const { discovery } = make();
    const name = uniqueName();
    const first = await advertise(discovery, { name, port: 4_711 });
    const second = await advertise(discovery, { name: name.toUpperCase(), port: 4_712 });
    expect(first.name).toBe(name);
    expect(second.name).toBe(`${name.toUpperCase()} 2`);
    const found = await findByName(second.name, { discovery });
    expect(found.addresses.every(({ port }) => port === 4_712)).toBe(true);
  });

  it('gives different names to two that ask for the same at the same moment', async () => {
    const { discovery } = make();
    const name = uniqueName();
    const both = await Promise.all([
      advertise(discovery, { name, port: 4_711 }),
      advertise(discovery, { name, port: 4_712 }),
    ]);
    expect(both.map((advertisement) => advertisement.name).sort()).toEqual([name, `${name} 2`]);
  });

  it('makes up a name of two words when none is given', async () => {
    const advertisement = await advertise(make().discovery, { port: 4_711 });
    expect(advertisement.name).toMatch(/^[a-z]+ [a-z]+$/);
    expect(advertisement.visible).toBe(true);
  });

  it('cleans a chosen name so that others can show it', async () => {
    const { discovery } = make();
    const unique = uniqueName();
    const { name } = await advertise(discovery, { name: `\u202e ${unique}\u0000.1`, port: 4_711 });
    expect(name).toBe(`${unique} -1`);
    expect((await findByName(name, { discovery })).name).toBe(name);
  });

  it('never publishes an address that is not of a local network', async () => {
    const { discovery } = make();
    const name = uniqueName();
    await advertise(discovery, { name, port: 4_711, addresses: ['8.8.8.8', '2001:db8::1', '10.1.2.3'] });
    const { addresses } = await findByName(name, { discovery });
    expect(addresses).toEqual([{ host: '10.1.2.3', port: 4_711 }]);
  });

  it('passes over what cannot be shown, dialled or understood', async () => {
    const { discovery, claim } = make();
    const name = uniqueName();
    const watch = await listening(discovery, name);
    const bad: Claim[] = [
      { ...honest, name: `${name} public`, addresses: ['8.8.8.8', '::ffff:8.8.8.8'] },
      { ...honest, name: `${name} nowhere`, addresses: ['0.0.0.0', '224.0.0.251'] },
      { ...honest, name: `${name} port`, port: 0 },
      { ...honest, name: `${name} version`, txt: { v: '2' } },
      { ...honest, name: `${name} silent`, txt: {} },
      { ...honest, name: `${name} \u202eerised` },
      { ...honest, name: `${name} \u001b[2J` },
    ];
    await claim([...bad, { ...honest, name }]);
    await watch.until(() => watch.found.has(name));
    expect([...watch.found.keys()]).toEqual([`${name} beacon`, name]);
  });

  it('remembers no more services than its limit, however many are announced', async () => {
    const { discovery, claim } = make();
    const name = uniqueName();
    const watch = await listening(discovery, name);
    const other = await listening(discovery, `${name} last`);
    const flood = Array.from({ length: 2 * LIMITS.services }, (_, n) => `${name} ${n.toString()}`);
    await claim(flood.map((item) => ({ ...honest, name: item })));
    await watch.until(() => watch.found.size >= LIMITS.services);
    await claim([{ ...honest, name: `${name} last` }]);
    await other.until(() => other.found.has(`${name} last`));
    expect(watch.found.size).toBe(LIMITS.services);
  });

  it('ends when the signal aborts, and refuses a port that is none', async () => {
    const { discovery } = make();
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(discovery.browse({ signal: stopped, onFound: () => undefined })).resolves.toBeUndefined();
    await expect(discovery.advertise({ port: 4_711, signal: stopped })).rejects.toThrow('stopped');
    await expect(discovery.advertise({ port: 0 })).rejects.toThrow(RangeError);
    await expect(discovery.advertise({ port: 65_536 })).rejects.toThrow(RangeError);
    await search(discovery, () => true).stop();
  });

  it('is listed by discover once, while its time lasts', async () => {
    const { discovery } = make();
    const name = uniqueName();
    await advertise(discovery, { name, port: 4_711 });
    const names: string[] = [];
    for await (const found of discover({ seconds: 1, discovery })) names.push(found.name);
    expect(names.filter((candidate) => candidate === name)).toEqual([name]);
  });

  it('is found by its name in other spelling, and the search obeys its signal', async () => {
    const { discovery } = make();
    const name = uniqueName();
    await advertise(discovery, { name, port: 4_711 });
    const spelled = name.toUpperCase().replaceAll(' ', '-');
    expect((await findByName(spelled, { discovery })).name).toBe(name);
    const signal = AbortSignal.timeout(50);
    await expect(findByName('nobody at all', { discovery, signal })).rejects.toThrow(/timeout/i);
  });
}

describe('discovery in memory', () => {
  discoveryContract(() => {
    const discovery = new MemoryDiscovery();
    return {
      discovery,
      claim: async (claims) => {
        for (const claim of claims) discovery.claim(claim);
      },
    };
  });
});

describe('discovery by mDNS', () => {
  discoveryContract(() => ({ discovery: bonjour, claim: claimByMdns }));

  it('publishes a TXT record of v=1 and nothing else', async () => {
    const mdns = await openMdns();
    cleanups.push(() => mdns.close());
    const name = uniqueName();
    const texts: string[][] = [];
    const heard = new Promise<void>((resolve) => {
      mdns.dns.on('response', (packet: Packet) => {
        for (const { type, name: owner, data } of [...packet.answers, ...packet.additionals]) {
          if (type !== 'TXT' || owner !== `${name}.${SERVICE_NAME}`) continue;
          texts.push((data as Buffer[]).map(String));
          resolve();
        }
      });
    });
    await advertise(bonjour, { name, port: 4_711 });
    await heard;
    expect(new Set(texts.map((text) => text.join('|')))).toEqual(new Set(['v=1']));
  });

  it('says the host name of this device in no packet', async () => {
    const name = uniqueName();
    const packets = await capture(name, async () => {
      const advertisement = await bonjour.advertise({ name, port: 4_711 });
      await findByName(name, { timeoutMs: 5_000 });
      await advertisement.stop();
    });
    const ours = packets.filter((packet) => packet.includes(name));
    expect(ours.length).toBeGreaterThan(2);
    // As DNS writes it: a length byte, then the label.
    const label = hostname().split('.')[0] ?? '';
    expect(label).not.toBe('');
    const needle = Buffer.concat([Buffer.of(Buffer.byteLength(label)), Buffer.from(label)]);
    for (const packet of ours) {
      expect(packet.includes(needle)).toBe(false);
    }
  });

  it('goes on after packets that are no DNS, or lie', async () => {
    const name = uniqueName();
    const watch = search(bonjour, (candidate) => candidate === name);
    await advertise(bonjour, { name, port: 4_711 });
    const socket = await sender();
    const header = Buffer.from('000084000000000100000000', 'hex');
    const junk = [
      Buffer.alloc(0),
      Buffer.of(0xff),
      Buffer.alloc(8_000, 0xc0),
      Buffer.concat([header, Buffer.from('c00cc00c', 'hex')]),
      Buffer.concat([header, Buffer.from('00002100010000007800020000', 'hex')]),
    ];
    for (const bytes of junk) {
      await new Promise((resolve) => {
        socket.send(bytes, 5_353, '224.0.0.251', resolve);
      });
    }
    await watch.until(() => watch.found.has(name));
    expect((await findByName(name)).name).toBe(name);
  });
});

async function sender(): Promise<Socket> {
  const socket = createSocket('udp4');
  cleanups.push(() => {
    socket.close();
  });
  socket.bind(0);
  await once(socket, 'listening');
  socket.setMulticastInterface('127.0.0.1');
  return socket;
}

/** Raw packets of the mDNS group, taken beside the library, until the name's goodbye has been heard. */
async function capture(name: string, during: () => Promise<void>): Promise<Buffer[]> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const packets: Buffer[] = [];
  let last: () => void = () => undefined;
  const heardGoodbye = new Promise<void>((resolve) => (last = resolve));
  // The PTR record of a goodbye has a TTL of zero right after its type and class.
  const goodbye = Buffer.from('000c000100000000', 'hex');
  socket.on('message', (bytes) => {
    packets.push(bytes);
    if (bytes.includes(goodbye) && bytes.includes(name)) last();
  });
  try {
    socket.bind(5_353);
    await once(socket, 'listening');
    for (const link of localLinks()) socket.addMembership('224.0.0.251', link.address);
    await during();
    await heardGoodbye;
    return packets;
  } finally {
    socket.close();
  }
}
