/**
 * Finds many byte strings in one pass. A table of the first two bytes of each string tells at a glance that none
 * begins here; that is one look per byte however many strings there are, where `Buffer.indexOf` is one pass for each.
 */

export interface Needle {
  readonly canary: string;
  readonly form: string;
  readonly bytes: Buffer;
}

export interface Hit {
  readonly needle: Needle;
  readonly offset: number;
}

/** Byte strings to look for, many at once. */
export class NeedleIndex {
  /** Length of the longest string. */
  readonly longest: number;
  /** For each pair of bytes, 1 when a string begins with it. */
  readonly #begins = new Uint8Array(0x1_0000);
  readonly #byPair = new Map<number, Needle[]>();

  /** @throws RangeError for a string shorter than two bytes. */
  constructor(needles: readonly Needle[]) {
    let longest = 2;
    for (const needle of needles) {
      const pair = needle.bytes.readUInt16BE(0);
      this.#begins[pair] = 1;
      const sharing = this.#byPair.get(pair);
      if (sharing === undefined) this.#byPair.set(pair, [needle]);
      else sharing.push(needle);
      longest = Math.max(longest, needle.bytes.length);
    }
    this.longest = longest;
  }

  /** Every occurrence, overlapping ones too, by ascending offset. */
  search(haystack: Uint8Array): Hit[] {
    const hits: Hit[] = [];
    const begins = this.#begins;
    let pair = haystack[0] ?? 0;
    for (let end = 1; end < haystack.length; end += 1) {
      pair = ((pair & 0xff) << 8) | (haystack[end] as number);
      if (begins[pair] === 1) this.#collect(hits, haystack, end - 1, pair);
    }
    return hits;
  }

  #collect(hits: Hit[], haystack: Uint8Array, offset: number, pair: number): void {
    for (const needle of this.#byPair.get(pair) ?? []) {
      const { bytes } = needle;
      let matched = 2;
      while (matched < bytes.length && haystack[offset + matched] === bytes[matched]) matched += 1;
      if (matched === bytes.length) hits.push({ needle, offset });
    }
  }
}
