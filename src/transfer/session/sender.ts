/**
 * The old device's side of a move: pair → hello → offer → plan → manifest and stream → receipt (PROTOCOL.md,
 * "Sequence").
 */
import { MoverError } from '../errors.ts';
import { skipReasonOf } from '../compat/judge.ts';
import { itemsOf } from '../kinds/entry.ts';
import { KINDS } from '../kinds/kind.ts';
import { Vault } from '../privacy/vault.ts';
import { ManifestPages } from '../lanes/manifest-pages.ts';
import type { PairedSession } from '../wire/channel.ts';
import type { Receipt } from '../wire/messages.ts';
import { pairAsSender } from '../wire/pair-client.ts';
import { openAnonymousFile } from '../disk/anonymous-file.ts';
import { checkSendOptions } from './check-options.ts';
import { closeWithError, flushedSoon, SessionSignal } from './ending.ts';
import { unexpected } from './expect-message.ts';
import { JobSource } from './transfer/job-source.ts';
import { defaultLanes } from './transfer/lane-count.ts';
import { ManifestSender } from './manifest/manifest-sender.ts';
import { scanSource, type ScannedSource } from './agreement/offer.ts';
import { type Agreed, propose } from './agreement/proposal.ts';
import { ProgressMeter } from './progress.ts';
import { agreesWith, interruptedReceipt } from './receipt.ts';
import { SegmentReader } from './transfer/segment-reader.ts';
import type { SendOptions } from './send-options.ts';
import { SendLanes } from './transfer/send-lanes.ts';
import { StallWatch } from './transfer/stall-watch.ts';
import { WarmWorkers } from './transfer/warm-workers.ts';

/**
 * Moves a source to the receiver at `to`.
 * @returns the receipt, the same the receiver holds; `outcome` says whether everything arrived.
 * @throws MoverError with the reason the move did not come to a receipt; `USAGE` for an option that is none.
 */
export function send(options: SendOptions): Promise<Receipt> {
  return Vault.during(async (vault) => {
    checkSendOptions(options);
    vault.keep(options.code);
    if (options.androidId !== undefined) vault.keep(options.androidId);
    return sendWith(options, vault);
  });
}

async function sendWith(options: SendOptions, vault: Vault): Promise<Receipt> {
  if ((await options.source.isReceiving?.()) === true) {
    throw new MoverError('SOURCE_INVALID', {
      sentence:
        'This folder is being moved into right now. Choose another folder to move from, or to move into.',
    });
  }
  const ending = new SessionSignal(options.signal);
  // Scanning needs nobody's answer: it runs while the two devices pair.
  const scanning = scanSource(options.source, options.kinds ?? KINDS, ending.signal);
  scanning.catch(() => undefined);
  const workers = new WarmWorkers('send-lane-worker', options.lanes ?? defaultLanes());
  let session: PairedSession | undefined;
  let sender: Sender | undefined;
  try {
    session = await pairAsSender({
      host: options.to.host,
      port: options.to.port,
      typed: options.to.typed,
      waitMs: options.waitMs,
      retry: options.retry,
      secret: options.code,
      ...(options.secretKind === undefined ? {} : { secretKind: options.secretKind }),
      ...(options.certificateDigest === undefined ? {} : { certificateDigest: options.certificateDigest }),
      signal: ending.signal,
    });
    vault.keep(session.appKey);
    vault.keep(session.joinKey);
    options.onEvent({ type: 'paired' });
    sender = new Sender(options, session, { ending, workers });
    const receipt = await sender.run(scanning);
    await session.channel.close();
    return receipt;
  } catch (thrown) {
    const error = ending.errorOf(thrown);
    if (session !== undefined) await closeWithError(session.channel, error);
    const receipt = sender?.interrupted();
    if (receipt !== undefined) options.onEvent({ type: 'receipt', receipt });
    throw error;
  } finally {
    ending.detach();
    ending.fail(new MoverError('CANCELLED'));
    await sender?.close();
    await workers.close();
    await scanning.then(
      (scanned) => {
        scanned.close();
      },
      () => undefined,
    );
  }
}

