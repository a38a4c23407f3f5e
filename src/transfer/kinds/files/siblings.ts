/**
 * Names of one folder that some file system would take for one name. The first in order moves, the others are left
 * out with a reason. A folder may hold a million names, so only a 32-bit hash of each key is kept, and the keys
 * themselves only of names whose hash occurs twice.
 */
import { collisionKey } from '../../stream/safe-path.ts';

export class Siblings {
  /** Hashes that occur more than once, ascending; nearly always none. */
  readonly #repeated: ReadonlySet<number>;
  readonly #taken = new Set<string>();

  /** @param names of the whole folder. */
  constructor(names: readonly string[]) {
    const hashes = Uint32Array.from(names, (name) => hash(collisionKey(name))).sort();
    this.#repeated = new Set(hashes.filter((value, index) => value === hashes[index - 1]));
  }

  /** Takes the name for an entry that moves: false when an earlier one has it. */
  take(name: string): boolean {
    if (this.#repeated.size === 0) return true;
    const key = collisionKey(name);
    if (!this.#repeated.has(hash(key))) return true;
    if (this.#taken.has(key)) return false;
    this.#taken.add(key);
    return true;
  }
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
