/** Notices a peer that is gone without a word: a stopped process or a pulled cable leaves a connection open for minutes. */
import { LIMITS } from '../limits.ts';

export interface HeartbeatOptions {
  readonly ping: () => void;
  /** Bytes read so far; undefined while nothing is read on purpose. */
  readonly bytesRead: () => number | undefined;
  readonly onDead: () => void;
}

export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #bytesRead = 0;
  #missed = 0;
  #touched = false;

  constructor(options: HeartbeatOptions) {
    this.#timer = setInterval(() => {
      const bytesRead = options.bytesRead();
      const alive = this.#touched || bytesRead === undefined || bytesRead !== this.#bytesRead;
      this.#touched = false;
      this.#bytesRead = bytesRead ?? this.#bytesRead;
      this.#missed = alive ? 0 : this.#missed + 1;
      if (this.#missed >= LIMITS.missedPings) {
        this.stop();
        options.onDead();
      } else {
        options.ping();
      }
    }, LIMITS.pingMs);
  }

  /** A sign of life from elsewhere. */
  touch(): void {
    this.#touched = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
