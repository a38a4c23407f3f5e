/**
 * Questions to the person at the terminal. They go to standard error, so that results can be piped.
 */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { MoverError } from '../../transfer/errors.ts';
import type { Io } from './io.ts';

/** Whether there is a person to ask. */
export function canAsk(io: Io): boolean {
  return io.input.isTTY === true;
}

/**
 * Asks and returns the line typed, without its end.
 * @throws MoverError `CANCELLED` at the end of input (Ctrl-D); the signal's reason when it aborts.
 */
export function ask(io: Io, question: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(MoverError.from(signal.reason, 'CANCELLED'));
      return;
    }
    // Not in raw mode: the terminal itself edits the line, and Ctrl-C stays a signal.
    const lines = createInterface({ input: io.input, output: io.errors, terminal: false });
    let settled = false;
    const settle = (then: () => void): void => {
      if (settled) return;
      settled = true;
      signal.removeEventListener('abort', onAbort);
      lines.close();
      then();
    };
    const onAbort = (): void => {
      settle(() => {
        io.errors.write('\n');
        reject(MoverError.from(signal.reason, 'CANCELLED'));
      });
    };
    signal.addEventListener('abort', onAbort);
    lines.on('close', () => {
      settle(() => {
        io.errors.write('\n');
        reject(new MoverError('CANCELLED'));
      });
    });
    lines.once('line', (line) => {
      settle(() => {
        resolve(line.trim());
      });
    });
    io.errors.write(question);
  });
}

/**
 * Asks for a secret: what is typed is not shown.
 * @throws as `ask`; `CANCELLED` for Ctrl-C, too, which is a key like any other while nothing is shown.
 */
export async function askHidden(io: Io, question: string, signal: AbortSignal): Promise<string> {
  io.errors.write(question);
  const unseen = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  try {
    return await new Promise<string>((resolve, reject) => {
      // A terminal that is read key by key shows nothing by itself.
      const lines = createInterface({ input: io.input, output: unseen, terminal: true, historySize: 0 });
      const settle = (then: () => void): void => {
        signal.removeEventListener('abort', onAbort);
        then();
        lines.close();
      };
      const cancel = (reason: unknown): void => {
        settle(() => {
          reject(MoverError.from(reason, 'CANCELLED'));
        });
      };
      const onAbort = (): void => {
        cancel(signal.reason);
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort);
      lines.on('SIGINT', () => {
        cancel(new MoverError('CANCELLED'));
      });
      lines.on('close', () => {
        reject(new MoverError('CANCELLED'));
      });
      lines.once('line', (line) => {
        settle(() => {
          resolve(line);
        });
      });
    });
  } finally {
    io.errors.write('\n');
  }
}

/** Asks until the answer is yes or no; Enter alone means `otherwise`, when given. */
export async function askYesNo(
  io: Io,
  question: string,
  signal: AbortSignal,
  otherwise?: boolean,
): Promise<boolean> {
  const hint = otherwise === undefined ? 'y/n' : otherwise ? 'Y/n' : 'y/N';
  for (;;) {
    const answer = (await ask(io, `${question} [${hint}] `, signal)).toLowerCase();
    if (answer === 'y' || answer === 'yes') return true;
    if (answer === 'n' || answer === 'no') return false;
    if (answer === '' && otherwise !== undefined) return otherwise;
    io.errors.write('Please answer y or n.\n');
  }
}

/** Asks for one of the lines shown, by its number; returns its index. */
export async function askWhich(
  io: Io,
  question: string,
  choices: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  for (const [index, choice] of choices.entries()) io.errors.write(`  ${String(index + 1)}  ${choice}\n`);
  for (;;) {
    const answer = await ask(io, `${question} [1-${String(choices.length)}] `, signal);
    const index = /^\d{1,4}$/.test(answer) ? Number(answer) - 1 : -1;
    if (index >= 0 && index < choices.length) return index;
    io.errors.write(`Please type a number from 1 to ${String(choices.length)}.\n`);
  }
}
