/**
 * Records of a device that cannot be asked for them twice, kept as segments until the move ends: in a file without a
 * name, each segment encrypted by AES-256-GCM under a key that only this process has. The nonce counts the segments.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readSync } from 'node:fs';
import { type AnonymousFile, openAnonymousFile } from '../disk/anonymous-file.ts';
import { MoverError } from '../errors.ts';
import { writeAll } from '../disk/write-all.ts';
import { type Lines, makeSegments, type Segment, type SegmentSize } from './segments.ts';

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;

interface Place extends SegmentSize {
  readonly nonce: number;
  /** Where it is in the file. */
  readonly offset: number;
  readonly tag: Buffer;
}

export class RecordSpool<Key> {
  readonly #key = randomBytes(32);
  readonly #places = new Map<Key, Place[]>();
  #file: AnonymousFile | undefined;
  #end = 0;
  #nonces = 0;

  /** Whether all records of `key` are here. */
  has(key: Key): boolean {
    return this.#places.has(key);
  }

  /**
   * Keeps the segments that `lines` make, and gives their sizes as they are kept.
   * @throws MoverError `TEMP_UNWRITABLE` when there is no space for them.
   */
  async *fill(key: Key, lines: Lines): AsyncGenerator<SegmentSize, void> {
    const places: Place[] = [];
    for await (const { index, bytes } of makeSegments(lines, 0)) {
      const place = this.#write(index, bytes);
      places.push(place);
      yield sizeOf(place);
    }
    this.#places.set(key, places);
  }

  sizes(key: Key): SegmentSize[] {
    return (this.#places.get(key) ?? []).map(sizeOf);
  }

  *read(key: Key, first: number): Generator<Segment, void> {
    for (const place of (this.#places.get(key) ?? []).slice(first)) {
      yield { index: place.index, bytes: this.#read(place) };
    }
  }

  close(): void {
    this.#key.fill(0);
    this.#places.clear();
    this.#file?.close();
    this.#file = undefined;
  }

  #write(index: number, bytes: Buffer): Place {
    this.#file ??= openAnonymousFile();
    const nonce = this.#nonces;
    this.#nonces += 1;
    const cipher = createCipheriv(CIPHER, this.#key, nonceOf(nonce), { authTagLength: TAG_BYTES });
    const sealed = cipher.update(bytes);
    cipher.final();
    const offset = this.#end;
    try {
      writeAll(this.#file.fd, sealed, offset);
    } catch (cause) {
      throw new MoverError('TEMP_UNWRITABLE', { cause });
    }
    this.#end += sealed.length;
    let records = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) records += 1;
    return { index, records, size: bytes.length, nonce, offset, tag: cipher.getAuthTag() };
  }

  #read({ nonce, offset, size, tag }: Place): Buffer {
    if (this.#file === undefined) throw new TypeError('the spool is closed');
    const sealed = Buffer.allocUnsafe(size);
    for (let filled = 0; filled < size;) {
      const read = readSync(this.#file.fd, sealed, filled, size - filled, offset + filled);
      if (read === 0) throw new Error('the spool is shorter than it was written');
      filled += read;
    }
    const decipher = createDecipheriv(CIPHER, this.#key, nonceOf(nonce), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(tag);
    // In memory of its own: it is handed to another thread.
    const bytes = Buffer.allocUnsafeSlow(size);
    decipher.update(sealed).copy(bytes);
    decipher.final();
    return bytes;
  }
}

const sizeOf = ({ index, records, size }: Place): SegmentSize => ({ index, records, size });

function nonceOf(count: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(count, 6, 6);
  return nonce;
}
