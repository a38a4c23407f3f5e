/**
 * The old device's side of a move: pair → hello → offer → plan → manifest and stream → receipt (PROTOCOL.md,
 * "Session").
 */
import { MoverError } from '../errors.ts';
import type { AppVerdict } from '../compat/facts.ts';
import type { Source } from '../devices/port.ts';
import { KINDS, type Kind } from '../kinds/kind.ts';
import { LIMITS } from '../limits.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import { Vault } from '../privacy/vault.ts';
import type { PairingSecret, SecretKind } from '../pairing/machine.ts';
import { ManifestPages } from '../stream/manifest-pages.ts';
import type { PairedSession } from '../wire/channel.ts';
import type { Message, MessageOf, Receipt } from '../wire/messages.ts';
import { pairAsSender } from '../wire/pair-client.ts';
import { openAnonymousFile } from './anonymous-file.ts';
import { endWith, flushedSoon, SessionSignal } from './ending.ts';
import type { Address, Choice, Listener, Plan } from './events.ts';
import { JobSource } from './job-source.ts';
import { defaultLanes } from './lane-count.ts';
import { ManifestSender } from './manifest-sender.ts';
import { scanSource, type ScannedSource } from './offer.ts';
import { ProgressMeter } from './progress.ts';
import { agreesWith, interruptedReceipt } from './receipt.ts';
import { identityTag, introduction, sameDevice } from './same-device.ts';
import type { RateLimit } from './rate-limit.ts';
import { SegmentReader } from './segment-reader.ts';
import { SendLanes } from './send-lanes.ts';
import { WarmWorkers } from './warm-workers.ts';

export interface SendOptions {
  readonly source: Source;
  readonly to: Address;
  /** Six digits, or the secret of a QR code. Wiped when the move ends. */
  readonly code: PairingSecret;
  /** Default `code`. */
  readonly secretKind?: SecretKind;
  /** From a QR code: the certificate the receiver must have. */
  readonly certificateDigest?: Buffer;
  /** Kinds to offer; all by default. */
  readonly kinds?: readonly Kind[];
  /** Connections to stream over; as `defaultLanes` says when absent. */
  readonly lanes?: number;
  readonly androidId?: Ephemeral<string>;
  /** Of the network; none by default. It may be changed while the move runs. */
  readonly limit?: RateLimit;
  readonly onEvent: Listener;
  /** What to move of the plan; undefined declines the move. */
  readonly onPlan: (plan: Plan) => Promise<Choice | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Moves a source to the receiver at `to`.
 * @returns the receipt, the same the receiver holds; `outcome` says whether everything arrived.
 * @throws MoverError with the reason the move did not come to a receipt.
 */
export function send(options: SendOptions): Promise<Receipt> {
  return Vault.during((vault) => {
    vault.keep(options.code);
    if (options.androidId !== undefined) vault.keep(options.androidId);
    return sendWith(options, vault);
  });
}

async function sendWith(options: SendOptions, vault: Vault): Promise<Receipt> {
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
    if (session !== undefined) await endWith(session.channel, error);
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
  #offer: ScannedSource['kinds'] = [];
  #appsOffered: ReadonlySet<string> = new Set();
  readonly #lanesWanted: number;
  #payload = 0;
  #streamed = false;
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
    this.#jobs = new JobSource(options.source, this.#pages, this.#segments);
    session.channel.onWaiting = (until) => {
      options.onEvent({ type: 'waiting', until });
    };
    session.channel.onResumed = () => {
      options.onEvent({ type: 'resumed' });
    };
  }

