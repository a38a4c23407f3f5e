/** Starts one of the engine's worker threads, from TypeScript in development and from JavaScript once built. */
import { Worker } from 'node:worker_threads';

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** A lane keeps a few blocks in memory; a heap beyond this is a leak that should be found. */
const HEAP_MIB = 128;
/** What V8 would let grow to 48 MiB a thread before it looks for garbage. */
const YOUNG_HEAP_MIB = 8;

export type WorkerName = 'send-lane-worker' | 'receive-lane-worker' | 'probe-worker';

export function startWorker(name: WorkerName): Worker {
  return new Worker(new URL(`../lanes/${name}${EXTENSION}`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_HEAP_MIB },
    // Neither the environment nor the arguments are a lane's business.
    env: {},
    argv: [],
  });
}
