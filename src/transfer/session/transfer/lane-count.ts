import { availableParallelism } from 'node:os';

/**
 * Beyond four, lanes share the network card; beyond the cores, they share the cores. One core is left for the engine's own
 * thread, which is busy with the manifest: with 50,000 small files on two cores one lane took 0.9 of the time of two.
 */
const MOST = 4;

export function defaultLanes(): number {
  return Math.min(MOST, Math.max(1, availableParallelism() - 1));
}
