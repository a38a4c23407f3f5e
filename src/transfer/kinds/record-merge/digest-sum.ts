/**
 * Count and digest of a set of records that do not depend on their order: equal for equal records, and changed by any
 * record more, less or other. The sum of 128 bits of each record's BLAKE3 digest, as four sums modulo 2^32.
 */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';

/** Characters that hold 16 bytes. */
const CHARACTERS_128 = 22;

export class DigestSum {
  #count = 0;
  readonly #words = new Uint32Array(4);

  get count(): number {
    return this.#count;
  }

  /** @param digest of one record, at least 16 bytes. */
  addDigest(digest: Uint8Array): void {
    const words = this.#words;
    const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
    for (let index = 0; index < words.length; index += 1) {
      words[index] = (words[index] ?? 0) + view.getUint32(index * 4);
    }
    this.#count += 1;
  }

  /** The line end of the record's last line does not count: one is put there when something comes after it. */
  addRecord(record: Buffer): void {
    let end = record.length;
    while (record[end - 1] === 10 || record[end - 1] === 13) end--;
    // By way of base64url: see hash.ts.
    const text = blake3UrlSafeBase64(record.subarray(0, end)).slice(0, CHARACTERS_128);
    this.addDigest(Buffer.from(text, 'base64url'));
  }

  /** Adds all of another sum. */
  include(other: DigestSum): void {
    other.#words.forEach((word, index) => {
      this.#words[index] = (this.#words[index] ?? 0) + word;
    });
    this.#count += other.#count;
  }

  equals(other: DigestSum): boolean {
    return this.#count === other.#count && this.#words.every((word, index) => word === other.#words[index]);
  }
}
