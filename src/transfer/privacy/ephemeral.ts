/**
 * A value that may live in memory only: a code, a key, an Android ID. It cannot be printed, serialised, cloned or
 * spread by accident; `use` gives it to the few lines that need it.
 */
import { inspect } from 'node:util';

const WIPED = Symbol('wiped');

function refuse(): never {
  throw new TypeError('an ephemeral value must not be turned into text');
}

/**
 * A value that may live in memory only. It refuses to become text, JSON or a copy; `use` gives it to a function,
 * `wipe` zeroes it.
 */
export class Ephemeral<T> {
  #value: T | typeof WIPED;

  constructor(value: T) {
    this.#value = value;
  }

  /**
   * Calls `borrow` with the value, which it must not keep.
   * @throws TypeError when it has been wiped.
   */
  use<R>(borrow: (value: T) => R): R {
    if (this.#value === WIPED) throw new TypeError('an ephemeral value was used after it was wiped');
    return borrow(this.#value);
  }

  get wiped(): boolean {
    return this.#value === WIPED;
  }

  /** Zeroes a Buffer or typed array and lets go of any other value (strings cannot be zeroed, only forgotten). */
  wipe(): void {
    if (ArrayBuffer.isView(this.#value)) {
      new Uint8Array(this.#value.buffer, this.#value.byteOffset, this.#value.byteLength).fill(0);
    }
    this.#value = WIPED;
  }

  toJSON(): never {
    return refuse();
  }

  toString(): never {
    return refuse();
  }

  [Symbol.toPrimitive](): never {
    return refuse();
  }

  [inspect.custom](): string {
    return '[ephemeral]';
  }
}
