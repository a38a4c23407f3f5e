/**
 * The built command as a process, read as a person's program would read it: JSON events, exit code, nothing inside.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
/** What `bin.mover` of package.json names. */
export const COMMAND = fileURLToPath(new URL('../../dist/main/cli/index.js', import.meta.url));

export type Event = Readonly<Record<string, unknown>> & { readonly event: string };

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface MoverOptions {
  /** Written as the line of `--secrets-stdin`, which is added; the pipe stays open. */
  readonly secrets?: object;
  readonly env?: NodeJS.ProcessEnv;
  /** The beginning of a command line that runs the rest of it, and becomes it. */
  readonly launcher?: readonly string[];
}

interface Wish {
  readonly holds: (event: Event) => boolean;
  readonly resolve: (event: Event) => void;
  readonly reject: (error: Error) => void;
}

const running = new Set<Mover>();

/** For `afterEach`: nothing a test started outlives it. */
export async function endAllMovers(): Promise<void> {
  for (const mover of running) mover.kill('SIGKILL');
  await Promise.all([...running].map(({ exit }) => exit));
}

export class Mover {
  readonly events: Event[] = [];
  /** Lines of standard output that are no JSON object with an `event`. */
  readonly otherLines: string[] = [];
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #wishes = new Set<Wish>();
  readonly #what: string;
  #errors = '';

  /** Runs `mover <args> --json`. */
  constructor(args: readonly string[], { secrets, env, launcher = [] }: MoverOptions = {}) {
    const all = [...args, ...(secrets === undefined ? [] : ['--secrets-stdin']), '--json'];
    this.#what = `mover ${all.join(' ')}`;
    const [program = process.execPath, ...line] = [...launcher, process.execPath, COMMAND, ...all];
    const child = spawn(program, line, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    running.add(this);
    // The command may end before it has read its input.
    child.stdin.on('error', () => undefined);
    if (secrets !== undefined) child.stdin.write(`${JSON.stringify(secrets)}\n`);
    child.stderr.on('data', (bytes: Buffer) => {
      this.#errors += bytes.toString();
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      this.#take(line);
    });
    this.exit = Promise.all([once(child, 'close'), once(lines, 'close')]).then(([[code, signal]]) => {
      running.delete(this);
      for (const wish of this.#wishes) wish.reject(this.#ended());
      this.#wishes.clear();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  get errors(): string {
    return this.#errors;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first event that `holds`, seen or to come. Rejects when the process ends without. */
  when(holds: (event: Event) => boolean): Promise<Event> {
    const seen = this.events.find(holds);
    if (seen !== undefined) return Promise.resolve(seen);
    if (!running.has(this)) return Promise.reject(this.#ended());
    return new Promise((resolve, reject) => {
      this.#wishes.add({ holds, resolve, reject });
    });
  }

  event(name: string): Promise<Event> {
    return this.when(({ event }) => event === name);
  }

  /** The event `name` that comes as number `count` (from 1). */
  nth(name: string, count: number): Promise<Event> {
    return this.when((event) => this.events.filter((other) => other.event === name)[count - 1] === event);
  }

  #take(line: string): void {
    let event: Event;
    try {
      event = JSON.parse(line) as Event;
    } catch {
      this.otherLines.push(line);
      return;
    }
    if (typeof event.event !== 'string') this.otherLines.push(line);
    this.events.push(event);
    for (const wish of this.#wishes) {
      if (!wish.holds(event)) continue;
      this.#wishes.delete(wish);
      wish.resolve(event);
    }
  }

  #ended(): Error {
    const seen = this.events.map((event) => JSON.stringify(event)).join('\n');
    return new Error(`${this.#what} ended before that.\n${seen}\n${this.#errors}`);
  }
}

export interface Receiving {
  readonly receiver: Mover;
  /** On loopback. */
  readonly address: string;
  readonly code: string;
}

/** A receiver on loopback that has shown its first code. */
export async function startReceiver(
  into: string,
  args: readonly string[] = [],
  options: MoverOptions = {},
): Promise<Receiving> {
  const receiver = new Mover(['receive', '--into', into, '--host', '127.0.0.1', '--yes', ...args], options);
  const { addresses } = await receiver.event('listening');
  const { code } = await receiver.event('code');
  return { receiver, address: (addresses as string[])[0] ?? '', code: code as string };
}

export function startSender(
  args: readonly string[],
  { address, code }: Pick<Receiving, 'address' | 'code'>,
  options: MoverOptions = {},
): Mover {
  return new Mover(['send', ...args, '--to', address, '--yes'], {
    ...options,
    secrets: { code, ...options.secrets },
  });
}

export interface Move {
  readonly sender: Mover;
  readonly receiver: Mover;
  readonly exits: readonly [sender: number | null, receiver: number | null];
}

/** A whole move between two processes, to the end of both. */
export async function move(options: {
  readonly from: readonly string[];
  readonly into: string;
  readonly receiveArgs?: readonly string[];
  readonly senderSecrets?: object;
  readonly receiverSecrets?: object;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<Move> {
  const env = options.env ?? {};
  const receiving = await startReceiver(options.into, options.receiveArgs, {
    ...(options.receiverSecrets === undefined ? {} : { secrets: options.receiverSecrets }),
    env,
  });
  const sender = startSender(options.from, receiving, { secrets: options.senderSecrets ?? {}, env });
  const [sent, received] = await Promise.all([sender.exit, receiving.receiver.exit]);
  return { sender, receiver: receiving.receiver, exits: [sent.code, received.code] };
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end, as typed. `input` is its whole standard input. */
export async function runMover(
  args: readonly string[],
  { env, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
