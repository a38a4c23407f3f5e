/**
 * The receiver while data streams: answers the manifest's pages, brings together what the lanes have put on disk with
 * what the sender says of it, and ends when every entry is settled.
 */
import { MoverError } from '../../errors.ts';
import { skipReasonOf } from '../../compat/judge.ts';
import type { Destination } from '../../devices/port.ts';
import { type Entry, itemsOf } from '../../kinds/entry.ts';
import type { Kind, ReportLeft, SkipReason } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';
import { ManifestPages, type ResumePrefix } from '../../lanes/manifest-pages.ts';
import type { Digest } from '../../disk/digest.ts';
import type { StagedEntries } from '../../lanes/lane-messages.ts';
import { writeFailure } from '../../disk/errno.ts';
import type { Channel } from '../../wire/channel.ts';
import type { ResumeTuple, MessageOf } from '../../wire/messages.ts';
import type { Chosen } from '../agreement/agreement.ts';
import type { SessionSignal } from '../ending.ts';
import { Ledger, type Settled } from '../ledger.ts';
import { ManifestGuard } from '../manifest/manifest-guard.ts';
import { StorableNames } from '../../devices/storable-names.ts';
import type { ProgressMeter } from '../progress.ts';
import type { ReceiveLanes } from './receive-lanes.ts';
import { Tally } from '../receipt.ts';
import { mergeBytes, noSpace, usableBytes } from '../agreement/space.ts';
import type { Arrivals, StagingStore } from '../staging-store/staging-store.ts';

export interface ReceivePhaseOptions extends Chosen {
  readonly channel: Channel;
  readonly lanes: ReceiveLanes;
  readonly staging: StagingStore;
  readonly destination: Destination;
  readonly progress: ProgressMeter;
  readonly ending: SessionSignal;
  /** Told of what is skipped or renamed here. */
  readonly onLeftBehind?: ReportLeft | undefined;
}

/** Settled entries told at a time. */
const SETTLED = 512;
/** The sender dispatches no more until it has these, so a delay here delays every lane. */
const SETTLED_MS = 20;

const NO_PREFIXES: readonly ResumePrefix[] = [];

export class ReceivePhase {
  readonly #options: ReceivePhaseOptions;
  readonly #pages: ManifestPages;
  readonly #ledger: Ledger;
  readonly #guard: ManifestGuard;
  readonly #names: StorableNames;
  /** Entries that have another name here than on the sender. */
  readonly #renamed = new Set<number>();
  readonly #tallies = new Map<Kind, Tally>();
  readonly #reasons = new Map<number, SkipReason>();
  /** Prefixes found after a lane broke, until their entry is settled. */
  readonly #found = new Map<number, readonly ResumePrefix[]>();
  /** Apps of which something was sent: they count as a whole. */
  readonly #sentApps = new Set<string>();
  /** APKs the destination has, each in some set of its app. */
  readonly #sameApks = new Map<number, Digest>();
  #verified: number[] = [];
  #again: number[] = [];
  #telling: NodeJS.Timeout | undefined;
  /** Pages and questions are answered one after the other: looking at the disk takes time. */
  #answering: Promise<void> = Promise.resolve();
  /** A sender that does not wait for its answers would fill our memory with what it asks. */
  #unansweredPages = 0;
  readonly #asking = new Set<number>();
  #manifestEnded = false;
  #going = false;
  /** What moves, by kind: what was offered, less folders and the apps that were not chosen. */
  readonly #totals = new Map<Kind, { bytes: number; entries: number }>();
  #neededBytes = 0;
  #payload = 0;
  #resumed = 0;

  constructor(options: ReceivePhaseOptions) {
    this.#options = options;
    const { staging, offer, verdicts, apps } = options;
    this.#pages = new ManifestPages(staging.manifest);
    this.#ledger = new Ledger((entry) => this.#prefixesOf(entry));
    this.#guard = new ManifestGuard(options);
    this.#names = new StorableNames(staging.names);
    for (const kind of offer) this.#tallies.set(kind.kind, new Tally(kind, options.onLeftBehind));
    const chosen = new Set(apps);
    for (const [name, verdict] of verdicts) {
      if (chosen.has(name)) continue;
      this.#tallies.get('apps')?.skip(skipReasonOf(verdict) ?? 'not-chosen', 1, [name]);
    }
  }

