/** One sending lane as the engine's thread sees it: its worker, what was dispatched to it and what of that is still open. */
import type { MessagePort, Worker } from 'node:worker_threads';
import { MoverError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { FileJobs, FromSendLane, SendJob, ToSendLane } from '../../lanes/lane-messages.ts';

/** `joining` until the connection stands; `asking` after it was lost, until the receiver has said what it has. */
type LaneState = 'joining' | 'streaming' | 'asking' | 'finished';

export class SendLaneHandle {
  readonly lane: number;
  state: LaneState = 'joining';
  /** Dispatched and not settled, with the size while the lane has not yet reported it as sent. */
  readonly open = new Map<number, number>();
  #unsentEntries = 0;
  #unsentBytes = 0;
  #index = 0;
  #asked: number[] = [];
  #movedMs = 0;
  #patienceMs: number = LIMITS.laneStallMs;
  readonly #worker: Worker;

  constructor(
    lane: number,
    worker: Worker,
    listener: { onMessage: (message: FromSendLane) => void; onError: (error: MoverError) => void },
  ) {
    this.lane = lane;
    this.#worker = worker;
    this.#worker.on('message', listener.onMessage);
    this.#worker.on('error', (error) => {
      listener.onError(MoverError.from(error));
    });
    this.join();
  }

  /** Something went out on the lane, or was settled of what did. */
  moved(): void {
    this.#movedMs = performance.now();
    this.#patienceMs = LIMITS.laneStallMs;
  }

  /** The network was away: a lane that shows no life within seconds has not come back with it. */
  doubt(): void {
    this.#movedMs = Math.min(this.#movedMs, performance.now() - this.#patienceMs + LIMITS.laneJoinMs);
  }

  /** Gives the connection up if it should move something and has not for too long. */
  dropIfStalled(): void {
    if (this.state !== 'streaming' || this.open.size === 0) return;
    if (performance.now() - this.#movedMs < this.#patienceMs) return;
    this.#patienceMs = Math.min(2 * this.#patienceMs, LIMITS.laneStallMostMs);
    this.#movedMs = performance.now();
    this.#post({ type: 'drop' });
  }

  /** Dials (again). Every connection of the lane has a higher index than the one before. */
  join(): void {
    this.state = 'joining';
    this.#index += 1;
    this.#post({ type: 'join', index: this.#index });
  }

  /** Whether the lane takes `LIMITS.dispatchEntries` more: it streams, and has not far too much before it. */
  get hasCapacity(): boolean {
    return (
      this.state === 'streaming' &&
      this.open.size + LIMITS.dispatchEntries <= LIMITS.laneEntries &&
      this.#unsentEntries < LIMITS.dealtEntries &&
      this.#unsentBytes < LIMITS.dispatchedBytes
    );
  }

  /** Jobs are dispatched in their order: runs of whole files as columns, whatever else as it is. */
  dispatch(jobs: readonly SendJob[]): void {
    if (this.open.size === 0) this.#movedMs = performance.now();
    let files: SendJob[] = [];
    const post = (): void => {
      if (files[0] !== undefined) this.#post({ type: 'files', files: columnsOf(files[0].kind, files) });
      files = [];
    };
    for (const job of jobs) {
      this.open.set(job.entry, job.size);
      this.#unsentEntries += 1;
      this.#unsentBytes += job.size;
      if (isWholeFile(job)) {
        if (files[0] !== undefined && files[0].kind !== job.kind) post();
        files.push(job);
      } else {
        post();
        this.#worker.postMessage({ type: 'jobs', jobs: [job] } satisfies ToSendLane, transferable(job));
      }
    }
    post();
  }

  /** The lane has put the entry on the wire, or could not read it. */
  sent(entry: number): void {
    const size = this.open.get(entry);
    if (size === undefined || size < 0) return;
    this.#unsentEntries -= 1;
    this.#unsentBytes -= size;
    this.open.set(entry, -1);
  }

  settled(entry: number): boolean {
    this.sent(entry);
    return this.open.delete(entry);
  }

  /** The connection is gone: everything open has to be asked about. */
  lost(): number[] {
    this.state = 'asking';
    this.#asked = [...this.open.keys()];
    this.open.clear();
    this.#unsentEntries = 0;
    this.#unsentBytes = 0;
    return this.#asked;
  }

  takeAsked(): readonly number[] {
    const asked = this.#asked;
    this.#asked = [];
    return asked;
  }

  /** Bytes a second from now on; null for as many as go. */
  limit(bytesPerSecond: number | null): void {
    this.#post({ type: 'limit', bytesPerSecond });
  }

  finish(): void {
    this.#post({ type: 'finish' });
  }

  async stop(): Promise<void> {
    this.#post({ type: 'abort' });
    await this.#worker.terminate();
  }

  #post(message: ToSendLane): void {
    this.#worker.postMessage(message);
  }
}

function isWholeFile({ content, prefixes: held, mtimeMs }: SendJob): boolean {
  return content.type === 'path' && held.length === 0 && mtimeMs !== undefined;
}

function columnsOf(kind: Kind, jobs: readonly SendJob[]): FileJobs {
  return {
    kind,
    entries: jobs.map(({ entry }) => entry),
    sizes: jobs.map(({ size }) => size),
    mtimesMs: jobs.map(({ mtimeMs = 0 }) => mtimeMs),
    paths: jobs.map(({ content }) => (content.type === 'path' ? content.path : '')),
  };
}

/** A segment was made for the lane and goes to it; the bytes of a file are the source's own and must stay with it. */
function transferable({ kind, content }: SendJob): (ArrayBuffer | MessagePort)[] {
  if (content.type === 'stream') return [content.port];
  if (content.type !== 'bytes' || kind === 'files' || kind === 'apps') return [];
  const { buffer, byteLength } = content.bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
