/** Sends an input through the maze, guided or blind, and posts the one that got through, made smaller. */
import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import { Broken, fuzz, shrink } from './loop.ts';

const { guided, executions } = workerData as { guided: boolean; executions: number };
const coverage = new Coverage();
const { maze } = await import('./maze.ts');
coverage.begin(guided ? maze.covers : /^nothing$/);
const take = maze.open('');
let tried = 0;
const out = new Error('enough');
try {
  await fuzz({
    ...{ target: maze, take, coverage, seed: 'maze', forMs: 60_000, kept: () => undefined },
    seeds: [Buffer.from('----')],
    before: () => {
      tried += 1;
      if (tried > executions) throw out;
    },
  });
} catch (error) {
  const found = error instanceof Broken ? (await shrink(error, take)).toString() : undefined;
  if (found === undefined && error !== out) throw error;
  parentPort?.postMessage(found);
}
