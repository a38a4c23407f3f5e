/** How a session ends when it does not end well: the peer is told the code, and only the code. */
import { setTimeout as delay } from 'node:timers/promises';
import { MoverError } from '../errors.ts';
import type { Channel } from '../wire/channel.ts';

/** A peer that is gone must not keep us from ending. */
const FAREWELL_MS = 1_000;

/** Resolves when the peer has acknowledged everything, and after a second at the latest. */
export async function flushedSoon(channel: Channel): Promise<void> {
  await Promise.race([channel.flushed(), delay(FAREWELL_MS, undefined, { ref: false })]);
}

export async function closeWithError(channel: Channel, error: MoverError): Promise<void> {
  // A peer that ended the session itself, or is gone, is not told: the channel has ended and sends nothing.
  channel.send({ type: 'stop', code: error.code });
  await flushedSoon(channel);
  await channel.close();
}

/**
 * One signal for a session: aborted by the caller (`CANCELLED`) or by the first failure inside. Whatever waits on it
 * rejects with the MoverError it was aborted with.
 */
export class SessionSignal {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #onOuter = (): void => {
    this.fail(new MoverError('CANCELLED', { cause: this.#outer.reason }));
  };

  constructor(outer: AbortSignal) {
    this.#outer = outer;
    if (outer.aborted) this.#onOuter();
    else outer.addEventListener('abort', this.#onOuter, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  fail(error: MoverError): void {
    if (!this.signal.aborted) this.#controller.abort(error);
  }

  /** The error a session ends with: the one that aborted it, or else the one that was thrown. */
  errorOf(thrown: unknown): MoverError {
    return MoverError.from(this.signal.aborted ? this.signal.reason : thrown);
  }

  /** From now on the caller's abort has no effect: what has begun must be ended. */
  detach(): void {
    this.#outer.removeEventListener('abort', this.#onOuter);
  }
}