  async run(scanning: Promise<ScannedSource>): Promise<Receipt> {
    const peer = await this.#hello();
    const scanned = await scanning;
    this.#sendOffer(scanned, peer);
    const plan = await this.#expectPlan(peer);
    const choice = await this.#options.onPlan(plan.shown);
    if (choice === undefined) throw new MoverError('CANCELLED');
    const kinds = plan.shown.kinds.filter((kind) => choice.kinds.includes(kind));
    this.#session.channel.send({ type: 'begin', kinds, apps: [...choice.apps] });
    this.#began = performance.now();
    for (const { kind, bytes, entries } of scanned.kinds) {
      if (kinds.includes(kind)) this.#progress.expect(kind, { bytes, entries });
    }
    this.#startLanes(plan.lanePorts);
    const sending = this.#manifest.send(
      scanned.pages,
      { kinds: new Set(kinds), apps: new Set(choice.apps) },
      this.#ending.signal,
    );
    sending.then(
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

  async #hello(): Promise<Plan['peer']> {
    const { channel, appKey } = this.#session;
    const identity = identityTag(appKey, this.#options.androidId);
    channel.send({ type: 'hello', device: introduction(this.#options.source.device), identity });
    const hello = await this.#expect('hello');
    if (sameDevice(identity, hello.identity)) throw new MoverError('SAME_DEVICE');
    return hello.device;
  }

  #sendOffer(scanned: ScannedSource, peer: Plan['peer']): void {
    const { channel } = this.#session;
    const { apps, kinds } = scanned;
    for (let first = 0; first < apps.length; first += LIMITS.appsPerMessage) {
      channel.send({ type: 'apps', apps: apps.slice(first, first + LIMITS.appsPerMessage) });
    }
    this.#offer = kinds;
    this.#appsOffered = new Set(apps.map((app) => app.package));
    channel.send({ type: 'offer', kinds: [...kinds], lanes: this.#lanesWanted });
    this.#options.onEvent({ type: 'offer', offer: { peer, kinds, apps } });
  }

  async #expectPlan(peer: Plan['peer']): Promise<{ shown: Plan; lanePorts: readonly number[] }> {
    const verdicts: AppVerdict[] = [];
    for (;;) {
      const message = await this.#receive();
      if (message.type === 'verdicts' && verdicts.length < LIMITS.apps) {
        verdicts.push(...message.verdicts);
      } else if (message.type === 'plan') {
        this.#checkPlan(message, verdicts);
        const { kinds, freeBytes, lanePorts, dryRun } = message;
        const shown: Plan = { peer, kinds, verdicts, freeBytes, ...(dryRun === true ? { dryRun } : {}) };
        this.#dryRun = dryRun === true;
        this.#options.onEvent({ type: 'plan', plan: shown });
        return { shown, lanePorts };
      } else {
        throw unexpected(message);
      }
    }
  }

  /** A receiver may take less than was offered, never something else. */
  #checkPlan({ kinds, lanePorts }: MessageOf<'plan'>, verdicts: readonly AppVerdict[]): void {
    const kindsOffered = new Set(this.#offer.map(({ kind }) => kind));
    const within =
      new Set(kinds).size === kinds.length &&
      kinds.every((kind) => kindsOffered.has(kind)) &&
      verdicts.every((verdict) => this.#appsOffered.has(verdict.package)) &&
      lanePorts.length <= this.#lanesWanted;
    if (!within) throw new MoverError('PEER_VIOLATION', { detail: 'a plan beyond the offer' });
  }

  #startLanes(lanePorts: readonly number[]): void {
    this.#lanes = new SendLanes({
      session: this.#session,
      host: this.#options.to.host,
      controlPort: this.#options.to.port,
      lanePorts,
      workers: this.#workers,
      limit: this.#options.limit,
      jobs: this.#jobs,
      onBytes: (content) => {
        this.#session.channel.touch();
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
      const message = await this.#receive();
      switch (message.type) {
        case 'want':
          this.#manifest.answer(message);
          this.#lanes?.deal();
          this.#progressMade();
          break;
        case 'go':
          this.#lanes?.open();
          break;
        case 'settled':
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

  async #expect<T extends Message['type']>(type: T): Promise<MessageOf<T>> {
    const message = await this.#receive();
    if (message.type !== type) throw unexpected(message);
    return message as MessageOf<T>;
  }

  #receive(): Promise<Message> {
    return this.#session.channel.receive(this.#ending.signal);
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
    this.#manifest.wake();
    await this.#lanes?.stop();
    await this.#segments.close();
    this.#answers.close();
  }
}

function unexpected(message: Message): MoverError {
  return new MoverError('PEER_VIOLATION', { detail: `an unexpected ${message.type}` });
}
