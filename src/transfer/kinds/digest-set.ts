/**
 * A set of digests that stays small: 16 bytes a key in one typed array, so that a million known records cost tens of
 * megabytes instead of hundreds. Open addressing with linear probing (Knuth, TAOCP vol. 3, 6.4, algorithm L).
 */
import { randomBytes } from 'node:crypto';

/** Bytes of a digest that are kept: 128 bits make an accidental collision among 10^9 records a 10^-20 event. */
const KEY_BYTES = 16;
const KEY_WORDS = KEY_BYTES / 4;
const FIRST_CAPACITY = 1_024;
/** While the table doubles, old and new exist together: 48 bytes a slot of the old one, so 60 bytes a key at 0.8. */
const MAX_LOAD = 0.8;

const wordAt = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] ?? 0) |
    ((bytes[offset + 1] ?? 0) << 8) |
    ((bytes[offset + 2] ?? 0) << 16) |
    ((bytes[offset + 3] ?? 0) << 24)) >>>
  0;

/**
 * Digests seen so far. Only the first 16 bytes of a digest count; less than 64 bytes of memory a key, at any moment.
 */
export class DigestSet {
  #slots = new Uint32Array(FIRST_CAPACITY * KEY_WORDS);
  #mask = FIRST_CAPACITY - 1;
  #stored = 0;
  /** An empty slot is all zero, so the all-zero key is remembered apart. */
  #hasZero = false;
  /** A peer that chooses records whose digests share low bits would make every probe long; it cannot know this. */
  readonly #seed = randomBytes(4).readUInt32LE(0);

  get size(): number {
    return this.#stored + (this.#hasZero ? 1 : 0);
  }

  /**
   * Adds a digest; true when it was not there.
   * @throws RangeError when the digest has fewer than 16 bytes.
   */
  add(digest: Uint8Array): boolean {
    const slot = this.#find(digest);
    if (slot === undefined) {
      const isNew = !this.#hasZero;
      this.#hasZero = true;
      return isNew;
    }
    if (!this.#isEmpty(slot)) return false;
    for (let word = 0; word < KEY_WORDS; word += 1) this.#slots[slot + word] = wordAt(digest, word * 4);
    this.#stored += 1;
    if (this.#stored > (this.#mask + 1) * MAX_LOAD) this.#grow();
    return true;
  }

  /** @throws RangeError when the digest has fewer than 16 bytes. */
  has(digest: Uint8Array): boolean {
    const slot = this.#find(digest);
    return slot === undefined ? this.#hasZero : !this.#isEmpty(slot);
  }

  /** Index of the slot that holds the digest or would take it; undefined for the all-zero key. */
  #find(digest: Uint8Array): number | undefined {
    if (digest.length < KEY_BYTES)
      throw new RangeError(`a digest of ${String(digest.length)} bytes is too short`);
    const a = wordAt(digest, 0);
    const b = wordAt(digest, 4);
    const c = wordAt(digest, 8);
    const d = wordAt(digest, 12);
    if ((a | b | c | d) === 0) return undefined;
    const slots = this.#slots;
    let index = this.#home(a, b);
    for (;;) {
      const at = index * KEY_WORDS;
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return at;
      if (this.#isEmpty(at)) return at;
      index = (index + 1) & this.#mask;
    }
  }

  #home(a: number, b: number): number {
    let mixed = Math.imul(a ^ this.#seed, 0x9e3779b1) ^ Math.imul((b + this.#seed) | 0, 0x85ebca6b);
    mixed ^= mixed >>> 15;
    return (Math.imul(mixed, 0xc2b2ae35) >>> 0) & this.#mask;
  }

  #isEmpty(at: number): boolean {
    const slots = this.#slots;
    return slots[at] === 0 && slots[at + 1] === 0 && slots[at + 2] === 0 && slots[at + 3] === 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let from = 0; from < old.length; from += KEY_WORDS) {
      const a = old[from] ?? 0;
      const b = old[from + 1] ?? 0;
      if ((a | b | (old[from + 2] ?? 0) | (old[from + 3] ?? 0)) === 0) continue;
      let index = this.#home(a, b);
      while (!this.#isEmpty(index * KEY_WORDS)) index = (index + 1) & this.#mask;
      this.#slots.set(old.subarray(from, from + KEY_WORDS), index * KEY_WORDS);
    }
  }
}
