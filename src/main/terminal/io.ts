/**
 * The streams a command talks to, as one value, so that a test can hand it streams of its own.
 */
import { fstatSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

export type Input = Readable & { readonly isTTY?: boolean };
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface Io {
  readonly input: Input;
  /** Results: everything for the person, or with `--json` the events and nothing else. */
  readonly output: Output;
  /** Questions and errors. */
  readonly errors: Output;
  /** Whether results go to a file on disk, where no secret belongs. */
  readonly outputIsFile?: boolean;
  /** The same of questions and errors. */
  readonly errorsAreFile?: boolean;
  /** Whether colour is welcome (https://no-color.org). */
  readonly colour: boolean;
}

/** The process's own streams. A reader that went away (`mover … | head`) must not end a move half-way. */
export function processIo(): Io {
  let told = false;
  process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || told) return;
    // A full disk under `> file`: the move goes on, and its exit code still says how it ended.
    told = true;
    process.stderr.write(`The output cannot be written (${code}); the move goes on without it.\n`);
  });
  process.stderr.on('error', () => undefined);
  const noColour = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '';
  return {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    outputIsFile: isFile(process.stdout.fd),
    errorsAreFile: isFile(process.stderr.fd),
    colour: process.stdout.isTTY && !noColour && process.env.TERM !== 'dumb',
  };
}

/** Where the pairing code may be written: a code in a log is a code on disk. `undefined` where there is nothing but files. */
export function codeOutput(io: Io): Output | undefined {
  if (io.outputIsFile !== true) return io.output;
  return io.errorsAreFile === true ? undefined : io.errors;
}

export const NO_CODE = {
  message: 'The code is not shown: whatever is printed here goes to files, and no code is written to a disk.',
  action: 'Start again with standard error on a terminal or in a pipe.',
} as const;

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    // A closed descriptor is no file.
    return false;
  }
}
