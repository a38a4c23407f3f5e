/** Finds byte strings in bytes that come piece by piece, also where one lies across two or more pieces. */
import type { Hit, NeedleIndex } from './needle-index.ts';

/** Looks for the byte strings of a `NeedleIndex` in bytes that come piece by piece. */
export class NeedleStream {
  readonly #index: NeedleIndex;
  #block: Buffer;
  /** Bytes at the front of `#block` already searched: the beginning of a string may be among them. */
  #kept = 0;
  #bytes = 0;

  constructor(index: NeedleIndex) {
    this.#index = index;
    this.#block = Buffer.allocUnsafe(2 * index.longest);
  }

  /** Bytes of all pieces. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What this piece completes. `offset` counts from the beginning of the first piece. The piece is not kept. */
  push(piece: Uint8Array): Hit[] {
    const filled = this.#kept + piece.length;
    if (filled > this.#block.length) {
      const larger = Buffer.allocUnsafe(filled);
      this.#block.copy(larger, 0, 0, this.#kept);
      this.#block = larger;
    }
    this.#block.set(piece, this.#kept);
    const start = this.#bytes - this.#kept;
    const hits = this.#index
      .search(this.#block.subarray(0, filled))
      // Whole within what was kept: reported with the piece before.
      .filter(({ needle, offset }) => offset + needle.bytes.length > this.#kept)
      .map(({ needle, offset }) => ({ needle, offset: start + offset }));
    this.#bytes += piece.length;
    this.#kept = Math.min(this.#index.longest - 1, filled);
    this.#block.copyWithin(0, filled - this.#kept, filled);
    return hits;
  }
}
