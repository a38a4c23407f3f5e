/**
 * The part of the mDNS library we use, typed (it says `any` where its own types end) and put onto our sockets.
 */
import type { EventEmitter } from 'node:events';
import { Server } from 'bonjour-service/dist/lib/mdns-server.js';
import type { ServiceRecord } from 'bonjour-service/dist/lib/service.js';
import { MulticastLinks } from './links.ts';

export const SERVICE_TYPE = { type: 'openmover', protocol: 'tcp' } as const;
export const SERVICE_NAME = '_openmover._tcp.local';

/** A resource record as dns-packet reads and writes it; of one from the network, only the shape is certain. */
export interface ResourceRecord extends ServiceRecord {
  /** The cache-flush bit: this record replaces what was known (RFC 6762, section 10.2). */
  readonly flush?: boolean;
}

export interface Question {
  readonly name: string;
  readonly type: string;
}

export interface Query {
  readonly questions: readonly Question[];
  readonly authorities?: readonly ResourceRecord[];
}

export interface Packet extends Query {
  readonly answers: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

interface MulticastDns extends EventEmitter {
  query(query: Query, sent?: () => void): void;
  respond(answers: readonly ResourceRecord[], sent?: () => void): void;
  destroy(done: () => void): void;
}

export interface Mdns {
  readonly links: MulticastLinks;
  readonly dns: MulticastDns;
  /** Answers queries for what is registered with it. */
  readonly responder: Server;
  close(): Promise<void>;
}

/** Joins the multicast group on every interface (loopback alone when `loopbackOnly`). Never rejects. */
export async function openMdns(loopbackOnly = false): Promise<Mdns> {
  const links = await MulticastLinks.open(loopbackOnly);
  // Bound and joined by us already.
  const options: object = { socket: links, bind: false, multicast: false };
  const responder = new Server(options, () => undefined);
  const dns = responder.mdns as MulticastDns;
  // Without a listener, an EventEmitter throws its errors.
  dns.on('error', () => undefined);
  let closing: Promise<void> | undefined;
  return {
    links,
    dns,
    responder,
    close: () => (closing ??= new Promise((resolve) => dns.destroy(resolve))),
  };
}

/** DNS names are compared without regard to the case of ASCII letters (RFC 1035, section 2.3.3). */
export function sameDnsName(a: unknown, b: string): boolean {
  return typeof a === 'string' && a.toLowerCase() === b.toLowerCase();
}
