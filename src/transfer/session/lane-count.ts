import { availableParallelism } from 'node:os';

/** Beyond four, lanes share the network card; beyond the cores, they share the cores. */
const MOST = 4;

export function defaultLanes(): number {
  return Math.min(MOST, Math.max(1, availableParallelism()));
}
