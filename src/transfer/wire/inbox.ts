/** Messages that have arrived and wait to be received: first in, first out, then how the channel ended. */
import { MoverError, type ErrorCode } from '../errors.ts';
import type { Message } from './messages.ts';

interface Waiter {
  readonly resolve: (message: Message) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly aborted: () => void;
}

export class Inbox {
  readonly #messages: { readonly message: Message; readonly bytes: number }[] = [];
  readonly #waiters: Waiter[] = [];
  #bytes = 0;
  #end: MoverError | undefined;

  /** Bytes of JSON that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A `stop` is not handed out: it is the end. Nothing is taken after the end. */
  put(message: Message, bytes: number): void {
    if (this.#end !== undefined) return;
    if (message.type === 'stop') {
      this.end(new MoverError(codeOfStop(message.code)));
      return;
    }
    const waiter = this.#waiters.shift();
    if (waiter === undefined) {
      this.#messages.push({ message, bytes });
      this.#bytes += bytes;
      return;
    }
    waiter.signal.removeEventListener('abort', waiter.aborted);
    waiter.resolve(message);
  }

  /** What waits is still handed out; whoever asks after that gets `error`. Only the first end counts. */
  end(error: MoverError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    for (const waiter of this.#waiters.splice(0)) {
      waiter.signal.removeEventListener('abort', waiter.aborted);
      waiter.reject(error);
    }
  }

  /** Rejects with the end of the channel, or with the signal's reason. */
  take(signal: AbortSignal): Promise<Message> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const next = this.#messages.shift();
      if (next !== undefined) {
        this.#bytes -= next.bytes;
        resolve(next.message);
        return;
      }
      if (this.#end !== undefined) throw this.#end;
      const aborted = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = { resolve, reject, signal, aborted };
      this.#waiters.push(waiter);
      signal.addEventListener('abort', aborted, { once: true });
    });
  }
}

/** The peer's words, seen from here: what was cancelled there was not cancelled by the person at this device. */
/** What a peer may end our side of a session with. Other codes speak of its own device, and would be false on this one. */
const OF_BOTH_SIDES: ReadonlySet<ErrorCode> = new Set([
  'DESTINATION_FAILED',
  'DESTINATION_UNWRITABLE',
  'INTERRUPTED',
  'NO_SPACE',
  'PEER_VERSION',
  'PEER_VIOLATION',
  'REFUSED',
  'SAME_DEVICE',
  'UNEXPECTED',
]);

function codeOfStop(code: ErrorCode): ErrorCode {
  return OF_BOTH_SIDES.has(code) ? code : 'PEER_CANCELLED';
}
