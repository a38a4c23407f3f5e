/**
 * A wall clock of one process that can be set while it runs: the clock of this machine stays as it is. What JavaScript
 * can ask of a wall clock it asks through `Date`; clocks that count steadily (`performance.now`, timers) go on.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MoverOptions } from '../support/mover.ts';
import type { Side } from './fault.ts';

const clockFile = (folder: string, side: Side): string => join(folder, `${side}.clock`);

/** Loaded into every thread of the process. */
const preload = (file: string): string => `
import { readFileSync } from 'node:fs';
const Steady = globalThis.Date;
let offset = 0;
let readAt = -Infinity;
const now = () => {
  if (performance.now() - readAt > 5) {
    readAt = performance.now();
    offset = Number(readFileSync(${JSON.stringify(file)}, 'utf8'));
  }
  return Steady.now() + offset;
};
globalThis.Date = class Date extends Steady {
  constructor(...values) {
    super(...(values.length === 0 ? [now()] : values));
  }
  static now() {
    return now();
  }
};
`;

/** How to start a program whose clock can be set. */
export function withWallClock(folder: string, side: Side): Pick<MoverOptions, 'env'> {
  setWallClock(folder, side, 0);
  const module = join(folder, `${side}-clock.mjs`);
  writeFileSync(module, preload(clockFile(folder, side)));
  return { env: { NODE_OPTIONS: `--import=${pathToFileURL(module).href}` } };
}

/** Sets its clock to so many milliseconds from the right time. */
export function setWallClock(folder: string, side: Side, offsetMs: number): void {
  const file = clockFile(folder, side);
  writeFileSync(`${file}.new`, String(offsetMs));
  renameSync(`${file}.new`, file);
}
