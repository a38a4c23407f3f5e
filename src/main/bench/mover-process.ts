/**
 * Another process of this same command, read by its JSON events: how `bench` and `verify-privacy` run real moves.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { MoverError } from '../../transfer/errors.ts';

const eventSchema = z.looseObject({ event: z.string() });
type ChildEvent = z.infer<typeof eventSchema>;

interface Waiter {
  readonly holds: (event: ChildEvent) => boolean;
  readonly resolve: (event: ChildEvent) => void;
  readonly reject: (error: unknown) => void;
}

/** This very command, as built or as TypeScript. */
function entry(): string {
  const [, path] = process.argv;
  if (path === undefined)
    throw new MoverError('UNEXPECTED', { detail: 'this command does not know its own path' });
  return resolve(path);
}

/** How often the peak of memory is read; Linux keeps the peak, so only the very end can be missed. */
const PEAK_MS = 100;

export class ChildMover {
  readonly #child: ChildProcess;
  readonly #events: ChildEvent[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #output: Buffer[] = [];
  readonly #peakTimer: NodeJS.Timeout;
  /** Bytes of memory at most, so far; `undefined` where the system does not tell. */
  peakBytes: number | undefined;
  /** The exit code; 128 + 9 and the like do not occur here, a signal gives `undefined`. */
  readonly exited: Promise<number | undefined>;

  /**
   * @param env replaces the environment.
   * @param launcher the beginning of a command line that runs the rest of it, and becomes it.
   * @param cwd the folder it works in.
   */
  constructor(
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
    launcher: readonly string[] = [],
    cwd = process.cwd(),
  ) {
    const line = [...launcher, process.execPath, ...process.execArgv, entry(), ...args, '--json'];
    this.#child = spawn(line[0] ?? '', line.slice(1), {
      env,
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { stdin, stdout, stderr } = this.#child;
    // A child that ended early has nobody to read its input.
    stdin?.on('error', () => undefined);
    if (stdout !== null) {
      stdout.on('data', (bytes: Buffer) => this.#output.push(bytes));
      createInterface({ input: stdout }).on('line', (line) => {
        this.#take(line);
      });
    }
    stderr?.on('data', (bytes: Buffer) => this.#output.push(bytes));
    this.#peakTimer = setInterval(() => {
      this.#readPeak();
    }, PEAK_MS);
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => {
        clearInterval(this.#peakTimer);
        for (const { reject: fail } of this.#waiters) fail(this.failure());
        this.#waiters.clear();
        resolve(code ?? undefined);
      });
    });
    // Whoever waits hears of it; nobody has to.
    this.exited.catch(() => undefined);
  }

  /** The first event of that name, seen or to come. @throws MoverError the child's own failure if it ends before. */
  event(name: string): Promise<ChildEvent> {
    return this.when(({ event }) => event === name);
  }

  /** The first event that `holds`, likewise. */
  when(holds: (event: ChildEvent) => boolean): Promise<ChildEvent> {
    const seen = this.#events.find(holds);
    if (seen !== undefined) return Promise.resolve(seen);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return Promise.reject(this.failure());
    return new Promise((resolve, reject) => {
      this.#waiters.add({ holds, resolve, reject });
    });
  }

  /** Writes the line of secrets and leaves the pipe open, as a program that goes on would. */
  tell(secrets: object): void {
    this.#child.stdin?.write(`${JSON.stringify(secrets)}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Everything the child has written to its standard output and error. */
  output(): Buffer {
    return Buffer.concat(this.#output);
  }

  /** Why it failed, from its last `error` event. */
  failure(): MoverError {
    const last = this.#events.filter(({ event }) => event === 'error').at(-1);
    const detail = typeof last?.message === 'string' ? last.message : 'a child process ended early';
    return new MoverError('UNEXPECTED', { detail });
  }

  #take(line: string): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      return;
    }
    const result = eventSchema.safeParse(parsed);
    if (!result.success) return;
    this.#events.push(result.data);
    this.#readPeak();
    for (const waiter of this.#waiters) {
      if (!waiter.holds(result.data)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(result.data);
    }
  }

  /** VmHWM of proc_pid_status(5): the peak resident set. */
  #readPeak(): void {
    if (process.platform !== 'linux' || this.#child.pid === undefined) return;
    try {
      const status = readFileSync(`/proc/${String(this.#child.pid)}/status`, 'utf8');
      const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      if (kibibytes !== undefined) this.peakBytes = Number(kibibytes) * 1_024;
    } catch {
      // It has just ended.
    }
  }
}

export interface LoopbackMove {
  readonly sender: ChildMover;
  readonly receiver: ChildMover;
}

export interface LoopbackOptions {
  readonly from: string;
  readonly into: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The folder both work in. */
  readonly cwd?: string;
  readonly senderSecrets?: object;
  readonly receiverSecrets?: object;
  /** Makes the code that is typed of the code that is shown. */
  readonly typed?: (shown: string) => string;
  /** What each is started by, e.g. a tracer; see `ChildMover`. */
  readonly launcher?: (role: 'sender' | 'receiver') => readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Starts a receiver and a sender on loopback and has them pair. Both are ended when the signal aborts.
 * @returns both, and the code that was shown.
 */
export async function startLoopbackMove(options: LoopbackOptions): Promise<LoopbackMove & { code: string }> {
  const { from, into, env, signal } = options;
  const children: ChildMover[] = [];
  const start = (args: readonly [role: 'send' | 'receive', ...string[]], secrets: object): ChildMover => {
    const launcher = options.launcher?.(args[0] === 'send' ? 'sender' : 'receiver');
    const child = new ChildMover([...args, '--yes', '--secrets-stdin'], env, launcher, options.cwd);
    children.push(child);
    child.tell(secrets);
    return child;
  };
  const stop = (): void => {
    for (const child of children) child.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop);
  try {
    const receiver = start(['receive', '--into', into, '--host', '127.0.0.1'], options.receiverSecrets ?? {});
    const listening = await receiver.event('listening');
    const shown = await receiver.event('code');
    const address = z.array(z.string()).min(1).parse(listening.addresses)[0] ?? '';
    const code = z.string().parse(shown.code);
    const typed = options.typed?.(code) ?? code;
    const sender = start(['send', '--from', from, '--to', address], {
      ...options.senderSecrets,
      code: typed,
    });
    void Promise.allSettled([sender.exited, receiver.exited]).then(() => {
      signal.removeEventListener('abort', stop);
    });
    return { sender, receiver, code };
  } catch (error) {
    stop();
    signal.removeEventListener('abort', stop);
    if (signal.aborted) throw MoverError.from(signal.reason, 'CANCELLED');
    throw error;
  }
}
