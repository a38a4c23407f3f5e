/**
 * The implementation of `Discovery` in memory. Makes the same promises, and reads claims by the same rules.
 */
import { readClaim, TXT, type Claim } from '../../../src/transfer/discovery/hints.ts';
import { KnownServices } from '../../../src/transfer/discovery/known.ts';
import { localLinks, publishable } from '../../../src/transfer/discovery/local-address.ts';
import { candidates } from '../../../src/transfer/discovery/names.ts';
import type {
  Advertisement,
  AdvertiseOptions,
  BrowseOptions,
  Discovery,
} from '../../../src/transfer/discovery/port.ts';

export class MemoryDiscovery implements Discovery {
  readonly #claims = new Map<string, Claim>();
  readonly #searches = new Set<KnownServices>();

  /** What any device on the network might announce; the next call with the same name replaces it. */
  claim(claim: Claim): void {
    this.#claims.set(String(claim.name).toLowerCase(), claim);
    for (const known of this.#searches) this.#tell(known, claim);
  }

  #tell(known: KnownServices, claim: Claim): void {
    const found = readClaim(claim, localLinks());
    if (found !== undefined) known.see(found, performance.now());
  }

  async advertise(options: AdvertiseOptions): Promise<Advertisement> {
    if (!Number.isInteger(options.port) || options.port < 1 || options.port > 65_535) {
      throw new RangeError('a port is a whole number from 1 to 65535');
    }
    options.signal?.throwIfAborted();
    const taken = (name: string): boolean => this.#claims.has(name.toLowerCase());
    let name = '';
    for (name of candidates(options.name)) if (!taken(name)) break;
    this.claim({
      name,
      port: options.port,
      txt: TXT,
      addresses: publishable(options.addresses),
      source: '127.0.0.1',
    });
    const stop = async (): Promise<void> => {
      if (!this.#claims.delete(name.toLowerCase())) return;
      for (const known of this.#searches) known.lose(name);
    };
    let stopping: Promise<void> | undefined;
    return { name, visible: true, stop: () => (stopping ??= stop()) };
  }

  async browse(options: BrowseOptions): Promise<void> {
    if (options.signal.aborted) return;
    const known = new KnownServices(options);
    this.#searches.add(known);
    for (const claim of this.#claims.values()) this.#tell(known, claim);
    try {
      await new Promise<void>((resolve) => {
        options.signal.addEventListener('abort', () => resolve(), { once: true });
        if (options.signal.aborted) resolve();
      });
    } finally {
      this.#searches.delete(known);
    }
  }
}
