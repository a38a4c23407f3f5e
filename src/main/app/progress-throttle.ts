/**
 * Updates of one move on their way to the window: progress at most four times a second, the newest of it, and everything
 * else at once and in order. A window that paints every update of a fast move has no time left for the
 * person, and leaves less to the move.
 */
import type { MoveUpdate } from '../ipc/contract.ts';

const EVERY_MS = 250;

export class ProgressThrottle {
  readonly #send: (update: MoveUpdate) => void;
  readonly #everyMs: number;
  #newest: MoveUpdate | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (update: MoveUpdate) => void, everyMs: number = EVERY_MS) {
    this.#send = send;
    this.#everyMs = everyMs;
  }

  push(update: MoveUpdate): void {
    if (update.type !== 'progress') {
      this.#release();
      this.#send(update);
    } else if (this.#timer === undefined) {
      this.#send(update);
      this.#wait();
    } else {
      this.#newest = update;
    }
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#newest === undefined) return;
      this.#release();
      this.#wait();
    }, this.#everyMs);
    this.#timer.unref();
  }

  #release(): void {
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest !== undefined) this.#send(newest);
  }
}
