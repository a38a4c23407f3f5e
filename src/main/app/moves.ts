/** The moves of this app: each in a process of its own, as many as the machine carries. */
import { resolve } from 'node:path';
import { MoverError } from '../../transfer/index.ts';
import type { MoveAnswer, MoveId, MoveUpdate } from '../ipc/contract.ts';
import type { EngineProcess } from './engine-process.ts';
import type { FromHost, TaskOf } from './host/host-messages.ts';
import { ProgressThrottle } from './progress-throttle.ts';

export type MoveTask = TaskOf<'receive' | 'send' | 'keep'>;

export type HostMessage = Exclude<FromHost, { type: 'ended' }>;
export type StartEngine = (
  task: MoveTask | TaskOf<'inspect' | 'undo' | 'watch'>,
  onMessage: (message: HostMessage) => void,
) => EngineProcess;

export interface MovesOptions {
  readonly start: StartEngine;
  readonly maxMoves: number;
  /** Hears every update in order; the last of a move is `ended`. */
  readonly tell: (id: MoveId, update: MoveUpdate) => void;
  /** A folder has been taken by a move, or is free again (`isBusy`). */
  readonly onFolders?: () => void;
}

interface Move {
  readonly process: EngineProcess;
  /** Undefined at the old device. */
  readonly destination: string | undefined;
  running: boolean;
  /** It came to an end that put something in place, or would have. */
  hasReceipt: boolean;
}

export class Moves {
  readonly #options: MovesOptions;
  readonly #moves = new Map<MoveId, Move>();

  constructor(options: MovesOptions) {
    this.#options = options;
  }

  get running(): number {
    return [...this.#moves.values()].filter(({ running }) => running).length;
  }

  /** @throws MoverError `TOO_MANY_MOVES` */
  start(task: MoveTask): MoveId {
    if (this.running >= this.#options.maxMoves) throw new MoverError('TOO_MANY_MOVES');
    const id: MoveId = `move-${this.#moves.size + 1}`;
    const throttle = new ProgressThrottle((update) => {
      this.#options.tell(id, update);
    });
    // The task is not kept: a code is in it.
    const process = this.#options.start(task, (message) => {
      if (message.type !== 'update') return;
      if (message.update.type === 'receipt') move.hasReceipt = true;
      throttle.push(message.update);
    });
    const move: Move = {
      process,
      destination: task.type === 'send' ? undefined : resolve(task.destination),
      running: true,
      hasReceipt: false,
    };
    this.#moves.set(id, move);
    this.#foldersChanged(move);
    void process.ended.then((code) => {
      move.running = false;
      this.#foldersChanged(move);
      throttle.push({ type: 'ended', code });
    });
    return id;
  }

  /** @throws MoverError `USAGE` for a move that is none. */
  answer(id: MoveId, answer: MoveAnswer): void {
    this.#find(id).process.post({ type: 'answer', answer });
  }

  /** @throws MoverError `USAGE` for a move that is none. */
  limit(id: MoveId, bytesPerSecond: number | null): void {
    this.#find(id).process.post({ type: 'limit', bytesPerSecond });
  }

  /** @throws MoverError `USAGE` for a move that is none. */
  retry(id: MoveId): void {
    this.#find(id).process.post({ type: 'retry' });
  }

  /** @returns when its process has ended. @throws MoverError `USAGE` for a move that is none. */
  async stop(id: MoveId): Promise<void> {
    await this.#find(id).process.stop();
  }

  async stopAll(): Promise<void> {
    const running = [...this.#moves.values()].filter((move) => move.running);
    await Promise.all(running.map(({ process }) => process.stop()));
  }

  /** Whether a running move writes into the folder. */
  isBusy(folder: string): boolean {
    const path = resolve(folder);
    return [...this.#moves.values()].some(({ running, destination }) => running && destination === path);
  }

  /** @throws MoverError `USAGE` for a move that is none, or that has no destination here. */
  destinationOf(id: MoveId): string {
    const { destination } = this.#find(id);
    if (destination === undefined) throw new MoverError('USAGE');
    return destination;
  }

  /**
   * The folder in which this move can be taken back: only the last one into a folder can.
   * @throws MoverError `USAGE`, `DESTINATION_BUSY`, `NOTHING_TO_UNDO`.
   */
  undoable(id: MoveId): string {
    const folder = this.destinationOf(id);
    if (this.isBusy(folder)) throw new MoverError('DESTINATION_BUSY');
    const last = [...this.#moves].filter(
      ([, { destination, hasReceipt }]) => hasReceipt && destination === folder,
    );
    if (last.at(-1)?.[0] !== id) throw new MoverError('NOTHING_TO_UNDO');
    return folder;
  }

  #foldersChanged({ destination }: Move): void {
    if (destination !== undefined) this.#options.onFolders?.();
  }

  #find(id: MoveId): Move {
    const move = this.#moves.get(id);
    if (move === undefined) throw new MoverError('USAGE');
    return move;
  }
}
