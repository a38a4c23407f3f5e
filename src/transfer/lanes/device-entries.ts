/**
 * Entries on their way to a device that is no disk: a lane's worker hands the bytes to the thread that has the device, and
 * hears of each entry when it has been read back there. Many small entries are on their way at once: a device behind a cable
 * takes as long for one as for fifty.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type ErrorCode, MoverError } from '../errors.ts';
import type { Entry } from '../kinds/entry.ts';
import type { Digest } from '../disk/digest.ts';
import type { EntryStore, EntryWriter } from './entry-store.ts';

/** Bytes a lane has on their way to the device at most, and a bit. */
const AHEAD_BYTES = 4 * 1024 * 1024;
/** Entries it has on their way. */
const AHEAD_ENTRIES = 256;

/** `id` numbers the writings of a lane. */
type ToDevice = { readonly id: number } & (
  | { readonly type: 'open'; readonly entry: Entry; readonly from: number }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'abort' }
);
type FromDevice = { readonly id: number } & (
  | { readonly type: 'taken'; readonly bytes: number }
  | { readonly type: 'done'; readonly digest: Digest }
  | { readonly type: 'failed'; readonly code: ErrorCode }
);

/** The worker's end. */
export class DeviceEntries implements EntryStore {
  readonly #port: MessagePort;
  readonly #writers = new Map<number, DeviceEntry>();
  #last = 0;
  #aheadBytes = 0;
  readonly #waiting = new Gate();
  readonly #emptying = new Gate();

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: FromDevice) => {
      if (message.type === 'taken') this.#aheadBytes -= message.bytes;
      else {
        const writer = this.#writers.get(message.id);
        this.#writers.delete(message.id);
        if (message.type === 'done') writer?.done(message.digest);
        else writer?.failed(new MoverError(message.code));
      }
      if (!this.#isFull()) this.#waiting.open();
      if (this.#writers.size === 0) this.#emptying.open();
    });
    // A lane that has nothing to do lets its thread end.
    port.unref();
  }

  open(entry: Entry, from: number): EntryWriter {
    this.#last += 1;
    const id = this.#last;
    const post = (message: ToDevice, bytes?: ArrayBuffer): void => {
      this.#port.postMessage(message, bytes === undefined ? [] : [bytes]);
    };
    const writer = new DeviceEntry(
      {
        write: (bytes) => {
          // A copy: the lane uses its memory again.
          const own = new Uint8Array(bytes);
          this.#aheadBytes += own.byteLength;
          post({ id, type: 'bytes', bytes: own }, own.buffer);
        },
        end: () => {
          post({ id, type: 'end' });
        },
        abort: () => {
          post({ id, type: 'abort' });
        },
      },
      () => this.ready(),
    );
    this.#writers.set(id, writer);
    post({ id, type: 'open', entry, from });
    return writer;
  }

  /** It was not begun there, or is given up there. */
  discard(): void {
    // Whatever is there of it is written over.
  }

  ready(): Promise<void> | undefined {
    return this.#isFull() ? this.#waiting.opened() : undefined;
  }

  async idle(): Promise<void> {
    if (this.#writers.size > 0) await this.#emptying.opened();
  }

  #isFull(): boolean {
    return this.#aheadBytes >= AHEAD_BYTES || this.#writers.size >= AHEAD_ENTRIES;
  }
}

interface Posting {
  readonly write: (bytes: Buffer) => void;
  readonly end: () => void;
  readonly abort: () => void;
}

class DeviceEntry implements EntryWriter {
  readonly #post: Posting;
  readonly #ready: () => Promise<void> | undefined;
  readonly #digest: Promise<Digest>;
  /** Set as the promise is made. */
  done!: (digest: Digest) => void;
  failed!: (error: MoverError) => void;

