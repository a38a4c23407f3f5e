/**
 * Looks for receivers by mDNS. The library's browser never forgets, never hears that a service is still there, and keeps
 * as many as anyone cares to announce; so each sweep gets a new one, and what is known is kept in a table of our own.
 */
import { once } from 'node:events';
import { Browser } from 'bonjour-service/dist/lib/browser.js';
import type { Service } from 'bonjour-service/dist/lib/service.js';
import { LIMITS } from '../limits.ts';
import { readClaim } from './hints.ts';
import { KnownServices } from './known.ts';
import type { Origin } from './links.ts';
import { openMdns, sameDnsName, SERVICE_NAME, SERVICE_TYPE, type Mdns, type Packet } from './mdns.ts';
import type { BrowseOptions } from './port.ts';

/** Pauses between questions: at least a second, growing (RFC 6762, section 5.2), the last one again and again. */
const SWEEP_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Silent for two questions and a half: gone without a goodbye. */
const SILENT_MS = 40_000;
/** Services one sweep reads; the table keeps fewer, since some are dropped as nonsense. */
const SWEEP_SERVICES = 4 * LIMITS.services;

/** Names whose PTR record was withdrawn (section 10.1). */
function goodbyes(packet: Packet): string[] {
  return [...packet.answers, ...packet.additionals]
    .filter(({ type, ttl, name }) => type === 'PTR' && ttl === 0 && sameDnsName(name, SERVICE_NAME))
    .map(({ data }) => (typeof data === 'string' ? data : ''))
    .filter((fqdn) => fqdn.toLowerCase().endsWith(`.${SERVICE_NAME}`))
    .map((fqdn) => fqdn.slice(0, -SERVICE_NAME.length - 1));
}

/** See `Discovery.browse`. */
export async function browse(options: BrowseOptions): Promise<void> {
  if (!options.signal.aborted) await browseOn(await openMdns(), options);
}

/** The same on an mDNS opened by the caller, and closed here. Exported for tests that are the network. */
export async function browseOn(mdns: Mdns, options: BrowseOptions): Promise<void> {
  const { signal } = options;
  const known = new KnownServices(options);
  let browser: Browser | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sweeps = 0;

  const read = (service: Service): void => {
    const from = service.referer as Origin | undefined;
    const found = readClaim(
      {
        name: service.name,
        port: service.port,
        txt: service.txt,
        addresses: service.addresses,
        source: from?.address,
        link: from?.link,
      },
      mdns.links.links,
    );
    if (found !== undefined) known.see(found, performance.now());
    if ((browser?.services.length ?? 0) > SWEEP_SERVICES) browser?.stop();
  };
  const sweep = (): void => {
    browser?.stop();
    known.expire(performance.now() - SILENT_MS);
    browser = new Browser(mdns.dns, SERVICE_TYPE);
    browser.on('up', read);
    browser.on('srv-update', read);
    timer = setTimeout(sweep, SWEEP_MS[Math.min(sweeps, SWEEP_MS.length - 1)]);
    sweeps += 1;
  };
  const hearGoodbye = (packet: Packet): void => {
    for (const name of goodbyes(packet)) known.lose(name);
  };
  // An interface that has just come up is asked at once.
  const ask = (): void => browser?.update();

  mdns.dns.on('response', hearGoodbye);
  mdns.links.on('joined', ask);
  try {
    if (!signal.aborted) {
      const stopped = once(signal, 'abort');
      sweep();
      await stopped;
    }
  } finally {
    clearTimeout(timer);
    browser?.stop();
    await mdns.close();
  }
}
