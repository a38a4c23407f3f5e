/**
 * How many bytes a second a move may take of the network, in all its lanes together. Set by whoever started the move, at any
 * time: in a store many moves share one access point.
 */
export class RateLimit {
  #bytesPerSecond: number | null;
  readonly #listeners = new Set<() => void>();

  /** @param bytesPerSecond null: none. */
  constructor(bytesPerSecond: number | null = null) {
    this.#bytesPerSecond = checked(bytesPerSecond);
  }

  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond;
  }

  /** @throws RangeError for less than one byte a second. */
  set(bytesPerSecond: number | null): void {
    this.#bytesPerSecond = checked(bytesPerSecond);
    for (const listener of this.#listeners) listener();
  }

  /** @returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

function checked(bytesPerSecond: number | null): number | null {
  if (bytesPerSecond !== null && !(bytesPerSecond >= 1))
    throw new RangeError('a limit below one byte a second');
  return bytesPerSecond;
}
