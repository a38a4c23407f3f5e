/**
 * The receiver's side of pairing over real connections: every control connection is heard, a few of each address at a
 * time may try the code, the first that proves it is the sender, and from then on only that sender may come back.
 */
import { MoverError, type ErrorCode } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Attempt, CodeBook } from '../pairing/code.ts';
import { endResponder, startResponder, stepResponder } from '../pairing/responder.ts';
import type { Identity } from '../pairing/identity.ts';
import type { PairedKeys } from '../pairing/machine.ts';
import type { PairedSession } from './channel.ts';
import { ControlChannel } from './control.ts';
import type { ControlSocket } from './control-socket.ts';
import type { Endpoint } from './endpoint.ts';
import type { PairingMessage } from '../pairing/messages.ts';
import { receivePairing, sendPairing } from './pairing-io.ts';
import { RejoinAcceptor } from './rejoin.ts';
import { sourceOf } from './source-address.ts';

export interface AcceptSenderOptions {
  readonly endpoint: Endpoint;
  readonly identity: Identity;
  readonly codeBook: CodeBook;
  /** A wrong code was tried and counted; the book has already shown a new code when one was due. */
  readonly onAttemptFailed: (code: ErrorCode, triesLeft: number) => void;
  /** See `ControlChannelOptions.waitMs`. */
  readonly waitMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Resolves with the first sender that pairs; failures are reported and the next one is awaited. From then on the
 * endpoint lets only that sender's control connection come back; everybody else hears `PAIRING_BUSY`.
 * Rejects with the signal's reason; the signal does not matter any more once a sender has paired.
 */
export function acceptSender(options: AcceptSenderOptions): Promise<PairedSession> {
  const { endpoint, signal } = options;
  const stopped = new AbortController();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      endpoint.onControl = undefined;
      stopped.abort(signal.reason);
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    const reception = new Reception(options, stopped.signal, (session) => {
      signal.removeEventListener('abort', stop);
      resolve(session);
    });
    endpoint.onControl = (socket) => void reception.greet(socket);
  });
}

class Reception {
  readonly #options: AcceptSenderOptions;
  readonly #signal: AbortSignal;
  readonly #onPaired: (session: PairedSession) => void;
  /** From pairing on. */
  #acceptor: RejoinAcceptor | undefined;

  constructor(options: AcceptSenderOptions, signal: AbortSignal, onPaired: (session: PairedSession) => void) {
    this.#options = options;
    this.#signal = signal;
    this.#onPaired = onPaired;
  }

  /** Handles a connection that has not paired. Never rejects. */
  async greet(socket: ControlSocket): Promise<void> {
    try {
      const first = await receivePairing(socket, { timeoutMs: LIMITS.unpairedMs, signal: this.#signal });
      if (first.type !== 'rejoin-a') await this.#pair(socket, first);
      else if (this.#acceptor === undefined) throw new MoverError('INTERRUPTED');
      else this.#acceptor.answer(socket, first);
    } catch (error) {
      const { code } = MoverError.from(error, 'PAIRING_FAILED');
      const triesLeft = error instanceof CountedFailure ? error.triesLeft : undefined;
      sendPairing(socket, { type: 'pair-failed', code, ...(triesLeft === undefined ? {} : { triesLeft }) });
      await socket.close();
    }
  }

  async #pair(socket: ControlSocket, first: PairingMessage): Promise<void> {
    const { identity, codeBook, onAttemptFailed } = this.#options;
    let attempt: Attempt | undefined;
    let state = startResponder({
      channelBinding: socket.channelBinding,
      certificateDigest: identity.digest,
      secretFor: (kind) => {
        if (this.#acceptor !== undefined) throw new MoverError('PAIRING_BUSY');
        const begun = codeBook.begin(kind, sourceOf(socket.remoteAddress));
        if (!begun.ok) throw new MoverError(begun.reason === 'busy' ? 'PAIRING_BUSY' : 'PAIRING_LOCKED');
        attempt = begun.attempt;
        return attempt.secret;
      },
    });
    try {
      let message = first;
      for (;;) {
        const step = stepResponder(state, message);
        state = step.state;
        // Before the last answer: an attempt that came too late is none, even with the right code.
        if (step.keys !== undefined) concludeWith(step.keys, attempt);
        if (step.send !== undefined) sendPairing(socket, step.send);
        if (step.keys !== undefined) {
          this.#admit(socket, step.keys);
          return;
        }
        message = await receivePairing(socket, { timeoutMs: LIMITS.pairingMs, signal: this.#signal });
      }
    } catch (error) {
      endResponder(state);
      // Only our own machine says WRONG_CODE: a proof came and was wrong.
      if (attempt !== undefined && error instanceof MoverError && error.code === 'WRONG_CODE') {
        const { triesLeft } = attempt.failed();
        if (!this.#signal.aborted) onAttemptFailed(error.code, triesLeft);
        throw new CountedFailure(error, triesLeft);
      }
      attempt?.abandoned();
      throw error;
    }
  }

  #admit(socket: ControlSocket, keys: PairedKeys): void {
    socket.admit();
    const channel = new ControlChannel({ socket, waitMs: this.#options.waitMs });
    this.#acceptor = new RejoinAcceptor(channel, keys.joinKey);
    this.#onPaired({ channel, ...keys, certificateDigest: this.#options.identity.digest });
  }
}

/** Keys of an attempt that came too late belong to nobody. */
function concludeWith(keys: PairedKeys, attempt: Attempt | undefined): void {
  try {
    attempt?.succeeded();
  } catch (error) {
    keys.appKey.wipe();
    keys.joinKey.wipe();
    throw error;
  }
}

/** A failure that used up a try. */
class CountedFailure extends MoverError {
  readonly triesLeft: number;

  constructor(cause: MoverError, triesLeft: number) {
    super(cause.code, { cause });
    this.triesLeft = triesLeft;
  }
}
