/** The lanes of a receiver: their workers, and those that had to come through the control port. */
import type { Duplex } from 'node:stream';
import type { Worker } from 'node:worker_threads';
import { MoverError } from '../../errors.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { Identity } from '../../pairing/identity.ts';
import type { Ephemeral } from '../../privacy/ephemeral.ts';
import { sharedCopy } from '../../privacy/shared-copy.ts';
import type {
  FromReceiveLane,
  PageAddress,
  StagedEntries,
  ToReceiveLane,
} from '../../lanes/lane-messages.ts';
import { EntryClaims } from '../../lanes/entry-claims.ts';
import { LaneStaging } from '../../lanes/lane-staging.ts';
import type { ReceiveLaneData } from '../../lanes/receive-lane-worker.ts';
import type { StagingPlace } from '../../lanes/staging-place.ts';
import { answerLaneJoin } from '../../wire/lane-join.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { LanePlace, StagingStore } from '../staging-store/staging-store.ts';
import type { WarmWorkers } from './warm-workers.ts';

export interface ReceiveLanesOptions {
  readonly count: number;
  readonly workers: WarmWorkers;
  readonly limit: RateLimit | undefined;
  readonly identity: Identity;
  readonly joinKey: Ephemeral<Buffer>;
  readonly host: string | undefined;
  /** Port of the first lane, the others following; 0 for free ones. */
  readonly firstPort: number;
  readonly staging: Pick<StagingStore, 'openLane' | 'manifest'>;
  readonly onStaged: (staged: StagedEntries) => void;
  /** The destination cannot take this entry. */
  readonly onRefused: (entry: number) => void;
  readonly onBytes: (content: Partial<Record<Kind, number>>) => void;
  readonly onFailed: (error: MoverError) => void;
}

interface WorkerLane {
  readonly worker: Worker;
  /** The copy of the join key in its memory. */
  readonly secrets: readonly Ephemeral<Buffer>[];
  /** Resolved by the next `quiet` of this lane. */
  quiet: (() => void) | undefined;
}

export class ReceiveLanes {
  readonly #options: ReceiveLanesOptions;
  readonly #workers: WorkerLane[] = [];
  readonly #pages: PageAddress[] = [];
  /** Lanes run in this thread because their own port could not be reached. */
  readonly #claims = new EntryClaims();
  readonly #inline = new Map<number, LaneStaging>();
  readonly #places: LanePlace[] = [];
  /** For a lane that comes through the control port later. */
  readonly #prefixes = new Map<number, number>();
  readonly #lastIndex = new Map<number, number>();
  #unlimited: (() => void) | undefined;
  #wireBytes = 0;
  #stopped = false;

  private constructor(options: ReceiveLanesOptions) {
    this.#options = options;
  }

