/**
 * Worker threads started before they are needed: starting one takes as long as moving two thousand small files, and the
 * time in which devices and people agree is free.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import { startWorker, type WorkerName } from '../worker-thread.ts';

export class WarmWorkers {
  readonly #name: WorkerName;
  readonly #idle: Worker[];
  #closed = false;

  constructor(name: WorkerName, count: number) {
    this.#name = name;
    this.#idle = Array.from({ length: count }, () => this.#start());
  }

  #start(): Worker {
    const worker = startWorker(this.#name);
    // Whoever takes it listens for its failures; one that fails before is simply not there.
    worker.on('error', () => {
      const at = this.#idle.indexOf(worker);
      if (at !== -1) this.#idle.splice(at, 1);
    });
    return worker;
  }

  /** A worker of the taker's, which is told `data` as its first message, with the ports in it. */
  take(data: unknown, ports: readonly MessagePort[] = []): Worker {
    const worker = this.#idle.shift() ?? startWorker(this.#name);
    worker.postMessage(data, [...ports]);
    return worker;
  }

  /** Ends those nobody took. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }
}
