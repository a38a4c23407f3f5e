/** Messages on their way: numbered from 1 and kept as JSON until the peer has acknowledged them. Pure. */

export class Outbox {
  /** Oldest first; the first has number `#acknowledged + 1`. */
  #kept: string[] = [];
  #acknowledged = 0;
  #bytes = 0;
  #whenEmpty: (() => void)[] = [];

  /** Bytes kept, as UTF-16 units of JSON: close enough for a bound. */
  get bytes(): number {
    return this.#bytes;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** @returns the message's number. */
  add(json: string): number {
    this.#kept.push(json);
    this.#bytes += json.length;
    return this.#acknowledged + this.#kept.length;
  }

  /** The peer has everything up to `number`. False when that cannot be: it says less than before, or more than was sent. */
  acknowledge(number: number): boolean {
    const count = number - this.#acknowledged;
    if (count < 0 || count > this.#kept.length) return false;
    if (count === 0) return true;
    for (const json of this.#kept.splice(0, count)) this.#bytes -= json.length;
    this.#acknowledged = number;
    if (this.#kept.length === 0) this.#release();
    return true;
  }

  /** What is not acknowledged, oldest first, with its number. */
  *unacknowledged(): Generator<readonly [number: number, json: string], void, void> {
    for (const [index, json] of this.#kept.entries()) yield [this.#acknowledged + 1 + index, json];
  }

  /** Resolves when nothing is kept any more. */
  empty(): Promise<void> {
    if (this.#kept.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Forgets everything: nothing more can be sent. */
  clear(): void {
    this.#acknowledged += this.#kept.length;
    this.#kept = [];
    this.#bytes = 0;
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }
}
