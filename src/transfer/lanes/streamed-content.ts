/**
 * Content that has no path: a device's own stream, read on the engine's thread and handed to a lane's worker piece by
 * piece, as fast as the lane takes it. A port of its own carries each file, so that nothing is opened before its turn.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { SkipReason } from '../kinds/kind.ts';
import type { ContentDigest } from '../disk/digest.ts';
import type { ContentReader } from './read-content.ts';

/** Bytes read ahead of the lane. */
const AHEAD_BYTES = 1024 * 1024;
/** How often a lane that waits for its source says that it lives. */
const ALIVE_MS = 1_000;

/** Opens a device's stream of one file at an offset in bytes. A rejection leaves the file out, as unreadable. */
export type OpenStream = (from: number, signal: AbortSignal) => AsyncIterable<Uint8Array>;

/** `opening` counts the times a file was opened: what is still on its way from an earlier one is dropped. */
type ToSource =
  | { readonly type: 'open'; readonly opening: number; readonly from: number }
  | { readonly type: 'taken'; readonly bytes: number };
type FromSource = { readonly opening: number } & (
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'failed' }
);

/** @returns the port to transfer to the lane's worker; the stream ends when that closes it, or with the signal. */
export function serveContent(open: OpenStream, signal: AbortSignal): MessagePort {
  const { port1, port2 } = new MessageChannel();
  let stop = new AbortController();
  let ahead = 0;
  let wake: (() => void) | undefined;
  const serve = async (opening: number, from: number, stopped: AbortSignal): Promise<void> => {
    const post = (message: FromSource, bytes?: ArrayBuffer): void => {
      if (!stopped.aborted) port1.postMessage(message, bytes === undefined ? [] : [bytes]);
    };
    try {
      for await (const bytes of open(from, stopped)) {
        if (stopped.aborted) return;
        // A copy: the memory of a stream may be a pool's, which cannot change hands.
        const own = new Uint8Array(bytes);
        ahead += own.byteLength;
        post({ opening, type: 'bytes', bytes: own }, own.buffer);
        while (ahead >= AHEAD_BYTES && !stopped.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      post({ opening, type: 'end' });
    } catch {
      post({ opening, type: 'failed' });
    }
  };
  port1.on('message', (message: ToSource) => {
    if (message.type === 'taken') {
      ahead -= message.bytes;
    } else {
      stop.abort();
      stop = new AbortController();
      ahead = 0;
      void serve(message.opening, message.from, AbortSignal.any([signal, stop.signal]));
    }
    wake?.();
  });
  port1.on('close', () => {
    stop.abort();
    wake?.();
  });
  return port2;
}

/** The worker's end. */
export class StreamedContent implements ContentReader {
  readonly #port: MessagePort;
  readonly #alive: () => void;
  #opening = 0;
  #position = 0;
  #chunks: Uint8Array[] = [];
  #end: 'end' | SkipReason | undefined;
  #wake: (() => void) | undefined;

  /** @param alive called every second while the source is waited for. */
  constructor(port: MessagePort, alive: () => void) {
    this.#port = port;
    this.#alive = alive;
    port.on('message', (message: FromSource) => {
      if (message.opening !== this.#opening) return;
      if (message.type === 'bytes') this.#chunks.push(message.bytes);
      else this.#end = message.type === 'end' ? 'end' : 'unreadable';
      this.#wake?.();
    });
    port.on('close', () => {
      this.#end ??= 'unreadable';
      this.#wake?.();
    });
  }

  /** A stream has no size but its end. */
  async unchanged(): Promise<boolean> {
    return this.#opening === 0 || ((await this.#filled()) === 'end' && this.#chunks.length === 0);
  }

  async read(target: Buffer, position: number): Promise<number | SkipReason> {
    if (this.#opening === 0 || position !== this.#position) this.#open(position);
    let read = 0;
    while (read < target.length) {
      const end = await this.#filled();
      const chunk = this.#chunks[0];
      if (chunk === undefined) {
        if (end === 'end') break;
        return end ?? 'unreadable';
      }
      const part = chunk.subarray(0, target.length - read);
      target.set(part, read);
      read += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
      this.#port.postMessage({ type: 'taken', bytes: part.length } satisfies ToSource);
    }
    this.#position += read;
    return read;
  }

  async digestPrefix(length: number, digest: ContentDigest, signal: AbortSignal): Promise<number> {
    const block = Buffer.allocUnsafe(Math.min(length, AHEAD_BYTES));
    let position = 0;
    while (position < length) {
      signal.throwIfAborted();
      const part = block.subarray(0, Math.min(block.length, length - position));
      const read = await this.read(part, position);
      if (typeof read === 'string' || read === 0) break;
      digest.update(part.subarray(0, read));
      position += read;
    }
    return position;
  }

  close(): void {
    this.#port.close();
  }

  #open(from: number): void {
    this.#opening += 1;
    this.#position = from;
    this.#chunks = [];
    if (this.#end !== 'unreadable') this.#end = undefined;
    this.#port.postMessage({ type: 'open', opening: this.#opening, from } satisfies ToSource);
  }

  /** Waits for bytes or the end. */
  async #filled(): Promise<'end' | SkipReason | undefined> {
    if (this.#chunks.length > 0 || this.#end !== undefined) return this.#end;
    const timer = setInterval(this.#alive, ALIVE_MS);
    try {
      while (this.#chunks.length === 0 && this.#end === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearInterval(timer);
    }
    return this.#end;
  }
}
