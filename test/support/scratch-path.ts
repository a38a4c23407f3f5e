/** A path for one test where nothing is yet. */
import { join } from 'node:path';
import { scratchFolder } from './scratch.ts';

export function scratchPath(name: string): string {
  return join(scratchFolder(), name);
}
