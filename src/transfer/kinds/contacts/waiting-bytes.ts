/**
 * Bytes that wait for what follows, by their place in the file. Lines that lie one after another in memory are kept as one
 * piece: a picture of 60 MB has 800,000 lines, and an object for each would take more memory than the picture.
 */
export class WaitingBytes {
  #pieces: Buffer[] = [];
  /** Place of the first byte that waits. */
  #from = 0;
  #to = 0;
  /** What was pushed last, which the next bytes may continue. */
  #memory: ArrayBufferLike | undefined;
  #memoryFrom = 0;
  #memoryTo = 0;

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  push(bytes: Buffer): void {
    this.#to += bytes.length;
    if (bytes.buffer === this.#memory && bytes.byteOffset === this.#memoryTo) {
      this.#memoryTo += bytes.length;
      return;
    }
    this.#close();
    this.#memory = bytes.buffer;
    this.#memoryFrom = bytes.byteOffset;
    this.#memoryTo = bytes.byteOffset + bytes.length;
  }

  /** Makes a piece of what was pushed last. */
  #close(): void {
    if (this.#memory !== undefined && this.#memoryTo > this.#memoryFrom)
      this.#pieces.push(Buffer.from(this.#memory, this.#memoryFrom, this.#memoryTo - this.#memoryFrom));
    this.#memory = undefined;
  }

  /** The bytes between two places, both of which wait. */
  slice(from: number, to: number): Buffer {
    this.#close();
    const parts: Buffer[] = [];
    let at = this.#from;
    for (const piece of this.#pieces) {
      if (at >= to) break;
      if (at + piece.length > from)
        parts.push(piece.subarray(Math.max(0, from - at), Math.min(piece.length, to - at)));
      at += piece.length;
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, to - from);
  }

  /** Forgets what is before that place. */
  drop(until: number): void {
    if (until === this.#to) {
      this.#pieces = [];
      this.#memory = undefined;
    } else this.#pieces = [this.slice(until, this.#to)];
    this.#from = until;
  }
}
