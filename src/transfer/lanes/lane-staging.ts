/**
 * A receiving lane over all its connections: knows the manifest's pages, runs one connection at a time, and comes to
 * rest when asked. The same code serves a lane in its worker thread and one that came through the control port.
 */
import type { Duplex } from 'node:stream';
import { MoverError } from '../errors.ts';
import type { Entry } from '../kinds/entry.ts';
import type { FromReceiveLane, ToReceiveLane } from './lane-messages.ts';
import { EntryClaims } from './entry-claims.ts';
import { ManifestPages } from './manifest-pages.ts';
import { LeakyBucket } from './leaky-bucket.ts';
import { ReceiveLane } from './receive-lane.ts';
import type { EntryStore } from './entry-store.ts';
import { openEntryStore, type StagingPlace } from './staging-place.ts';

export interface LaneStagingOptions {
  readonly lane: number;
  readonly staging: StagingPlace;
  /** Descriptor of the file that the manifest's pages are in; descriptors are the process's, in all its threads. */
  readonly manifest: number;
  /** Memory of `EntryClaims`. */
  readonly claims: SharedArrayBuffer;
  readonly report: (message: FromReceiveLane) => void;
  /** Takes in messages that have been posted and not yet delivered: bytes that belong to them may overtake them. */
  readonly drain: () => void;
}

export class LaneStaging {
  readonly #options: LaneStagingOptions;
  readonly #pages: ManifestPages;
  readonly #files: EntryStore;
  readonly #bucket = new LeakyBucket();
  readonly #claims: EntryClaims;
  /** Prefixes found after a lane broke, which the page does not know of. */
  readonly #prefixes = new Map<number, number>();
  #running: Promise<void> | undefined;
  #stop = new AbortController();
  #socket: Duplex | undefined;

  constructor(options: LaneStagingOptions) {
    this.#options = options;
    this.#claims = new EntryClaims(options.claims);
    this.#files = openEntryStore(options.staging);
    this.#pages = new ManifestPages(options.manifest);
  }

  handle(message: Exclude<ToReceiveLane, { type: 'stop' }>): void {
    switch (message.type) {
      case 'page':
        this.#pages.add(message.page);
        break;
      case 'held':
        for (const [entry, from] of message.prefixes) this.#prefixes.set(entry, from);
        break;
      case 'limit':
        this.#bucket.set(message.bytesPerSecond, performance.now());
        break;
      case 'quiesce':
        void this.#rest().then(() => {
          this.#options.report({ type: 'quiet' });
        });
        break;
    }
  }

  /** Receives from a joined connection; an earlier one is ended first. */
  async receive(socket: Duplex): Promise<void> {
    await this.#rest();
    this.#socket = socket;
    this.#running = this.#receive(socket);
    await this.#running;
  }

  /** Ends the connection, closes files. Whatever is staged stays. */
  async stop(): Promise<void> {
    await this.#rest();
  }

  async #rest(): Promise<void> {
    this.#socket?.destroy();
    this.#stop.abort(new MoverError('CANCELLED'));
    await this.#running;
    this.#running = undefined;
    this.#socket = undefined;
    this.#stop = new AbortController();
  }

  async #receive(socket: Duplex): Promise<void> {
    const { lane, report } = this.#options;
    const connection = new ReceiveLane({
      socket,
      lane,
      files: this.#files,
      bucket: this.#bucket,
      lookUp: (number, fresh = false) => this.#lookUp(number, fresh),
      claim: (number) => this.#claims.claim(number),
      report,
      signal: this.#stop.signal,
    });
    report({ type: 'joined' });
    try {
      const end = await connection.run();
      report({ type: end === 'ended' ? 'finished' : 'lost' });
    } catch (error) {
      const { code } = MoverError.from(error, 'DESTINATION_FAILED');
      report(code === 'CANCELLED' ? { type: 'lost' } : { type: 'failed', code });
    }
  }

  #lookUp(number: number, fresh: boolean): { entry: Entry; held: number | undefined } | undefined {
    if (fresh) this.#options.drain();
    let page = this.#pages.find(number);
    if (page === undefined && !fresh) {
      this.#options.drain();
      page = this.#pages.find(number);
    }
    const entry = page?.entries[number - page.first];
    if (page === undefined || entry === undefined || entry.type === 'folder') return undefined;
    const held = this.#prefixes.get(number) ?? page.held.find((held) => held.entry === number)?.from;
    return { entry, held };
  }
}