class Sender {
  readonly #options: SendOptions;
  readonly #session: PairedSession;
  readonly #ending: SessionSignal;
  readonly #progress: ProgressMeter;
  readonly #answers = openAnonymousFile();
  readonly #pages = new ManifestPages(this.#answers.fd);
  readonly #segments: SegmentReader;
  readonly #manifest: ManifestSender;
  readonly #jobs: JobSource;
  readonly #workers: WarmWorkers;
  #lanes: SendLanes | undefined;
  /** From the receiver's go to the last settled entry. */
  #watch: StallWatch | undefined;
  #offer: ScannedSource['kinds'] = [];
  readonly #lanesWanted: number;
  #payload = 0;
  #streamed = false;
  #waiting = false;
  #dryRun = false;
  #began = performance.now();

  constructor(
    options: SendOptions,
    session: PairedSession,
    { ending, workers }: { readonly ending: SessionSignal; readonly workers: WarmWorkers },
  ) {
    this.#workers = workers;
    this.#options = options;
    this.#lanesWanted = options.lanes ?? defaultLanes();
    this.#session = session;
    this.#ending = ending;
    this.#progress = new ProgressMeter(options.onEvent);
    this.#segments = new SegmentReader(options.source, ending.signal);
    this.#manifest = new ManifestSender(session.channel, this.#pages);
    this.#jobs = new JobSource(options.source, this.#pages, this.#segments, ending.signal);
    session.channel.onWaiting = (until) => {
      this.#waiting = true;
      if (this.#lanes !== undefined) this.#lanes.away = true;
      options.onEvent({ type: 'waiting', until });
    };
    session.channel.onResumed = () => {
      this.#waiting = false;
      if (this.#lanes !== undefined) this.#lanes.away = false;
      this.#watch?.moved();
      options.onEvent({ type: 'resumed' });
    };
  }

  async run(scanning: Promise<ScannedSource>): Promise<Receipt> {
    const { signal } = this.#ending;
    const agreed = await propose(this.#options, this.#session, scanning, this.#lanesWanted, signal);
    const { scanned, kinds, apps, lanePorts, dryRun } = agreed;
    this.#offer = scanned.kinds;
    this.#dryRun = dryRun;
    this.#began = performance.now();
    for (const { kind, bytes, entries } of scanned.kinds) {
      if (kinds.includes(kind)) this.#progress.expect(kind, { bytes, entries });
    }
    this.#tellLeftBehind(agreed);
    this.#startLanes(lanePorts);
    this.#manifest.send(scanned.pages, { kinds: new Set(kinds), apps: new Set(apps) }, signal).then(
      () => {
        for (const [kind, total] of this.#manifest.totals) this.#progress.expect(kind, total);
        this.#progressMade();
      },
      (error: unknown) => {
        this.#ending.fail(MoverError.from(error));
      },
    );
    return this.#stream();
  }

  /** What stays behind of the kinds that move is known now; the rest comes while they are read. */
  #tellLeftBehind({ scanned, kinds, apps, verdicts }: Agreed): void {
    const tell = this.#options.onLeftBehind;
    if (tell === undefined) return;
    for (const { item, count } of scanned.left) if (kinds.includes(item.kind)) tell(item, count);
    if (!kinds.includes('apps')) return;
    for (const verdict of verdicts) {
      if (apps.includes(verdict.package)) continue;
      tell({ kind: 'apps', path: [verdict.package], reason: skipReasonOf(verdict) ?? 'not-chosen' });
    }
  }

  #startLanes(lanePorts: readonly number[]): void {
    this.#lanes = new SendLanes({
      session: this.#session,
      host: this.#options.to.host,
      typed: this.#options.to.typed,
      controlPort: this.#options.to.port,
      lanePorts,
      workers: this.#workers,
      limit: this.#options.limit,
      jobs: this.#jobs,
      onBytes: (content) => {
        this.#session.channel.touch();
        this.#watch?.moved();
        for (const bytes of Object.values(content)) this.#payload += bytes;
        this.#progress.moved(content);
      },
      onResumed: (bytes) => {
        this.#payload -= bytes;
      },
      onSettled: (number) => {
        const entry = this.#pages.entry(number);
        if (entry !== undefined) this.#progress.settled(entry.kind);
        this.#progressMade();
      },
      onSkipped: (number, reason) => {
        const entry = this.#pages.entry(number);
        if (entry === undefined) return;
        const path = entry.type === 'segment' ? [entry.kind] : entry.path;
        this.#options.onLeftBehind?.({ kind: entry.kind, path, reason }, itemsOf(entry));
      },
      onIdle: () => {
        this.#progressMade();
      },
      onFailed: (error) => {
        this.#ending.fail(error);
      },
      signal: this.#ending.signal,
    });
  }

  /** Says that all is streamed, once, when nothing is left to send or to hear about. */
  #progressMade(): void {
    const lanes = this.#lanes;
    if (this.#streamed || lanes === undefined) return;
    if (!this.#manifest.complete || !this.#jobs.empty || !lanes.idle) return;
    this.#streamed = true;
    this.#watch?.stop();
    lanes.finish();
    this.#progress.tell();
    this.#session.channel.send({
      type: 'streamed',
      payload: Math.max(0, this.#payload),
      wire: lanes.wireBytes,
    });
  }

  async #stream(): Promise<Receipt> {
    for (;;) {
      const message = await this.#session.channel.receive(this.#ending.signal);
      switch (message.type) {
        case 'want':
          this.#manifest.answer(message);
          this.#lanes?.dispatch();
          this.#progressMade();
          break;
        case 'go':
          this.#watch ??= new StallWatch(() => {
            if (!this.#waiting) this.#options.onEvent({ type: 'stalled' });
          });
          this.#lanes?.open();
          break;
        case 'settled':
          this.#watch?.moved();
          this.#lanes?.settled(message);
          break;
        case 'state':
          this.#lanes?.state(message);
          break;
        case 'receipt':
          return this.#end(message.receipt);
        default:
          throw unexpected(message);
      }
    }
  }

  async #end(receipt: Receipt): Promise<Receipt> {
    if (!this.#streamed) throw new MoverError('PEER_VIOLATION', { detail: 'a receipt before the end' });
    if ((receipt.outcome === 'dry-run') !== this.#dryRun) {
      throw new MoverError('PEER_VIOLATION', { detail: 'a receipt of another kind of move' });
    }
    const { channel } = this.#session;
    channel.send({ type: 'receipt-ok' });
    await flushedSoon(channel);
    // A receiver that miscounts is not believed: what it says did not arrive may not have.
    const held: Receipt =
      this.#dryRun || agreesWith(receipt, this.#offer) ? receipt : { ...receipt, outcome: 'partial' };
    this.#options.onEvent({ type: 'receipt', receipt: held });
    return held;
  }

  /** What can be said of a move that broke off: nothing was added yet as far as this side knows. */
  interrupted(): Receipt | undefined {
    if (this.#lanes === undefined) return undefined;
    const { kinds } = this.#progress.snapshot();
    return interruptedReceipt(this.#offer, kinds, {
      payload: Math.max(0, this.#payload),
      wire: this.#lanes.wireBytes + this.#session.channel.wireBytes,
      seconds: (performance.now() - this.#began) / 1000,
    });
  }

  async close(): Promise<void> {
    this.#watch?.stop();
    this.#manifest.wake();
    await this.#lanes?.stop();
    await this.#segments.close();
    this.#answers.close();
  }
}
