/** A set of digests that lies on disk. One byte of each slot in memory tells most slots apart without looking there. */
import { readSync } from 'node:fs';
import { home, isEmpty, KEY_BYTES, KEY_WORDS, mix, TABLES, wordAt } from './digest-slots.ts';

/** Of the last word of a key, which does not choose its slot; 0 is an empty slot. */
const tagOf = (lastWord: number): number => 1 + (lastWord % 255);

export class OnDiskDigestSet {
  readonly #fd: number;
  readonly #seed: number;
  readonly #hasZero: boolean;
  readonly #tables: readonly { readonly tags: Uint8Array; readonly position: number }[];
  readonly #slot = new Uint32Array(KEY_WORDS);

  /** @param tables slots as a set has them in memory, and where in the file they are. */
  constructor(
    fd: number,
    { seed, hasZero }: { readonly seed: number; readonly hasZero: boolean },
    tables: readonly { readonly slots: Uint32Array; readonly position: number }[],
  ) {
    this.#fd = fd;
    this.#seed = seed;
    this.#hasZero = hasZero;
    this.#tables = tables.map(({ slots, position }) => ({ tags: tagsOf(slots), position }));
  }

  /** Bytes held in memory, for the tests of the memory bound. */
  get byteLength(): number {
    return this.#tables.reduce((sum, { tags }) => sum + tags.byteLength, 0);
  }

  /** @throws errors of the file system. */
  has(digest: Uint8Array): boolean {
    const [a, b, c, d] = [wordAt(digest, 0), wordAt(digest, 4), wordAt(digest, 8), wordAt(digest, 12)];
    if ((a | b | c | d) === 0) return this.#hasZero;
    const mixed = mix(this.#seed, a, b);
    const table = this.#tables[mixed & (TABLES - 1)];
    if (table === undefined) throw new RangeError('a table that is not there');
    const { tags, position } = table;
    const tag = tagOf(d);
    let at = home(mixed, tags.length);
    for (let found = tags[at]; found !== 0; found = tags[at]) {
      if (found === tag && this.#isAt(position + at * KEY_BYTES, a, b, c, d)) return true;
      at = at + 1 === tags.length ? 0 : at + 1;
    }
    return false;
  }

  #isAt(position: number, a: number, b: number, c: number, d: number): boolean {
    const slot = this.#slot;
    if (readSync(this.#fd, slot, 0, KEY_BYTES, position) < KEY_BYTES) {
      throw new RangeError('a file of digests became shorter');
    }
    return slot[0] === a && slot[1] === b && slot[2] === c && slot[3] === d;
  }
}

function tagsOf(slots: Uint32Array): Uint8Array {
  const tags = new Uint8Array(slots.length / KEY_WORDS);
  for (let at = 0; at < tags.length; at += 1) {
    if (!isEmpty(slots, at * KEY_WORDS)) tags[at] = tagOf(slots[at * KEY_WORDS + KEY_WORDS - 1] ?? 0);
  }
  return tags;
}
