/**
 * From a 32-bit hash to record numbers, in typed arrays. Two keys may share a hash, so what
 * is found is a candidate that the caller compares for itself.
 */

/**
 * Records remembered for one hash. More would let a file of one card a hundred thousand times make every look-up
 * walk all of them; the first ones are enough, since they are compared in order.
 */
const PER_HASH = 16;
/** Fuller tables search longer, larger steps leave more of them empty; together at most 12 bytes an entry. */
const FULLEST = 0.85;
const GROWTH = 1.25;

export class HashMultimap {
  #hashes = new Uint32Array(1024);
  /** Record number + 1; 0 is a free slot. */
  #values = new Uint32Array(1024);
  #size = 0;

  /** Bytes held, for the tests of the memory bound. */
  get byteLength(): number {
    return this.#hashes.byteLength + this.#values.byteLength;
  }

  /** `hash` is an unsigned 32-bit number. The same pair twice is kept once. */
  add(hash: number, record: number): void {
    if (this.#size >= this.#values.length * FULLEST) this.#grow();
    let found = 0;
    let slot = this.#home(hash);
    for (;;) {
      const value = this.#values[slot];
      if (value === 0) break;
      if (this.#hashes[slot] === hash && (value === record + 1 || ++found === PER_HASH)) return;
      slot = slot + 1 === this.#values.length ? 0 : slot + 1;
    }
    this.#hashes[slot] = hash;
    this.#values[slot] = record + 1;
    this.#size++;
  }

  /** Records added under this hash, in the order in which they were added. */
  get(hash: number): number[] {
    const records: number[] = [];
    for (let slot = this.#home(hash); ; slot = slot + 1 === this.#values.length ? 0 : slot + 1) {
      const value = this.#values[slot];
      if (value === undefined || value === 0) return records;
      if (this.#hashes[slot] === hash) records.push(value - 1);
    }
  }

  /** Scales the hash to the table's length, so that any length will do and it need not double. */
  #home(hash: number): number {
    return Math.floor((hash / 0x1_0000_0000) * this.#values.length);
  }

  #grow(): void {
    const hashes = this.#hashes;
    const values = this.#values;
    const length = Math.ceil(values.length * GROWTH);
    this.#hashes = new Uint32Array(length);
    this.#values = new Uint32Array(length);
    // Beginning after a free slot keeps a run that wraps around in its order.
    const free = values.indexOf(0) + 1;
    for (let step = 0; step < values.length; step++) {
      const from = (free + step) % values.length;
      const value = values[from] ?? 0;
      if (value === 0) continue;
      const hash = hashes[from] ?? 0;
      let slot = this.#home(hash);
      while (this.#values[slot] !== 0) slot = slot + 1 === length ? 0 : slot + 1;
      this.#hashes[slot] = hash;
      this.#values[slot] = value;
    }
  }
}
