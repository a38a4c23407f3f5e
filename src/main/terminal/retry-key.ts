/** Enter, while the network is gone: the other device is dialled at once. Ctrl-C gives up, as always. */
import type { Retry } from '../../transfer/wire/retry.ts';
import type { MoveEvent } from '../../transfer/session/events.ts';
import type { Io } from './io.ts';
import { canAsk } from './prompt.ts';

export class RetryKey {
  readonly retry: Retry;
  readonly #io: Io;
  readonly #onKey = (): void => {
    this.retry.now();
  };

  constructor(io: Io, retry: Retry) {
    this.#io = io;
    this.retry = retry;
  }

  event({ type }: MoveEvent): void {
    if (type === 'waiting' && canAsk(this.#io)) this.#io.input.on('data', this.#onKey);
    else if (type === 'resumed') this.close();
  }

  close(): void {
    if (!this.#io.input.listeners('data').includes(this.#onKey)) return;
    this.#io.input.off('data', this.#onKey).pause();
  }
}
