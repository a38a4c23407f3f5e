/** Bytes of a stream, so many at a time as the one who reads wants. */

/** The stream ended before what was to come: the phone is gone, or its daemon gave up. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
}

interface Readable {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
}

export class ByteReader {
  readonly #reader: ReturnType<Readable['getReader']>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#reader = stream.getReader();
  }

  /** Exactly that many. @throws StreamEnded */
  async exactly(length: number): Promise<Buffer> {
    if (this.#rest.length >= length) return this.#take(length);
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      const piece = await this.some(missing);
      if (piece === undefined) throw new StreamEnded();
      parts.push(piece);
      missing -= piece.length;
    }
    return Buffer.concat(parts, length);
  }

  /** At least one and at most that many; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done || value === undefined) return undefined;
      this.#rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return this.#take(Math.min(most, this.#rest.length));
  }

  cancel(): void {
    this.#reader.cancel().catch(() => undefined);
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}