  constructor(post: Posting, ready: () => Promise<void> | undefined) {
    this.#post = post;
    this.#ready = ready;
    this.#digest = new Promise((resolve, reject) => {
      this.done = resolve;
      this.failed = reject;
    });
    // Whoever has not asked for it yet is told when it does.
    this.#digest.catch(() => undefined);
  }

  write(bytes: Buffer): void | Promise<void> {
    this.#post.write(bytes);
    const ready = this.#ready();
    // A failure ends the waiting, too.
    return ready && Promise.race([ready, this.#digest.then(() => undefined)]);
  }

  finish(): Promise<Digest> {
    this.#post.end();
    return this.#digest;
  }

  /** The device's thread answers when nothing is written any more. */
  close(): void {
    this.#post.abort();
  }
}

/** Lets those through who wait, each time it is opened. */
class Gate {
  #waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  opened(): Promise<void> {
    if (this.#waiting === undefined) {
      let open = (): void => undefined;
      const promise = new Promise<void>((resolve) => {
        open = resolve;
      });
      this.#waiting = { promise, resolve: open };
    }
    return this.#waiting.promise;
  }

  open(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}

/**
 * Stores one entry's bytes from an offset on.
 * @returns the digest of the whole entry as the device has it now. @throws what kept it from that; `CANCELLED` when the device
 *   went away, and what is there of it is to be looked at again.
 */
export type StoreEntry = (
  entry: Entry,
  from: number,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
) => Promise<Digest>;

/** @returns the port to transfer to a lane's worker, and how to end all that came by it. */
export function serveEntries(store: StoreEntry): { readonly port: MessagePort; close(): Promise<void> } {
  const { port1, port2 } = new MessageChannel();
  const open = new Map<
    number,
    { readonly queue: ByteQueue; readonly stop: AbortController; over: Promise<void> }
  >();
  const post = (message: FromDevice): void => {
    port1.postMessage(message);
  };
  const begin = (id: number, entry: Entry, from: number): void => {
    const stop = new AbortController();
    const queue = new ByteQueue((bytes) => {
      post({ id, type: 'taken', bytes });
    });
    const over = store(entry, from, queue.read(stop.signal), stop.signal).then(
      (digest) => {
        post({ id, type: 'done', digest });
      },
      (error: unknown) => {
        post({ id, type: 'failed', code: MoverError.from(error, 'DESTINATION_FAILED').code });
      },
    );
    open.set(id, {
      queue,
      stop,
      over: over.finally(() => {
        queue.drop();
        open.delete(id);
      }),
    });
  };
  port1.on('message', (message: ToDevice) => {
    const { id } = message;
    if (message.type === 'open') {
      begin(id, message.entry, message.from);
      return;
    }
    const writing = open.get(id);
    if (message.type === 'bytes') {
      if (writing === undefined) post({ id, type: 'taken', bytes: message.bytes.byteLength });
      else writing.queue.push(message.bytes);
    } else if (message.type === 'end') writing?.queue.end();
    else writing?.stop.abort(new MoverError('CANCELLED'));
  });
  const giveUp = async (): Promise<void> => {
    const writings = [...open.values()];
    for (const { stop } of writings) stop.abort(new MoverError('CANCELLED'));
    await Promise.all(writings.map(({ over }) => over));
  };
  // The lane's thread is gone.
  port1.on('close', () => void giveUp());
  return {
    port: port2,
    close: async () => {
      await giveUp();
      port1.close();
    },
  };
}

/** Bytes between a port and who reads them; the port's other end says how many it puts in. */
class ByteQueue {
  readonly #taken: (bytes: number) => void;
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #dropped = false;
  #wake: (() => void) | undefined;

  constructor(taken: (bytes: number) => void) {
    this.#taken = taken;
  }

  push(bytes: Uint8Array): void {
    if (this.#dropped) this.#taken(bytes.byteLength);
    else this.#chunks.push(bytes);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Nobody reads any more. */
  drop(): void {
    this.#dropped = true;
    for (const { byteLength } of this.#chunks.splice(0)) this.#taken(byteLength);
  }

  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        signal.throwIfAborted();
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          yield chunk;
          this.#taken(chunk.byteLength);
        } else if (this.#ended) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}
