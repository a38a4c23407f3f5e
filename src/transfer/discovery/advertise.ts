/**
 * Publishes one receiver by mDNS (RFC 6762) and DNS-SD (RFC 6763): probe, announce, answer, say goodbye.
 * The library's own registry is not used: it prints to the console when a name is taken, publishes public addresses
 * and none at all without a network.
 */
import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Service } from 'bonjour-service/dist/lib/service.js';
import { TXT } from './hints.ts';
import { publishable, scopeOf } from './local-address.ts';
import {
  openMdns,
  sameDnsName,
  SERVICE_NAME,
  SERVICE_TYPE,
  type Mdns,
  type Packet,
  type ResourceRecord,
} from './mdns.ts';
import { candidates } from './names.ts';
import type { Advertisement, AdvertiseOptions } from './port.ts';

/**
 * RFC 6762, section 8.1 asks three times, 250 ms apart. Half of that: a person waits, and two receivers of one name
 * are a nuisance, not a danger, because pairing tells them apart.
 */
const PROBES = 3;
const PROBE_MS = 125;
/** Announcements after the first (section 8.3 asks for one more; multicast over Wi-Fi is lossy). */
const REANNOUNCE_MS = [1_000, 3_000];
/** Section 10: 120 s for what names a host. Also for the rest: a receiver that was killed is forgotten soon. */
const TTL_SECONDS = 120;
/** Names tried before one that is taken has to do. */
const MAX_NAMES = 16;

const nothing = (): void => undefined;

const isSrv = (record: ResourceRecord, fqdn: string): boolean =>
  record.type === 'SRV' && sameDnsName(record.name, fqdn);

function targetOf(record: ResourceRecord): string {
  const { target } = (record.data ?? {}) as { target?: unknown };
  return typeof target === 'string' ? target : '';
}

/** The records of one name; `addresses` are read anew each time, since interfaces come and go. */
function makeRecords(service: Service, addresses: () => readonly string[]): ResourceRecord[] {
  const named = service.records().filter(({ type }) => type !== 'A' && type !== 'AAAA');
  return [
    ...named.map((record) => ({ ...record, ttl: TTL_SECONDS, flush: record.type !== 'PTR' })),
    ...addresses().map((address) => ({
      name: service.host,
      type: isIPv6(address) ? ('AAAA' as const) : ('A' as const),
      ttl: TTL_SECONDS,
      flush: true,
      data: address,
    })),
  ];
}

/** Whether another holds the name, or asks for it now and wins the tie (section 8.2). */
async function isTaken(mdns: Mdns, service: Service, signal: AbortSignal | undefined): Promise<boolean> {
  const claim = makeRecords(service, () => []).filter((record) => record.type === 'SRV');
  let taken = false;
  const onResponse = (packet: Packet): void => {
    taken ||= [...packet.answers, ...packet.additionals].some((record) => isSrv(record, service.fqdn));
  };
  const onQuery = (packet: Packet): void => {
    taken ||= (packet.authorities ?? []).some(
      (record) => isSrv(record, service.fqdn) && targetOf(record) > service.host,
    );
  };
  mdns.dns.on('response', onResponse);
  mdns.dns.on('query', onQuery);
  try {
    for (let probe = 0; probe < PROBES && !taken; probe += 1) {
      mdns.dns.query({ questions: [{ name: service.fqdn, type: 'ANY' }], authorities: claim });
      await delay(PROBE_MS, undefined, signal === undefined ? {} : { signal });
    }
    return taken;
  } finally {
    mdns.dns.off('response', onResponse);
    mdns.dns.off('query', onQuery);
  }
}

async function claimName(mdns: Mdns, options: AdvertiseOptions): Promise<Service> {
  let service: Service | undefined;
  let tries = 0;
  for (const name of candidates(options.name)) {
    // Never the library's default, which is this device's host name.
    const host = `${randomBytes(8).toString('hex')}.local`;
    service = new Service({ ...SERVICE_TYPE, name, port: options.port, host, txt: TXT }, nothing, nothing);
    tries += 1;
    if (tries >= MAX_NAMES || !(await isTaken(mdns, service, options.signal))) return service;
  }
  throw new Error('names ran out');
}

/** See `Discovery.advertise`. */
export async function advertise(options: AdvertiseOptions): Promise<Advertisement> {
  if (!Number.isInteger(options.port) || options.port < 1 || options.port > 65_535) {
    throw new RangeError('a port is a whole number from 1 to 65535');
  }
  options.signal?.throwIfAborted();
  const asked = options.addresses;
  const loopbackOnly =
    asked !== undefined && asked.length > 0 && asked.every((address) => scopeOf(address) === 'loopback');
  const mdns = await openMdns(loopbackOnly);
  try {
    const service = await claimName(mdns, options);
    return publish(mdns, service, () => publishable(asked));
  } catch (error) {
    await mdns.close();
    options.signal?.throwIfAborted();
    throw error;
  }
}

function publish(mdns: Mdns, service: Service, addresses: () => readonly string[]): Advertisement {
  let records: ResourceRecord[] = [];
  const announce = (): void => {
    mdns.responder.unregister(records);
    records = makeRecords(service, addresses);
    mdns.responder.register(records);
    mdns.dns.respond(records);
  };
  announce();
  const timers = REANNOUNCE_MS.map((ms) => setTimeout(announce, ms).unref());
  mdns.links.on('joined', announce);

  const stop = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    mdns.links.off('joined', announce);
    mdns.responder.unregister(records);
    // The type itself stays: other receivers may be there.
    const goodbye = records
      .filter((record) => record.name === SERVICE_NAME || sameDnsName(record.name, service.fqdn))
      .map((record) => ({ ...record, ttl: 0 }));
    await new Promise<void>((resolve) => {
      mdns.dns.respond(goodbye, resolve);
    });
    await mdns.close();
  };
  let stopping: Promise<void> | undefined;
  return {
    name: service.name,
    get visible() {
      return mdns.links.links.length > 0;
    },
    stop: () => (stopping ??= stop()),
  };
}
