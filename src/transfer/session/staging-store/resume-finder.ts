/**
 * What the receiver has of an entry already: a file of the destination that may be the same, or what an interrupted
 * move left in staging. Both are told to the sender as a prefix with its digest; only equal content counts.
 */
import type { Worker } from 'node:worker_threads';
import type { DiskDestination } from '../../devices/port.ts';
import type { Entry } from '../../kinds/entry.ts';
import { LIMITS } from '../../limits.ts';
import type { ResumePrefix } from '../../lanes/manifest-pages.ts';
import type { Probe, ProbeAnswer, ProbeRequest } from '../../lanes/probe-worker.ts';
import type { Staging } from '../staging/staging.ts';
import { startWorker } from '../worker-thread.ts';

interface Candidate extends Probe {
  readonly entry: number;
  readonly atDestination: boolean;
}

export class ResumeFinder {
  readonly #staging: Pick<Staging, 'find'>;
  readonly #destination: DiskDestination;
  #worker: Worker | undefined;
  #requests = 0;
  #closed = false;
  readonly #pending = new Map<number, (answer: ProbeAnswer) => void>();

  constructor(staging: Pick<Staging, 'find'>, destination: DiskDestination) {
    this.#staging = staging;
    this.#destination = destination;
  }

  /** @param staged whether staging may hold something of these entries. */
  async find(
    entries: Iterable<readonly [number, Entry]>,
    look: { readonly staged: boolean; readonly destination: boolean },
  ): Promise<ResumePrefix[]> {
    const candidates: Candidate[] = [];
    for (const [number, entry] of entries) {
      if (entry.type === 'folder') continue;
      const there = look.destination && entry.type !== 'segment' ? this.#destination.candidates(entry) : [];
      for (const path of there.slice(0, LIMITS.candidates)) {
        candidates.push({ entry: number, path, length: entry.size, atDestination: true });
      }
      if (there.length > 0 || !look.staged) continue;
      const staged = await this.#staging.find(entry);
      if (staged !== undefined) candidates.push({ entry: number, ...staged, atDestination: false });
    }
    if (candidates.length === 0) return [];
    const digests = await this.#probe(candidates.map(({ path, length }) => ({ path, length })));
    return candidates.flatMap(({ entry, length, atDestination }, index) => {
      const digest = digests[index];
      return digest === undefined ? [] : [{ entry, from: length, digest, atDestination }];
    });
  }

  #probe(probes: Probe[]): Promise<ProbeAnswer['digests']> {
    if (this.#closed) return Promise.resolve([]);
    this.#worker ??= this.#start();
    const id = (this.#requests += 1);
    this.#worker.postMessage({ id, probes } satisfies ProbeRequest);
    return new Promise((resolve) => {
      this.#pending.set(id, (answer) => {
        resolve(answer.digests);
      });
    });
  }

  #start(): Worker {
    const worker = startWorker('probe-worker');
    worker.on('message', (answer: ProbeAnswer) => {
      const resolve = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      resolve?.(answer);
    });
    // Whatever it was asked counts as not held: it is sent again.
    worker.on('error', () => {
      this.#giveUp();
      this.#worker = undefined;
    });
    worker.unref();
    return worker;
  }

  #giveUp(): void {
    for (const [id, resolve] of this.#pending) resolve({ id, digests: [] });
    this.#pending.clear();
  }

  /** What is being looked at counts as not held: a film of 100 GB would be read for minutes after a stop. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#giveUp();
    await this.#worker?.terminate();
  }
}
