/** `npm run fuzz` is worth its time: what it is guided by leads it where chance does not. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

const EXECUTIONS = 150_000;

async function run(guided: boolean): Promise<unknown> {
  const worker = new Worker(new URL('guided/maze-worker.ts', import.meta.url), {
    workerData: { guided, executions: EXECUTIONS },
    execArgv: [],
  });
  const [found] = (await once(worker, 'message')) as [unknown];
  await worker.terminate();
  return found;
}

it('guided by what its inputs reach, it finds a fault behind four checks, and makes the input as small as can be', async () => {
  expect(await run(true)).toBe('maze');
});

it('without guidance, it does not', async () => {
  expect(await run(false)).toBeUndefined();
});
