/**
 * A pool of buffers for a stream: a block leased for the stream's bytes up to a position is used again
 * once all up to there has come out. A new block for every 256 KiB keeps the garbage collector as busy as the disk,
 * since it counts memory outside its heap too.
 */
export class BufferPool {
  readonly #blockBytes: number;
  readonly #ours = new Set<ArrayBufferLike>();
  readonly #spare: ArrayBufferLike[] = [];
  /** In the order of their ends; ours come back, the others are freed. */
  readonly #leased: { readonly memory: ArrayBufferLike; readonly end: number }[] = [];

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  /** Memory with anything in it; of its own when more than a block is asked for. */
  take(bytes: number): Buffer {
    if (bytes > this.#blockBytes) return Buffer.allocUnsafeSlow(bytes);
    const memory = this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#blockBytes).buffer;
    this.#ours.add(memory);
    return Buffer.from(memory, 0, bytes);
  }

  /** Leases what was taken until the stream has passed `end`. Memory that is not the pool's is left alone. */
  lease(block: Buffer, end: number): void {
    if (this.#ours.has(block.buffer)) this.#leased.push({ memory: block.buffer, end });
  }

  /**
   * Leases memory that nobody needs once the stream has passed `end`. It is freed then, if all of it is the block's: the
   * collector lets some 64 MiB outside its heap gather before it looks.
   */
  detachAfter({ buffer, byteLength }: Buffer, end: number): void {
    if (byteLength === buffer.byteLength) this.#leased.push({ memory: buffer, end });
  }

  /** All of the stream up to `position` has come out and nobody looks at it any more. */
  advanceTo(position: number): void {
    for (let [first] = this.#leased; first !== undefined && first.end <= position; [first] = this.#leased) {
      this.#leased.shift();
      if (this.#ours.has(first.memory)) this.#spare.push(first.memory);
      else if (first.memory instanceof ArrayBuffer) first.memory.transfer(0);
    }
  }
}