  get payload(): number {
    return this.#payload;
  }

  get resumedBytes(): number {
    return this.#resumed;
  }

  /** What there is to commit, once all is settled. */
  get arrivals(): Omit<Arrivals, 'progress' | 'signal'> {
    return {
      pages: this.#pages,
      isRenamed: (entry) => this.#renamed.has(entry),
      stateOf: (entry) => this.#ledger.state(entry),
      reasonOf: (entry) => this.#reasons.get(entry) ?? 'damaged',
      digestOfSame: (entry) => this.#sameApks.get(entry),
      tallies: this.#tallies,
      whole: this.#ledger.exceptions === 0,
    };
  }

  /** Until the sender has streamed everything and all of it is settled. */
  async run(): Promise<void> {
    const { channel, ending, staging } = this.#options;
    // Enough space for everything offered: no need to wait for what is there already.
    const { offer, destination } = this.#options;
    const offered = offer.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#neededBytes = mergeBytes(destination, offer);
    if (offered + this.#neededBytes <= (await usableBytes(destination))) this.#go();
    for (;;) {
      const message = await channel.receive(ending.signal);
      switch (message.type) {
        case 'page':
          this.#take(message);
          break;
        case 'manifest-end':
          this.#endManifest(message.entries);
          break;
        case 'sent':
          this.#told(message);
          break;
        case 'ask':
          if (this.#asking.has(message.lane)) {
            throw new MoverError('PEER_VIOLATION', { detail: 'a question asked twice' });
          }
          this.#asking.add(message.lane);
          this.#queue(() => this.#answer(message));
          break;
        case 'streamed':
          await this.#answering;
          if (!this.#manifestEnded || !this.#ledger.settled) {
            throw new MoverError('PEER_VIOLATION', { detail: 'the end before everything was sent' });
          }
          staging.flush();
          this.#countApps();
          return;
        default:
          throw new MoverError('PEER_VIOLATION', { detail: `an unexpected ${message.type}` });
      }
    }
  }

  #countApps(): void {
    const apps = this.#tallies.get('apps');
    if (apps !== undefined) apps.sent = this.#sentApps.size;
  }

