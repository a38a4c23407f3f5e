/**
 * Owns the ephemeral values of one run, so that every ending wipes them: success, failure, cancellation, and a process
 * that exits from a signal handler.
 */
import { Ephemeral } from './ephemeral.ts';

/** The part of `process` that says the program is about to be gone. */
export interface Exiting {
  once(event: 'exit', listener: () => void): unknown;
  off(event: 'exit', listener: () => void): unknown;
}

interface Wipeable {
  wipe(): void;
}

export class Vault {
  readonly #kept = new Set<Wipeable>();
  readonly #exiting: Exiting;
  readonly #onExit = (): void => this.wipe();
  #wiped = false;

  constructor(exiting: Exiting = process) {
    this.#exiting = exiting;
    exiting.once('exit', this.#onExit);
  }

  /**
   * Runs `work` with a vault of its own, which is wiped however the work ends. Wiping waits for the work: a value that
   * vanished under its user would turn a cancellation into a fault.
   */
  static async during<R>(work: (vault: Vault) => Promise<R>, exiting?: Exiting): Promise<R> {
    const vault = new Vault(exiting);
    try {
      return await work(vault);
    } finally {
      vault.wipe();
    }
  }

  get wiped(): boolean {
    return this.#wiped;
  }

  /** Takes ownership of a value. After the end of the run it is wiped at once. */
  keep<E extends Wipeable>(value: E): E {
    if (this.#wiped) value.wipe();
    else this.#kept.add(value);
    return value;
  }

  /** Makes an ephemeral value owned by this vault. */
  seal<T>(value: T): Ephemeral<T> {
    return this.keep(new Ephemeral(value));
  }

  /** Wipes a value now and forgets it: its purpose is fulfilled before the run's. */
  release(value: Wipeable): void {
    this.#kept.delete(value);
    value.wipe();
  }

  /** Wipes everything. Idempotent. */
  wipe(): void {
    this.#wiped = true;
    this.#exiting.off('exit', this.#onExit);
    for (const value of this.#kept) value.wipe();
    this.#kept.clear();
  }
}
