/** Keeps the computer awake from the moment two devices have met until the move has ended; not while one waits. */
import type { MoveId, MoveUpdate } from '../ipc/contract.ts';

/** The part of Electron's `powerSaveBlocker` that is used. */
export interface Blocker {
  start(type: 'prevent-app-suspension'): number;
  stop(id: number): void;
}

export class StayAwake {
  readonly #blocker: Blocker;
  readonly #moving = new Set<MoveId>();
  #blocking: number | undefined;

  constructor(blocker: Blocker) {
    this.#blocker = blocker;
  }

  hear(id: MoveId, update: MoveUpdate): void {
    if (update.type === 'paired') this.#moving.add(id);
    else if (update.type === 'ended') this.#moving.delete(id);
    else return;
    if (this.#moving.size > 0) {
      this.#blocking ??= this.#blocker.start('prevent-app-suspension');
    } else if (this.#blocking !== undefined) {
      this.#blocker.stop(this.#blocking);
      this.#blocking = undefined;
    }
  }
}
