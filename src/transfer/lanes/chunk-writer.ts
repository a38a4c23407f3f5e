/**
 * Cuts a lane's tar stream into chunks and puts them on the wire, header and payload in one buffer: two buffers make
 * Node's TLS copy both.
 */
import type { Writable } from 'node:stream';
import { blake3 } from '@napi-rs/blake-hash';
import { LIMITS } from '../limits.ts';
import { encodeHeader, HEADER_BYTES } from '../wire/frame.ts';

/**
 * 256 KiB was as fast as 1 MiB and bounds what a cut connection sends twice; with space for a run's header, its padding and
 * the next header.
 */
const PAYLOAD_BYTES = 256 * 1024 + 2 * 1024;

/** What is this large comes in one payload where one can hold it: the other side need not put it together. */
const WHOLE_BYTES = 64 * 1024;

export class ChunkWriter {
  readonly #socket: Writable;
  readonly #lane: number;
  /** Buffers the socket has let go of; as many as ever were on their way at once, which `congested` bounds. */
  readonly #spare: Buffer[] = [];
  #chunk: Buffer;
  #used = 0;
  #seq = 0;
  #wireBytes = 0;

  constructor(socket: Writable, lane: number) {
    this.#socket = socket;
    this.#lane = lane;
    this.#chunk = Buffer.allocUnsafeSlow(HEADER_BYTES + PAYLOAD_BYTES);
  }

  /** Bytes put on the wire since this was last asked. */
  takeWireBytes(): number {
    const bytes = this.#wireBytes;
    this.#wireBytes = 0;
    return bytes;
  }

  /** More waits in the socket than the network takes just now: read no further from the disk. */
  get congested(): boolean {
    return this.#socket.writableLength > LIMITS.laneBufferBytes;
  }

  write(bytes: Buffer): void {
    const free = PAYLOAD_BYTES - this.#used;
    if (bytes.length > free && bytes.length >= WHOLE_BYTES && bytes.length <= PAYLOAD_BYTES) this.flush();
    let done = 0;
    while (done < bytes.length) {
      const copied = bytes.copy(
        this.#chunk,
        HEADER_BYTES + this.#used,
        done,
        done + PAYLOAD_BYTES - this.#used,
      );
      this.#used += copied;
      done += copied;
      if (this.#used === PAYLOAD_BYTES) this.flush();
    }
  }

  /** Sends what has gathered, if anything. */
  flush(): void {
    if (this.#used > 0) this.#send();
  }

  /** Sends the mark that ends the lane: a chunk of length 0. */
  end(): void {
    this.flush();
    this.#send();
  }

  #send(): void {
    const chunk = this.#chunk;
    const payload = chunk.subarray(HEADER_BYTES, HEADER_BYTES + this.#used);
    encodeHeader(chunk, 0, {
      lane: this.#lane,
      seq: this.#seq,
      length: payload.length,
      digest: blake3(payload),
    });
    this.#seq += 1;
    this.#wireBytes += HEADER_BYTES + payload.length;
    this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafeSlow(HEADER_BYTES + PAYLOAD_BYTES);
    this.#used = 0;
    this.#socket.write(chunk.subarray(0, HEADER_BYTES + payload.length), () => {
      this.#spare.push(chunk);
    });
  }
}
