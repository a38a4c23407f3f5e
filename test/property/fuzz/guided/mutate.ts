/** Changes to an input, a few at a time. Those of `mutations.ts` are for fast-check, which shrinks; these are quick. */
import type { Random } from '../../../../src/main/sample/random.ts';
import { TELLING } from '../mutations.ts';

/** Longer inputs cost more than they tell. */
const MOST_BYTES = 64 * 1024;
const MOST_CHANGES = 6;

const replaced = (bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(Math.max(from, to))]);

export class Mutator {
  readonly #random: Random;
  readonly #words: readonly Buffer[];

  constructor(random: Random, tokens: readonly string[]) {
    this.#random = random;
    // Latin-1, too: a token may be bytes of a binary format.
    this.#words = [
      ...TELLING,
      ...tokens.flatMap((token) => [Buffer.from(token), Buffer.from(token, 'latin1')]),
    ];
  }

  /** @param other another input, to take a part of. */
  mutate(bytes: Buffer, other: Buffer): Buffer {
    let result = bytes;
    for (let left = this.#random.int(1, MOST_CHANGES); left > 0; left -= 1)
      result = this.#change(result, other);
    return result.subarray(0, MOST_BYTES);
  }

  #change(bytes: Buffer, other: Buffer): Buffer {
    const random = this.#random;
    const at = random.int(0, bytes.length);
    switch (random.int(0, 8)) {
      case 0: {
        const flipped = Buffer.from(bytes);
        if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(0, 7));
        return flipped;
      }
      case 1:
        return replaced(bytes, at, at + 1, Buffer.of(random.int(0, 255)));
      case 2:
        return replaced(bytes, at, at, this.#word());
      case 3: {
        const word = this.#word();
        return replaced(bytes, at, at + word.length, word);
      }
      case 4:
        return replaced(bytes, at, at + this.#length(), Buffer.alloc(0));
      case 5: {
        const part = bytes.subarray(at, at + this.#length());
        return replaced(bytes, at, at, Buffer.concat(Array.from({ length: random.int(1, 8) }, () => part)));
      }
      case 6: {
        // A part of this input elsewhere in it.
        const from = random.int(0, bytes.length);
        return replaced(bytes, at, at, bytes.subarray(from, from + this.#length()));
      }
      case 7: {
        const from = random.int(0, other.length);
        return replaced(bytes, at, at + this.#length(), other.subarray(from, from + this.#length()));
      }
      default:
        return this.#number(bytes, at);
    }
  }

  /** A number written in digits becomes another. */
  #number(bytes: Buffer, at: number): Buffer {
    const digits = /\d+/.exec(bytes.toString('latin1', at));
    if (digits === null) return bytes;
    const from = at + digits.index;
    const value = Number(digits[0]);
    const values = [value + 1, value - 1, -value, value * 2 ** 32, 0, 2 ** 53, value / 2];
    const text = String(values[this.#random.int(0, values.length - 1)]);
    return replaced(bytes, from, from + digits[0].length, Buffer.from(text));
  }

  #word(): Buffer {
    return this.#words[this.#random.int(0, this.#words.length - 1)] ?? Buffer.alloc(1);
  }

  /** Short mostly, long now and then. */
  #length(): number {
    return this.#random.int(1, 2 ** this.#random.int(1, 10));
  }
}