  /** Starts the lanes' listeners. @throws MoverError when none can be started. */
  static async start(options: ReceiveLanesOptions): Promise<{ lanes: ReceiveLanes; ports: number[] }> {
    const lanes = new ReceiveLanes(options);
    try {
      const ports = await Promise.all(Array.from({ length: options.count }, (_, lane) => lanes.#start(lane)));
      lanes.#applyRateLimit();
      return { lanes, ports };
    } catch (error) {
      await lanes.stop();
      throw error;
    }
  }

  #applyRateLimit(): void {
    const { limit } = this.#options;
    if (limit === undefined) return;
    this.#unlimited = limit.onChange(() => {
      this.#tell(this.#share());
    });
    this.#tell(this.#share());
  }

  #share(): { readonly type: 'limit'; readonly bytesPerSecond: number | null } {
    const bytesPerSecond = this.#options.limit?.bytesPerSecond ?? null;
    return {
      type: 'limit',
      bytesPerSecond: bytesPerSecond === null ? null : bytesPerSecond / this.#options.count,
    };
  }

  get wireBytes(): number {
    return this.#wireBytes;
  }

  #start(lane: number): Promise<number> {
    const { identity, host, firstPort, staging, workers } = this.#options;
    const place = this.#openPlace();
    const key = sharedCopy(identity.key);
    const joinKey = sharedCopy(this.#options.joinKey);
    const data: ReceiveLaneData = {
      lane,
      staging: place,
      manifest: staging.manifest,
      claims: this.#claims.buffer,
      host,
      port: firstPort === 0 ? 0 : firstPort + lane,
      key: key.use((bytes) => bytes),
      certificate: identity.certificate,
      certificateDigest: new Uint8Array(identity.digest),
      joinKey: joinKey.use((bytes) => bytes),
    };
    const worker = workers.take(data, place.type === 'device' ? [place.port] : []);
    this.#workers[lane] = { worker, secrets: [key, joinKey], quiet: undefined };
    const listening = new Promise<number>((resolve, reject) => {
      worker.on('message', (message: FromReceiveLane) => {
        if (message.type === 'listening') resolve(message.port);
        else if (message.type === 'failed') reject(new MoverError(message.code));
        this.#handle(lane, message);
      });
      worker.on('error', (error) => {
        reject(error);
        this.#options.onFailed(MoverError.from(error));
      });
    });
    // TLS has what it needs, or never will.
    return listening.finally(() => {
      key.wipe();
    });
  }

  #handle(lane: number, message: FromReceiveLane): void {
    switch (message.type) {
      case 'staged':
        this.#options.onStaged(message.staged);
        break;
      case 'refused':
        this.#options.onRefused(message.entry);
        break;
      case 'bytes':
        this.#wireBytes += message.wire;
        this.#options.onBytes(message.content);
        break;
      case 'failed':
        this.#options.onFailed(new MoverError(message.code));
        break;
      case 'quiet': {
        const waiting = this.#workers[lane];
        waiting?.quiet?.();
        break;
      }
      case 'listening':
      case 'joined':
      case 'lost':
      case 'finished':
        break;
    }
  }

  /** Makes a page known to every lane; to be called before the page is answered. */
  page(page: PageAddress): void {
    this.#pages.push(page);
    this.#claims.grow(page.first + page.count);
    this.#tell({ type: 'page', page });
  }

  /** The sender is to send this entry again, on any lane. */
  release(entry: number): void {
    this.#claims.release(entry);
  }

  held(held: readonly (readonly [number, number])[]): void {
    if (held.length === 0) return;
    for (const [entry, from] of held) this.#prefixes.set(entry, from);
    this.#tell({ type: 'held', prefixes: held });
  }

  #tell(message: Exclude<ToReceiveLane, { type: 'stop' }>): void {
    for (const { worker } of this.#workers) worker.postMessage(message);
    for (const lane of this.#inline.values()) lane.handle(message);
  }

  /** A lane that comes through the control port: slower, never stuck. */
  async joinInline(socket: Duplex, head: Buffer): Promise<void> {
    const { count, joinKey } = this.#options;
    const { lane } = await answerLaneJoin(socket, head, {
      joinKey,
      laneCount: count,
      claim: (number, index) => {
        if (index <= (this.#lastIndex.get(number) ?? 0)) return false;
        this.#lastIndex.set(number, index);
        return true;
      },
    });
    let staging = this.#inline.get(lane);
    if (staging === undefined) {
      staging = this.#makeInline(lane);
      this.#inline.set(lane, staging);
    }
    await staging.receive(socket);
  }

  #makeInline(lane: number): LaneStaging {
    const staging = new LaneStaging({
      lane,
      staging: this.#openPlace(),
      manifest: this.#options.staging.manifest,
      claims: this.#claims.buffer,
      report: (message) => {
        this.#handle(lane, message);
      },
      drain: () => undefined,
    });
    staging.handle(this.#share());
    for (const page of this.#pages) staging.handle({ type: 'page', page });
    staging.handle({ type: 'held', prefixes: [...this.#prefixes] });
    return staging;
  }

  #openPlace(): StagingPlace {
    const place = this.#options.staging.openLane();
    this.#places.push(place);
    return place.staging;
  }

  /** Brings a lane to rest: its connection is gone and its files are closed when this resolves. */
  async quiesce(lane: number): Promise<void> {
    const inline = this.#inline.get(lane);
    if (inline !== undefined) {
      this.#inline.delete(lane);
      await inline.stop();
    }
    const own = this.#workers[lane];
    if (own === undefined) throw new MoverError('PEER_VIOLATION', { detail: 'a lane that does not exist' });
    // A lane that has ended is at rest, and answers nothing.
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      own.quiet = resolve;
      own.worker.postMessage({ type: 'quiesce' } satisfies ToReceiveLane);
    });
    own.quiet = undefined;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unlimited?.();
    for (const lane of this.#inline.values()) await lane.stop();
    this.#inline.clear();
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
    await Promise.all(this.#places.map((place) => place.close()));
    for (const secret of this.#workers.flatMap(({ secrets }) => secrets)) secret.wipe();
    // A lane that has ended is at rest: whoever waits for it must not wait for ever.
    for (const { quiet } of this.#workers) quiet?.();
  }
}
