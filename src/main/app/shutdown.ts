/**
 * The end of the app: a person who leaves while something moves is asked once; then every move is stopped, everything
 * forgotten, and the profile folder removed. A signal, or a fault of our own, asks nobody.
 */
export interface ShutdownOptions {
  readonly isMoving: () => boolean;
  /** @returns whether to stop and leave. */
  readonly ask: () => Promise<boolean>;
  /** Stops what runs. @returns when it has ended, within a bound. */
  readonly stopAll: () => Promise<void>;
  /** Ends the process: nothing of it runs after this. */
  readonly exit: (code: number) => void;
}

export class Shutdown {
  readonly #options: ShutdownOptions;
  #asking = false;
  #left = false;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** The person closed the window, or chose Quit. */
  async wish(): Promise<void> {
    if (this.#asking || this.#left) return;
    if (this.#options.isMoving()) {
      this.#asking = true;
      const leave = await this.#options.ask().catch(() => true);
      this.#asking = false;
      if (!leave) return;
    }
    await this.now(0);
  }

  /** Without asking. */
  async now(code: number): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    try {
      await this.#options.stopAll();
    } finally {
      this.#options.exit(code);
    }
  }
}
