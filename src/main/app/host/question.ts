/** What the engine asks and a person answers: one question at a time, and no answer to a question nobody asked. */
import { MoverError } from '../../../transfer/index.ts';
import type { MoveAnswer } from './host-messages.ts';

export class Question {
  readonly #signal: AbortSignal;
  #answer: ((answer: MoveAnswer) => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @throws MoverError `CANCELLED` when the move is stopped before there is an answer. */
  ask(): Promise<MoveAnswer> {
    return new Promise((resolve, reject) => {
      const stopped = (): void => {
        this.#answer = undefined;
        reject(MoverError.from(this.#signal.reason, 'CANCELLED'));
      };
      if (this.#signal.aborted) {
        stopped();
        return;
      }
      this.#signal.addEventListener('abort', stopped, { once: true });
      this.#answer = (answer) => {
        this.#answer = undefined;
        this.#signal.removeEventListener('abort', stopped);
        resolve(answer);
      };
    });
  }

  answer(answer: MoveAnswer): void {
    this.#answer?.(answer);
  }
}
