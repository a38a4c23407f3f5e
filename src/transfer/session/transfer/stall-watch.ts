/** Tells when nothing moves although it should. */
import { LIMITS } from '../../limits.ts';

export class StallWatch {
  readonly #onStalled: () => void;
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();
  #told = false;

  /** Watches from now on. `onStalled` is told once for each time that nothing moves. */
  constructor(onStalled: () => void) {
    this.#onStalled = onStalled;
    this.#timer = setInterval(() => {
      if (this.#told || performance.now() - this.#lastMs < LIMITS.stallMs) return;
      this.#told = true;
      this.#onStalled();
    }, LIMITS.stallMs / 4);
    this.#timer.unref();
  }

  /** Something has moved. */
  moved(): void {
    this.#lastMs = performance.now();
    this.#told = false;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
