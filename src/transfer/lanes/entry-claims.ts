/**
 * Who may write an entry's staged file: shared between the engine's thread and the lanes', a byte an entry. A lane claims an
 * entry before it opens the file, once; only the engine's thread gives it free again, when the sender is to send it anew.
 *
 * Without it a hostile sender could have a second lane, or the same one, remove what was verified and write other bytes of
 * the same size in its place, and go before that is reported.
 */
import { LIMITS } from '../limits.ts';

const FREE = 0;
const CLAIMED = 1;

export class EntryClaims {
  /** To be handed to a lane's thread; it grows there, too. */
  readonly buffer: SharedArrayBuffer;
  /** Without a length of its own it grows with the buffer. */
  readonly #claims: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(0, { maxByteLength: LIMITS.entries })) {
    this.buffer = buffer;
    this.#claims = new Uint8Array(buffer);
  }

  /** Makes so many entries known in all. Of the engine's thread. */
  grow(entries: number): void {
    if (entries > this.buffer.byteLength) this.buffer.grow(entries);
  }

  /** @returns false when it has been claimed before. */
  claim(entry: number): boolean {
    return Atomics.compareExchange(this.#claims, entry, FREE, CLAIMED) === FREE;
  }

  /** Of the engine's thread: the entry is to be sent again. */
  release(entry: number): void {
    Atomics.store(this.#claims, entry, FREE);
  }
}
