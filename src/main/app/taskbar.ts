/** All moves as one bar in the task bar or the dock. */
import type { MoveId, MoveUpdate } from '../ipc/contract.ts';

export type Bar =
  { readonly shown: false } | { readonly shown: true; readonly fraction: number; readonly mode: BarMode };
export type BarMode = 'normal' | 'paused' | 'error';

interface Figures {
  bytes: number;
  totalBytes: number;
  waiting: boolean;
}

export class Taskbar {
  readonly #show: (bar: Bar) => void;
  readonly #moving = new Map<MoveId, Figures>();
  #failed = false;
  #last = '';

  constructor(show: (bar: Bar) => void) {
    this.#show = show;
  }

  hear(id: MoveId, update: MoveUpdate): void {
    const figures = this.#moving.get(id);
    switch (update.type) {
      case 'progress':
        this.#moving.set(id, { bytes: update.bytes, totalBytes: update.totalBytes, waiting: false });
        this.#failed = false;
        break;
      case 'waiting':
      case 'resumed':
        if (figures !== undefined) figures.waiting = update.type === 'waiting';
        break;
      case 'ended':
        this.#moving.delete(id);
        if (update.code !== undefined && update.code !== 'CANCELLED') this.#failed = true;
        break;
      default:
        return;
    }
    this.#draw();
  }

  /** The person has seen the window: a failure needs no more pointing at. */
  seen(): void {
    this.#failed = false;
    this.#draw();
  }

  #draw(): void {
    const bar = this.#bar();
    const key = JSON.stringify(bar);
    if (key === this.#last) return;
    this.#last = key;
    this.#show(bar);
  }

  #bar(): Bar {
    const all = [...this.#moving.values()];
    if (all.length === 0) {
      return this.#failed ? { shown: true, fraction: 1, mode: 'error' } : { shown: false };
    }
    const total = all.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
    const done = all.reduce((sum, { bytes }) => sum + bytes, 0);
    const mode = this.#failed ? 'error' : all.every(({ waiting }) => waiting) ? 'paused' : 'normal';
    // In hundredths: the system redraws for each.
    return { shown: true, fraction: total === 0 ? 0 : Math.floor((done / total) * 100) / 100, mode };
  }
}
