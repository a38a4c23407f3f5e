/** Small numbers for the few values (address books, calendars) that many records share. */

/** What 16 bits hold; nobody has as many address books. */
const MOST_LABELS = 65_536;

export class Labels<T extends string | undefined = string | undefined> {
  readonly #numbers = new Map<T, number>();
  readonly #values: T[] = [];

  /** The number of `value`, the same each time; undefined when there are too many values. */
  of(value: T): number | undefined {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    if (this.#numbers.size === MOST_LABELS) return undefined;
    const number = this.#numbers.size;
    this.#numbers.set(value, number);
    this.#values.push(value);
    return number;
  }

  /** The value of that number. */
  at(number: number): T | undefined {
    return this.#values[number];
  }

  /** By number. */
  get values(): T[] {
    return [...this.#values];
  }
}
