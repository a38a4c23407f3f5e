/**
 * Hashes of the merge: 32 bits to look records up by, 128 bits to prove that what was written is what was meant.
 *
 * BLAKE3 by way of base64url: the addon's buffers are each an allocation outside V8's heap with a finalizer of its own,
 * which costs three times as much as decoding the text, and memory until the collector comes by.
 */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';

/** Characters that hold 4 bytes, and 16. */
const CHARACTERS_32 = 6;
const CHARACTERS_128 = 22;

/** BLAKE3 cut to 32 bits. Only ever a hint: whoever finds something by it compares the records themselves. */
export function hash32(key: string): number {
  return Buffer.from(blake3UrlSafeBase64(key).slice(0, CHARACTERS_32), 'base64url').readUInt32LE(0);
}

/**
 * Count and digest of a set of records that do not depend on their order: the sum of their BLAKE3 digests, cut to
 * 128 bits, as four sums modulo 2^32.
 */
export class Tally {
  #count = 0;
  readonly #sums = new Uint32Array(4);

  get count(): number {
    return this.#count;
  }

  /** The line end of the record's last line does not count: one is put there when something comes after it. */
  add(record: Buffer): void {
    this.#count++;
    let end = record.length;
    while (record[end - 1] === 10 || record[end - 1] === 13) end--;
    const text = blake3UrlSafeBase64(record.subarray(0, end)).slice(0, CHARACTERS_128);
    const digest = Buffer.from(text, 'base64url');
    for (let word = 0; word < 4; word++) {
      this.#sums[word] = (this.#sums[word] ?? 0) + digest.readUInt32LE(word * 4);
    }
  }

  equals(other: Tally): boolean {
    return this.#count === other.#count && this.#sums.every((sum, word) => sum === other.#sums[word]);
  }
}
