/**
 * A set of digests that stays small: 16 bytes a key in typed arrays, so that a million known records cost tens of
 * megabytes instead of hundreds. Open addressing with linear probing (Knuth, TAOCP vol. 3, 6.4, algorithm L), in many small
 * tables that grow one at a time: a single large one would need its memory twice over each time it grows.
 */
import { randomBytes } from 'node:crypto';
import { OnDiskDigestSet } from './on-disk-digest-set.ts';
import { home, isEmpty, KEY_BYTES, KEY_WORDS, mix, TABLES, wordAt } from './digest-slots.ts';

const FIRST_CAPACITY = 16;
/** Between 20 and 25 bytes a key, and a dozen slots looked at for a key that is not there. */
const FULLEST = 0.8;
const GROWTH = 1.25;

interface Table {
  slots: Uint32Array;
  capacity: number;
  stored: number;
}

/**
 * Digests seen so far. Only the first 16 bytes of a digest count; at most 27 bytes of memory a key, at any moment.
 */
export class DigestSet {
  readonly #tables: readonly Table[] = Array.from({ length: TABLES }, () => ({
    slots: new Uint32Array(FIRST_CAPACITY * KEY_WORDS),
    capacity: FIRST_CAPACITY,
    stored: 0,
  }));
  /** An empty slot is all zero, so the all-zero key is remembered apart. */
  #hasZero = false;
  /** A peer that chooses records whose digests share bits would make every probe long; it cannot know this. */
  readonly #seed = randomBytes(4).readUInt32LE(0);

  get size(): number {
    return this.#tables.reduce((sum, { stored }) => sum + stored, this.#hasZero ? 1 : 0);
  }

  /** Bytes held, for the tests of the memory bound. */
  get byteLength(): number {
    return this.#tables.reduce((sum, { slots }) => sum + slots.byteLength, 0);
  }

  /**
   * Puts the set as it is on disk. What is left of it in memory takes one or two bytes a key.
   * @param write puts bytes into the file of that descriptor, and gives the place where they begin.
   */
  freeze(fd: number, write: (slots: Uint8Array) => number): OnDiskDigestSet {
    return new OnDiskDigestSet(
      fd,
      { seed: this.#seed, hasZero: this.#hasZero },
      this.#tables.map(({ slots }) => ({ slots, position: write(new Uint8Array(slots.buffer)) })),
    );
  }

  /**
   * Adds a digest; true when it was not there.
   * @throws RangeError when the digest has fewer than 16 bytes.
   */
  add(digest: Uint8Array): boolean {
    return this.#look(digest, true);
  }

  /** @throws RangeError when the digest has fewer than 16 bytes. */
  has(digest: Uint8Array): boolean {
    return !this.#look(digest, false);
  }

  /** Whether the digest is new, and from now on it is not, when it is to be put there. */
  #look(digest: Uint8Array, put: boolean): boolean {
    if (digest.length < KEY_BYTES)
      throw new RangeError(`a digest of ${String(digest.length)} bytes is too short`);
    const a = wordAt(digest, 0);
    const b = wordAt(digest, 4);
    const c = wordAt(digest, 8);
    const d = wordAt(digest, 12);
    if ((a | b | c | d) === 0) {
      const isNew = !this.#hasZero;
      this.#hasZero ||= put;
      return isNew;
    }
    const mixed = mix(this.#seed, a, b);
    const table = this.#tables[mixed & (TABLES - 1)];
    if (table === undefined) throw new RangeError('a table that is not there');
    const { slots } = table;
    let at = home(mixed, table.capacity) * KEY_WORDS;
    while (!isEmpty(slots, at)) {
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return false;
      at = at + KEY_WORDS === slots.length ? 0 : at + KEY_WORDS;
    }
    if (!put) return true;
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = c;
    slots[at + 3] = d;
    table.stored += 1;
    if (table.stored > table.capacity * FULLEST) this.#grow(table);
    return true;
  }

  #grow(table: Table): void {
    const old = table.slots;
    const capacity = Math.ceil(table.capacity * GROWTH);
    const slots = new Uint32Array(capacity * KEY_WORDS);
    for (let from = 0; from < old.length; from += KEY_WORDS) {
      if (isEmpty(old, from)) continue;
      let at = home(mix(this.#seed, old[from] ?? 0, old[from + 1] ?? 0), capacity) * KEY_WORDS;
      while (!isEmpty(slots, at)) at = at + KEY_WORDS === slots.length ? 0 : at + KEY_WORDS;
      for (let word = 0; word < KEY_WORDS; word += 1) slots[at + word] = old[from + word] ?? 0;
    }
    table.slots = slots;
    table.capacity = capacity;
  }
}
