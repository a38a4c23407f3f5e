/** Where a digest lies in the tables of a set: what a set in memory and one on disk have in common. */

/** Bytes of a digest that are kept: 128 bits make an accidental collision among 10^9 records a 10^-20 event. */
export const KEY_BYTES = 16;
export const KEY_WORDS = KEY_BYTES / 4;
/** A power of two. */
export const TABLES = 64;

export const wordAt = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] ?? 0) |
    ((bytes[offset + 1] ?? 0) << 8) |
    ((bytes[offset + 2] ?? 0) << 16) |
    ((bytes[offset + 3] ?? 0) << 24)) >>>
  0;

/** Its lowest bits choose the table, the others the slot. A peer that does not know the seed cannot make them alike. */
export function mix(seed: number, a: number, b: number): number {
  let mixed = Math.imul(a ^ seed, 0x9e3779b1) ^ Math.imul((b + seed) | 0, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  return Math.imul(mixed, 0xc2b2ae35) >>> 0;
}

/** Scales the bits that do not choose the table to its capacity, which need be no power of two. */
export const home = (mixed: number, capacity: number): number =>
  Math.floor((Math.floor(mixed / TABLES) / (0x1_0000_0000 / TABLES)) * capacity);

export const isEmpty = (slots: Uint32Array, at: number): boolean =>
  slots[at] === 0 && slots[at + 1] === 0 && slots[at + 2] === 0 && slots[at + 3] === 0;
