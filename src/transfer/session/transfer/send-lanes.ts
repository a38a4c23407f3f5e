/**
 * The lanes of a sender: dispatches what is to be sent to the least loaded, and when one breaks asks the receiver what is
 * there and dispatches the rest again. At most one chunk per lane and what was not flushed is sent twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { MoverError } from '../../errors.ts';
import type { Kind, SkipReason } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';
import type { Ephemeral } from '../../privacy/ephemeral.ts';
import { sharedCopy } from '../../privacy/shared-copy.ts';
import type { FromSendLane, SendJob } from '../../lanes/lane-messages.ts';
import type { SendLaneData } from '../../lanes/send-lane-worker.ts';
import type { PairedSession } from '../../wire/channel.ts';
import type { MessageOf } from '../../wire/messages.ts';
import { batches } from '../batches.ts';
import type { JobSource } from './job-source.ts';
import type { RateLimit } from '../rate-limit.ts';
import { SendLaneHandle } from './send-lane-handle.ts';
import type { WarmWorkers } from './warm-workers.ts';

export interface SendLanesOptions {
  readonly session: PairedSession;
  readonly host: string;
  readonly typed: true | undefined;
  readonly controlPort: number;
  readonly lanePorts: readonly number[];
  readonly workers: WarmWorkers;
  readonly limit: RateLimit | undefined;
  readonly jobs: JobSource;
  readonly onBytes: (content: Partial<Record<Kind, number>>) => void;
  readonly onResumed: (bytes: number) => void;
  /** An entry came to its end: verified by the receiver, or skipped here. */
  readonly onSettled: (entry: number) => void;
  /** This entry was given up, before `onSettled` of it. */
  readonly onSkipped?: (entry: number, reason: SkipReason) => void;
  /** Everything known so far has been dispatched. */
  readonly onIdle: () => void;
  readonly onFailed: (error: MoverError) => void;
  readonly signal: AbortSignal;
}

export class SendLanes {
  readonly #options: SendLanesOptions;
  readonly #lanes: SendLaneHandle[];
  /** Copies of the join key in the memory of the lanes. */
  readonly #joinKeys: Ephemeral<Buffer>[] = [];
  readonly #retried = new Map<number, number>();
  #unlimited: (() => void) | undefined;
  readonly #watching: NodeJS.Timeout;
  #wireBytes = 0;
  #open = false;
  #away = false;
  #dispatching = false;
  #dispatchAgain = false;

