/**
 * From a 32-bit hash to record numbers, in typed arrays. Two keys may share a hash, so what is found is a candidate that the
 * caller compares for itself.
 *
 * Open addressing with linear probing, in many small tables that grow one at a time, each where it is: a single large one would
 * need its memory twice over each time it grows, and small ones made anew leave holes that the next do not fit in, as much as
 * they hold.
 */

/**
 * Records remembered for one hash. More would let a file of one card a hundred thousand times make every look-up
 * walk all of them; the first ones are enough, since they are compared in order.
 */
const PER_HASH = 16;
/** A power of two. */
const TABLES = 64;
const FIRST_CAPACITY = 16;
/** Fuller tables search longer, larger steps leave more of them empty; together at most 10.5 bytes an entry. */
const FULLEST = 0.85;
const GROWTH = 1.1;

/** Addresses that an array may grow into where it is; memory is taken for what it holds only. */
const RESERVED_BYTES = 4 * 1024 * 1024;

interface Table {
  hashes: Uint32Array;
  /** Record number + 1; 0 is a free slot. */
  values: Uint32Array;
  size: number;
}

function arrayOf(length: number, reservedBytes: number): Uint32Array {
  const bytes = length * Uint32Array.BYTES_PER_ELEMENT;
  return new Uint32Array(new ArrayBuffer(bytes, { maxByteLength: Math.max(bytes, reservedBytes) }));
}

/** All free. Where it is as long as its addresses reach; the array is as long as its memory. */
function emptied(array: Uint32Array, length: number): Uint32Array {
  const bytes = length * Uint32Array.BYTES_PER_ELEMENT;
  if (!(array.buffer instanceof ArrayBuffer) || bytes > array.buffer.maxByteLength) {
    return arrayOf(length, bytes * 4);
  }
  array.buffer.resize(bytes);
  return array.fill(0);
}

const firstTable = (): Table => ({
  hashes: arrayOf(FIRST_CAPACITY, RESERVED_BYTES),
  values: arrayOf(FIRST_CAPACITY, RESERVED_BYTES),
  size: 0,
});

export class HashMultimap {
  readonly #tables = Array.from({ length: TABLES }, firstTable);
  /** What a table held before it grew. */
  readonly #before = firstTable();

  /** Bytes held, for the tests of the memory bound. */
  get byteLength(): number {
    const tables = [...this.#tables, this.#before];
    return tables.reduce((sum, { hashes, values }) => sum + hashes.byteLength + values.byteLength, 0);
  }

  /** `hash` is an unsigned 32-bit number. The same pair twice is kept once. */
  add(hash: number, record: number): void {
    const table = this.#tableFor(hash);
    if (table.size >= table.values.length * FULLEST) grow(table, this.#before);
    const { hashes, values } = table;
    let found = 0;
    let slot = home(hash, values.length);
    for (let value = values[slot]; value !== 0; value = values[slot]) {
      if (hashes[slot] === hash && (value === record + 1 || ++found === PER_HASH)) return;
      slot = slot + 1 === values.length ? 0 : slot + 1;
    }
    hashes[slot] = hash;
    values[slot] = record + 1;
    table.size++;
  }

  /** Records added under this hash, in the order in which they were added. */
  get(hash: number): number[] {
    const { hashes, values } = this.#tableFor(hash);
    const records: number[] = [];
    for (let slot = home(hash, values.length); ; slot = slot + 1 === values.length ? 0 : slot + 1) {
      const value = values[slot];
      if (value === undefined || value === 0) return records;
      if (hashes[slot] === hash) records.push(value - 1);
    }
  }

  #tableFor(hash: number): Table {
    const table = this.#tables[hash & (TABLES - 1)];
    if (table === undefined) throw new RangeError('a hash of more than 32 bits');
    return table;
  }
}

/** Scales the bits that do not choose the table to its length, so that any length will do and it need not double. */
const home = (hash: number, length: number): number =>
  Math.floor((Math.floor(hash / TABLES) / (0x1_0000_0000 / TABLES)) * length);

function copyInto(copy: Uint32Array, array: Uint32Array): Uint32Array {
  const whole = emptied(copy, array.length);
  whole.set(array);
  return whole;
}

function grow(table: Table, before: Table): void {
  const hashes = (before.hashes = copyInto(before.hashes, table.hashes));
  const values = (before.values = copyInto(before.values, table.values));
  const length = Math.ceil(values.length * GROWTH);
  table.hashes = emptied(table.hashes, length);
  table.values = emptied(table.values, length);
  // Beginning after a free slot keeps a run that wraps around in its order.
  const free = values.indexOf(0) + 1;
  for (let step = 0; step < values.length; step++) {
    const from = (free + step) % values.length;
    const value = values[from] ?? 0;
    if (value === 0) continue;
    const hash = hashes[from] ?? 0;
    let slot = home(hash, length);
    while (table.values[slot] !== 0) slot = slot + 1 === length ? 0 : slot + 1;
    table.hashes[slot] = hash;
    table.values[slot] = value;
  }
}