  #queue(work: () => Promise<void>): void {
    this.#answering = this.#answering.then(work);
    this.#answering.catch((error: unknown) => {
      this.#options.ending.fail(MoverError.from(error, 'DESTINATION_FAILED'));
    });
  }

  #take({ first, entries }: MessageOf<'page'>): void {
    if (this.#manifestEnded || first !== this.#guard.count) {
      throw new MoverError('PEER_VIOLATION', { detail: 'a page out of order' });
    }
    if (this.#unansweredPages >= LIMITS.pagesInFlight) {
      throw new MoverError('PEER_VIOLATION', { detail: 'more pages than may be unanswered' });
    }
    for (const entry of entries) this.#guard.check(entry);
    const held = entries.map((entry, offset) => this.#hold(entry, first + offset));
    this.#unansweredPages += 1;
    this.#queue(() => this.#answerPage(first, held));
  }

  /** From here on an entry has the name that the destination can hold. */
  #hold(entry: Entry, number: number): Entry {
    const held = this.#names.pathFor(entry);
    if (held !== entry && entry.type !== 'segment' && held.type !== 'segment') {
      this.#tallies.get(entry.kind)?.rename(entry.path, held.path);
      this.#renamed.add(number);
    }
    return held;
  }

  async #answerPage(first: number, entries: readonly Entry[]): Promise<void> {
    const { lanes, channel, staging } = this.#options;
    const numbered = entries.map((entry, offset) => [first + offset, entry] as const);
    const held = await staging.find(numbered, { staged: staging.resumed, destination: true });
    for (const entry of entries) {
      this.#ledger.append(entry.type === 'folder');
      this.#count(entry);
      this.#neededBytes += entry.size;
    }
    const prefixBytes = new Map(held.map(({ entry, from }) => [entry, from]));
    for (const from of prefixBytes.values()) this.#neededBytes -= from;
    lanes.page(this.#pages.append({ first, entries, held }));
    this.#unansweredPages -= 1;
    channel.send({ type: 'want', first, held: onWire(held) });
  }

  #count(entry: Entry): void {
    if (entry.type === 'folder') return;
    const { bytes, entries } = this.#totals.get(entry.kind) ?? { bytes: 0, entries: 0 };
    this.#totals.set(entry.kind, { bytes: bytes + entry.size, entries: entries + 1 });
  }

  #endManifest(entries: number): void {
    if (this.#manifestEnded || entries !== this.#guard.count) {
      throw new MoverError('PEER_VIOLATION', { detail: 'a manifest of another length' });
    }
    this.#manifestEnded = true;
    this.#queue(async () => {
      this.#options.staging.manifestComplete();
      for (const [kind, total] of this.#totals) this.#options.progress.expect(kind, total);
      if (!this.#going) {
        const usable = await usableBytes(this.#options.destination);
        if (this.#neededBytes > usable) throw noSpace(this.#neededBytes, usable);
      }
      this.#go();
    });
  }

  #go(): void {
    if (this.#going) return;
    this.#going = true;
    this.#options.channel.send({ type: 'go' });
  }

  #prefixesOf(number: number): readonly ResumePrefix[] {
    const found = this.#found.get(number);
    if (found !== undefined) return found;
    const held = this.#pages.find(number)?.held ?? NO_PREFIXES;
    return held.length === 0 ? NO_PREFIXES : held.filter(({ entry }) => entry === number);
  }

  /** From the lanes: these are on disk. */
  staged({ entries, digests }: StagedEntries): void {
    try {
      for (const [index, entry] of entries.entries()) {
        // It took the place of what was verified. (One the sender gave up in the middle has an end on the lane, too.)
        if (this.#ledger.state(entry) === 'staged') {
          throw new MoverError('PEER_VIOLATION', { detail: 'an entry sent again without need' });
        }
        this.#settle(entry, this.#ledger.addLocalDigest(entry, digests[index] || undefined));
      }
    } catch (error) {
      this.#options.ending.fail(writeFailure(error));
    }
  }

  /** From a lane: the destination cannot take this entry. The sender hears that nothing more is wanted of it. */
  refused(entry: number): void {
    if (!this.#ledger.skipped(entry)) return;
    this.#reasons.set(entry, 'refused');
    this.#verified.push(entry);
    this.#settledOne(entry);
    this.#tellSoon();
  }

  /** From the sender: these are their digests, and these it could not read. */
  #told({ digests, skipped }: MessageOf<'sent'>): void {
    for (const [entry, digest] of digests) this.#settle(entry, this.#ledger.addPeerDigest(entry, digest));
    for (const [entry, reason] of skipped) {
      if (!this.#ledger.skipped(entry)) continue;
      this.#reasons.set(entry, reason);
      this.#settledOne(entry);
    }
  }

  #settle(number: number, settled: Settled | undefined): void {
    if (settled === undefined) return;
    const { staging } = this.#options;
    const entry = this.#entry(number);
    if (settled.outcome === 'damaged') {
      staging.discard(entry);
      this.#options.lanes.release(number);
      this.#again.push(number);
    } else {
      const items = itemsOf(entry);
      const tally = this.#tallies.get(entry.kind);
      const sent = settled.outcome === 'staged' && settled.sent;
      if (tally !== undefined) {
        tally.verified += items;
        if (sent && entry.type !== 'apk') tally.sent += items;
      }
      if (sent && entry.type === 'apk') this.#sentApps.add(entry.path[0]);
      if (settled.outcome === 'same' && entry.type === 'apk') this.#sameApks.set(number, settled.digest);
      if (staging.resumed) this.#takeOver(number, entry, settled);
      if (settled.outcome === 'staged') {
        staging.verified(number, settled.digest);
        const spared = sent ? this.#sparedOf(number, entry) : entry.size;
        this.#resumed += spared;
        this.#payload += entry.size - spared;
      }
      this.#verified.push(number);
      this.#settledOne(number);
    }
    this.#tellSoon();
  }

  /** What an earlier attempt has of a verified entry becomes part of this one, too. */
  #takeOver(number: number, entry: Entry, settled: Exclude<Settled, { outcome: 'damaged' }>): void {
    const { staging } = this.#options;
    // What the destination has need not wait in an older folder once this move is done.
    if (settled.outcome === 'same') staging.verified(number, settled.digest);
    else if (!settled.sent) staging.adopt(number, entry, settled.digest);
  }

  /** Bytes of a sent entry that were in staging before: it was gone on with, not begun. */
  #sparedOf(number: number, entry: Entry): number {
    const held = this.#prefixesOf(number).find(
      ({ atDestination, from }) => !atDestination && from < entry.size,
    );
    return held === undefined ? 0 : held.from;
  }

  #settledOne(number: number): void {
    this.#found.delete(number);
    this.#options.progress.settled(this.#entry(number).kind);
  }

  #entry(number: number): Entry {
    const entry = this.#pages.entry(number);
    if (entry === undefined)
      throw new MoverError('PEER_VIOLATION', { detail: 'an entry that is not in the manifest' });
    return entry;
  }

  #tellSoon(): void {
    if (this.#verified.length + this.#again.length >= SETTLED) this.#tell();
    else
      this.#telling ??= setTimeout(() => {
        try {
          this.#tell();
        } catch (error) {
          this.#options.ending.fail(writeFailure(error));
        }
      }, SETTLED_MS);
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    if (this.#verified.length + this.#again.length === 0) return;
    // What the sender hears of must survive a crash on this side.
    this.#options.staging.flush();
    this.#options.channel.send({ type: 'settled', verified: this.#verified, again: this.#again });
    this.#verified = [];
    this.#again = [];
  }

  /** After a lane broke: what is there of the entries that were dispatched to it. */
  async #answer({ lane, entries }: MessageOf<'ask'>): Promise<void> {
    const { lanes, channel, staging } = this.#options;
    await lanes.quiesce(lane);
    this.#tell();
    const open = entries.filter((entry) => this.#ledger.state(entry) === 'open');
    for (const entry of open) {
      this.#ledger.reset(entry);
      lanes.release(entry);
    }
    const numbered = open.map((number) => [number, this.#entry(number)] as const);
    const held = await staging.find(numbered, { staged: true, destination: true });
    for (const number of open)
      this.#found.set(
        number,
        held.filter(({ entry }) => entry === number),
      );
    lanes.held(held.map(({ entry, from }) => [entry, from] as const));
    const done = entries.filter((entry) => this.#ledger.state(entry) !== 'open');
    this.#asking.delete(lane);
    channel.send({ type: 'state', lane, done, held: onWire(held) });
  }

  /** To be called once all is committed. */
  dropArrived(): Promise<void> {
    return this.#options.staging.dropArrived(this.#pages);
  }

  /** The sender has the receipt. */
  async acknowledged(): Promise<void> {
    const message = await this.#options.channel.receive(AbortSignal.timeout(5_000));
    if (message.type !== 'receipt-ok')
      throw new MoverError('PEER_VIOLATION', { detail: `an unexpected ${message.type}` });
  }

  async close(): Promise<void> {
    clearTimeout(this.#telling);
    // First, since an answer may wait for it.
    await this.#options.staging.stopFinding();
    await this.#answering.catch(() => undefined);
  }
}

function onWire(held: readonly ResumePrefix[]): ResumeTuple[] {
  return held.map(({ entry, from, digest }) => [entry, from, digest]);
}
