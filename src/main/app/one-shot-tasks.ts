/** What a host is asked for one answer: what places hold, and a move taken back. */
import { MoverError } from '../../transfer/index.ts';
import type { Inspection, UndoOutcome } from '../ipc/contract.ts';
import type { EngineProcess } from './engine-process.ts';
import type { HostSources } from './host/host-messages.ts';
import type { HostMessage, StartEngine } from './moves.ts';

export class OneShotTasks {
  readonly #start: StartEngine;
  readonly #running = new Set<EngineProcess>();

  constructor(start: StartEngine) {
    this.#start = start;
  }

  /** @throws MoverError what opening or scanning the sources fails with. */
  inspect(sources: HostSources): Promise<Inspection> {
    return this.#run({ type: 'inspect', sources }, (message) =>
      message.type === 'inspection' ? message.inspection : undefined,
    );
  }

  /** @throws MoverError `NOTHING_TO_UNDO`, `DESTINATION_BUSY`, `DESTINATION_FAILED`, … */
  undo(destination: string): Promise<UndoOutcome> {
    return this.#run({ type: 'undo', destination }, (message) =>
      message.type === 'undone' ? message.outcome : undefined,
    );
  }

  /** Lets nothing outlive the app. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((process) => process.stop()));
  }

  async #run<T>(task: Parameters<StartEngine>[0], take: (message: HostMessage) => T | undefined): Promise<T> {
    let answer: T | undefined;
    const process = this.#start(task, (message) => {
      answer ??= take(message);
    });
    this.#running.add(process);
    const code = await process.ended;
    this.#running.delete(process);
    if (code !== undefined) throw new MoverError(code);
    if (answer === undefined) throw new MoverError('UNEXPECTED');
    return answer;
  }
}
