/** Two people at windows of the same look, as many as tests run at once; a test waits until one of them is free. */
import type { Browser } from 'playwright-core';
import { Visit, type VisitOptions } from './visit.ts';

export class VisitPool {
  readonly #visits: readonly Visit[];
  readonly #free: Visit[];
  readonly #waiting: ((visit: Visit) => void)[] = [];

  private constructor(visits: readonly Visit[]) {
    this.#visits = visits;
    this.#free = [...visits];
  }

  static async make(browser: Browser, options: VisitOptions): Promise<VisitPool> {
    return new VisitPool([await Visit.make(browser, options), await Visit.make(browser, options)]);
  }

  /** Gives a visit that has nothing of the one before it. */
  async use<T>(work: (visit: Visit) => Promise<T>): Promise<T> {
    const visit = this.#free.pop() ?? (await new Promise<Visit>((resolve) => this.#waiting.push(resolve)));
    try {
      await visit.reset();
      return await work(visit);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(visit);
      else next(visit);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#visits.map((visit) => visit.close()));
  }
}