  constructor(options: SendLanesOptions) {
    this.#options = options;
    this.#lanes = options.lanePorts.map((port, lane) => this.#start(port, lane));
    this.#watching = setInterval(() => {
      this.#dropStalled();
    }, LIMITS.laneStallMs / 8);
    this.#watching.unref();
    const { limit } = options;
    if (limit === undefined) return;
    const share = (): void => {
      const { bytesPerSecond } = limit;
      const each = bytesPerSecond === null ? null : bytesPerSecond / this.#lanes.length;
      for (const lane of this.#lanes) lane.limit(each);
    };
    this.#unlimited = limit.onChange(share);
    if (limit.bytesPerSecond !== null) share();
  }

  #start(port: number, lane: number): SendLaneHandle {
    const { session, host, typed, controlPort, workers, onFailed } = this.#options;
    const joinKey = sharedCopy(session.joinKey);
    this.#joinKeys.push(joinKey);
    const data: SendLaneData = {
      host,
      typed,
      port,
      controlPort,
      lane,
      certificateDigest: new Uint8Array(session.certificateDigest),
      joinKey: joinKey.use((key) => key),
    };
    return new SendLaneHandle(lane, workers.take(data), {
      onMessage: (message) => {
        this.#handle(lane, message);
      },
      onError: onFailed,
    });
  }

  /** Bytes of all lane connections. */
  get wireBytes(): number {
    return this.#wireBytes;
  }

  /** A lane that is held back by a limit, or by a control channel that is away, is not dead. */
  #dropStalled(): void {
    if (this.#away || typeof this.#options.limit?.bytesPerSecond === 'number') return;
    for (const lane of this.#lanes) lane.dropIfStalled();
  }

  /** The control channel is gone, or has come back. */
  set away(away: boolean) {
    this.#away = away;
    if (!away) for (const lane of this.#lanes) lane.doubt();
  }

  /** No dispatched entry is open any more. */
  get idle(): boolean {
    return !this.#dispatching && this.#lanes.every((lane) => lane.open.size === 0 && lane.state !== 'asking');
  }

  /** The receiver has said go. */
  open(): void {
    this.#open = true;
    this.dispatch();
  }

  /** Dispatches while a lane has capacity. Reading segments takes time, so one dispatch runs at a time. */
  dispatch(): void {
    if (!this.#open) return;
    if (this.#dispatching) {
      this.#dispatchAgain = true;
      return;
    }
    this.#dispatching = true;
    this.#dispatchAll().then(
      () => {
        this.#dispatching = false;
        if (this.#dispatchAgain) {
          this.#dispatchAgain = false;
          this.dispatch();
        } else {
          this.#options.onIdle();
        }
      },
      (error: unknown) => {
        this.#options.onFailed(MoverError.from(error));
      },
    );
  }

  async #dispatchAll(): Promise<void> {
    for (
      let lane = this.#leastLoaded();
      lane !== undefined && !this.#options.jobs.empty;
      lane = this.#leastLoaded()
    ) {
      this.#options.signal.throwIfAborted();
      const jobs: SendJob[] = [];
      let bytes = 0;
      while (jobs.length < LIMITS.dispatchEntries && bytes < LIMITS.dispatchedBytes / 4) {
        const next = this.#options.jobs.next();
        const job = next instanceof Promise ? await next : next;
        if (job === undefined) break;
        if ('skipped' in job) {
          this.#skip([[job.skipped, 'changed']]);
        } else {
          jobs.push(job);
          bytes += job.size;
        }
      }
      // The lane may have been lost while a segment was read: its jobs must not be.
      if (lane.state === 'streaming') lane.dispatch(jobs);
      else for (const { entry, prefixes: held } of jobs) this.#options.jobs.again({ entry, prefixes: held });
    }
  }

  #leastLoaded(): SendLaneHandle | undefined {
    let best: SendLaneHandle | undefined;
    for (const lane of this.#lanes) {
      if (lane.hasCapacity && (best === undefined || lane.open.size < best.open.size)) best = lane;
    }
    return best;
  }

  #handle(number: number, message: FromSendLane): void {
    const lane = this.#lanes[number];
    if (lane === undefined) return;
    switch (message.type) {
      case 'joined':
        lane.state = 'streaming';
        lane.moved();
        this.dispatch();
        break;
      case 'sent':
        this.#sent(lane, message);
        break;
      case 'bytes':
        lane.moved();
        this.#wireBytes += message.wire;
        this.#options.onBytes(message.content);
        break;
      case 'lost':
        this.#lost(lane, message.code);
        break;
      case 'finished':
        lane.state = 'finished';
        break;
    }
  }

  #sent(lane: SendLaneHandle, { sent, skipped }: Extract<FromSendLane, { type: 'sent' }>): void {
    const { entries, digests, resumed } = sent;
    lane.moved();
    for (const entry of entries) lane.sent(entry);
    for (const [, bytes] of resumed) this.#options.onResumed(bytes);
    const told = entries.map((entry, index): [number, string] => [entry, digests[index] ?? '']);
    for (const some of batches(told, LIMITS.pageEntries)) {
      this.#options.session.channel.send({ type: 'sent', digests: some, skipped: [] });
    }
    if (skipped.length > 0) {
      for (const [entry] of skipped) lane.settled(entry);
      this.#skip(skipped);
    }
    this.dispatch();
  }

  #skip(skipped: readonly (readonly [number, SkipReason])[]): void {
    const told = skipped.map(([entry, reason]): [number, SkipReason] => [entry, reason]);
    for (const some of batches(told, LIMITS.pageEntries)) {
      this.#options.session.channel.send({ type: 'sent', digests: [], skipped: some });
    }
    for (const [entry, reason] of skipped) {
      this.#options.onSkipped?.(entry, reason);
      this.#options.onSettled(entry);
    }
  }

  /** The receiver's word on entries it has compared. */
  settled({ verified, again }: MessageOf<'settled'>): void {
    for (const entry of verified) {
      if (this.#close(entry)) this.#options.onSettled(entry);
    }
    for (const entry of again) {
      if (!this.#close(entry)) continue;
      const times = (this.#retried.get(entry) ?? 0) + 1;
      this.#retried.set(entry, times);
      if (times > LIMITS.entryRetries) this.#skip([[entry, 'damaged']]);
      else this.#options.jobs.again({ entry, prefixes: [] });
    }
    this.dispatch();
  }

  #close(entry: number): boolean {
    return this.#lanes.some((lane) => {
      if (!lane.settled(entry)) return false;
      lane.moved();
      return true;
    });
  }

  #lost(lane: SendLaneHandle, code: MoverError['code']): void {
    if (lane.state === 'finished') return;
    if (code === 'PAIRING_FAILED' || code === 'PEER_VIOLATION') {
      this.#options.onFailed(new MoverError(code));
      return;
    }
    this.#options.session.channel.send({ type: 'ask', lane: lane.lane, entries: lane.lost() });
  }

  /** The receiver's answer to `ask`: what was done is done, the rest is dispatched again, from where it broke. */
  state({ lane: number, done, held }: MessageOf<'state'>): void {
    const lane = this.#lanes[number];
    if (lane?.state !== 'asking')
      throw new MoverError('PEER_VIOLATION', { detail: 'a state nobody asked for' });
    const finished = new Set(done);
    const prefixes = new Map<number, { from: number; digest: string }[]>();
    for (const [entry, from, digest] of held) {
      const size = this.#options.jobs.sizeOf(entry);
      if (size === undefined || from > size) {
        throw new MoverError('PEER_VIOLATION', { detail: 'a state of another entry' });
      }
      prefixes.set(entry, [...(prefixes.get(entry) ?? []), { from, digest }]);
    }
    for (const entry of lane.takeAsked()) {
      if (finished.has(entry)) this.#options.onSettled(entry);
      else this.#options.jobs.again({ entry, prefixes: prefixes.get(entry) ?? [] });
    }
    this.#redial(lane);
  }

  /** At once after a first loss; a pause between attempts lets a network that is away come back. */
  #redial(lane: SendLaneHandle): void {
    const { signal, onFailed } = this.#options;
    delay(LIMITS.redialMs, undefined, { signal, ref: false }).then(
      () => {
        lane.join();
        this.dispatch();
      },
      (error: unknown) => {
        if (!signal.aborted) onFailed(MoverError.from(error));
      },
    );
  }

  finish(): void {
    for (const lane of this.#lanes) lane.finish();
  }

  async stop(): Promise<void> {
    this.#unlimited?.();
    clearInterval(this.#watching);
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
    for (const key of this.#joinKeys) key.wipe();
  }
}
