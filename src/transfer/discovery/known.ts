/**
 * What a search knows at one time: bounded, forgetting what stays silent, and telling only of what changes.
 */
import { LIMITS } from '../limits.ts';
import { foldName } from './names.ts';
import type { BrowseOptions, Found } from './port.ts';

interface Entry {
  readonly found: Found;
  readonly seenAt: number;
}

const sameAddresses = (a: Found, b: Found): boolean =>
  JSON.stringify(a.addresses) === JSON.stringify(b.addresses);

export class KnownServices {
  readonly #entries = new Map<string, Entry>();
  readonly #options: BrowseOptions;

  constructor(options: BrowseOptions) {
    this.#options = options;
  }

  /** Takes in an answer; `now` in milliseconds of a clock that nobody sets. A full table keeps what it has: later ones may be a flood. */
  see(found: Found, now: number): void {
    if (this.#options.accept?.(found.name) === false) return;
    const key = found.name.toLowerCase();
    const before = this.#entries.get(key);
    if (before === undefined && this.#entries.size >= LIMITS.services) return;
    this.#entries.set(key, { found, seenAt: now });
    if (before === undefined || !sameAddresses(before.found, found)) this.#options.onFound(found);
  }

  lose(name: string): void {
    const key = name.toLowerCase();
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#options.onLost?.(entry.found.name);
  }

  /** Drops what has not been seen since the given time. */
  expire(before: number): void {
    for (const { found, seenAt } of [...this.#entries.values()]) {
      if (seenAt < before) this.lose(found.name);
    }
  }
}

/** Whether a person who typed `wanted` means the receiver `name`. */
export const isNamed = (name: string, wanted: string): boolean => foldName(name) === foldName(wanted);
