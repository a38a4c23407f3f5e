/** What every command is handed. */
import type { Engine } from './engine.ts';
import type { Io } from './io.ts';

export interface Context {
  readonly io: Io;
  readonly engine: Engine;
  /** Aborted by Ctrl-C or SIGTERM with a `CANCELLED` error. */
  /** Of OpenMover. */
  readonly version: string;
  readonly signal: AbortSignal;
  /** See `Interrupt.hold`. */
  readonly hold: (say: () => void) => void;
}
