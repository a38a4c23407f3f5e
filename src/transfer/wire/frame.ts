/**
 * Framing of a lane: chunks of its tar stream, one after the other, each behind a header of 42 bytes (PROTOCOL.md,
 * "Lanes"). All numbers unsigned, big-endian:
 *
 *   lane u16 | seq u32 | length u32 | digest 32 bytes (BLAKE3-256 of the payload) | payload
 *
 * `seq` counts from 0 on every connection of a lane. `length` 0 ends the lane and is the last frame.
 */
import { blake3 } from '@napi-rs/blake-hash';
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** Bytes of a chunk's header. */
export const HEADER_BYTES = 42;

const DIGEST_BYTES = 32;
const DIGEST_OFFSET = 10;

export interface ChunkHeader {
  readonly lane: number;
  readonly seq: number;
  /** Payload bytes; 0 marks the end of the lane. */
  readonly length: number;
  /** BLAKE3-256 of the payload, 32 bytes. */
  readonly digest: Buffer;
}

/** One chunk. `payload` and `digest` belong to whoever took the chunk: the decoder does not touch them again. */
export interface Chunk {
  readonly lane: number;
  readonly seq: number;
  /** Empty for the end of the lane. */
  readonly payload: Buffer;
  readonly digest: Buffer;
}

/** Writes a header into `target` at `offset`, so that header and payload can leave in one buffer. */
export function encodeHeader(target: Buffer, offset: number, header: ChunkHeader): void {
  if (header.digest.length !== DIGEST_BYTES || header.length > LIMITS.chunkBytes) {
    throw new RangeError('a chunk header out of bounds');
  }
  target.writeUInt16BE(header.lane, offset);
  target.writeUInt32BE(header.seq, offset + 2);
  target.writeUInt32BE(header.length, offset + 6);
  if (header.digest.copy(target, offset + DIGEST_OFFSET) < DIGEST_BYTES) {
    throw new RangeError('no room for a chunk header');
  }
}

/** The frame that ends a lane. */
export function encodeEnd(lane: number, seq: number): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES);
  encodeHeader(frame, 0, { lane, seq, length: 0, digest: blake3(Buffer.alloc(0)) });
  return frame;
}

/** @throws MoverError `PEER_VIOLATION` when the payload is not what its digest says. */
export function checkDigest(chunk: Chunk): void {
  if (!blake3(chunk.payload).equals(chunk.digest)) {
    throw new MoverError('PEER_VIOLATION', { detail: `a chunk of lane ${chunk.lane} is damaged` });
  }
}

/**
 * Cuts the bytes of one lane connection into chunks. Lane, sequence and length are checked as soon as the header is
 * whole, before anything is allocated for the payload. A decoder that has thrown stays useless: drop the connection.
 */
export class FrameDecoder {
  readonly #lane: number;
  #header = Buffer.allocUnsafe(HEADER_BYTES);
  #headerFill = 0;
  readonly #allocate: (bytes: number) => Buffer;
  /** Payload that arrives in pieces. */
  #payload: Buffer | undefined;
  #fill = 0;
  /** Of the payload awaited; undefined while a header is. */
  #length: number | undefined;
  #nextSeq = 0;
  #ended = false;

  /** @param options.allocate memory for a payload that arrives in pieces, as long as asked for; new by default. */
  constructor(options: { readonly lane: number; readonly allocate?: (bytes: number) => Buffer }) {
    this.#lane = options.lane;
    this.#allocate = options.allocate ?? ((bytes) => Buffer.allocUnsafeSlow(bytes));
  }

  /** Whether the end of the lane has been seen. A connection that closes earlier was cut. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Takes the next bytes of the connection and yields every chunk they complete. Iterate to the end: bytes not yet
   * looked at are lost otherwise. A payload that lies whole within `bytes` is a view of it, not a copy.
   * @throws MoverError `PEER_VIOLATION` for a wrong lane, sequence or length, and for bytes after the end.
   */
  *push(bytes: Buffer): Generator<Chunk, void, void> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#length === undefined) {
        at += this.#takeHeader(bytes, at);
        if (this.#headerFill < HEADER_BYTES) return;
        this.#length = this.#readLength();
      }
      const length = this.#length;
      if (this.#payload === undefined && bytes.length - at >= length) {
        const payload = bytes.subarray(at, at + length);
        at += length;
        yield this.#complete(payload);
        continue;
      }
      this.#payload ??= this.#allocate(length);
      const taken = bytes.copy(this.#payload, this.#fill, at, at + length - this.#fill);
      this.#fill += taken;
      at += taken;
      if (this.#fill === length) yield this.#complete(this.#payload);
    }
  }

  #takeHeader(bytes: Buffer, at: number): number {
    if (this.#ended) throw violation('bytes after the end of a lane');
    const taken = bytes.copy(this.#header, this.#headerFill, at, at + HEADER_BYTES - this.#headerFill);
    this.#headerFill += taken;
    return taken;
  }

  #readLength(): number {
    const length = this.#header.readUInt32BE(6);
    if (this.#header.readUInt16BE(0) !== this.#lane) throw violation('a chunk of another lane');
    if (this.#header.readUInt32BE(2) !== this.#nextSeq) throw violation('a chunk out of sequence');
    if (length > LIMITS.chunkBytes) throw violation('a chunk that is too large');
    return length;
  }

  #complete(payload: Buffer): Chunk {
    const chunk = {
      lane: this.#lane,
      seq: this.#nextSeq,
      payload,
      digest: this.#header.subarray(DIGEST_OFFSET),
    };
    // Past 2^32 - 1 no header can match any more, so the sequence never wraps.
    this.#nextSeq += 1;
    this.#ended = this.#length === 0;
    this.#header = Buffer.allocUnsafe(HEADER_BYTES);
    this.#headerFill = 0;
    this.#length = undefined;
    this.#payload = undefined;
    this.#fill = 0;
    return chunk;
  }
}

function violation(detail: string): MoverError {
  return new MoverError('PEER_VIOLATION', { detail });
}
