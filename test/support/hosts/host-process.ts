/**
 * A command that runs on a host: its output line by line as it comes, its end, and an end to it.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export type JsonLine = Readonly<Record<string, unknown>>;

export class HostProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  #errors = '';
  #ended = false;

  /** Exit code, or the signal's name. */
  readonly exit: Promise<number | string>;

  constructor(command: string, args: readonly string[], input?: string) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    // A child that ends early breaks the pipe; its exit code tells why.
    this.#child.stdin.on('error', () => undefined);
    if (input !== undefined) this.#child.stdin.write(input);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    this.exit = new Promise((resolve) => {
      const end = (result: number | string): void => {
        this.#ended = true;
        this.#wake();
        resolve(result);
      };
      this.#child.on('error', (error) => end(error.message));
      this.#child.on('close', (code, signal) => end(code ?? signal ?? 'unknown'));
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** What it said on standard error, for messages of failed tests. */
  get errors(): string {
    return this.#errors;
  }

  /** Writes to its standard input. */
  say(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Nothing more comes on its standard input. */
  hush(): void {
    this.#child.stdin.end();
  }

  /**
   * The first line, from `from` on, for which `matches` holds, whether it came before or comes later.
   * @throws Error with all output when the process ends without one
   */
  async line(matches: (line: string) => boolean, from = 0): Promise<string> {
    for (let index = from; ; index += 1) {
      while (index >= this.#lines.length) {
        if (this.#ended)
          throw new Error(`no such line before the end:\n${this.#lines.join('\n')}\n${this.#errors}`);
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
      const line = this.#lines[index];
      if (line !== undefined && matches(line)) return line;
    }
  }

  /** The first JSON line with this `event` that `matches`. */
  async event(event: string, matches: (line: JsonLine) => boolean = () => true, from = 0): Promise<JsonLine> {
    const parse = (line: string): JsonLine => JSON.parse(line) as JsonLine;
    return parse(
      await this.line((line) => {
        const json = parse(line);
        return json['event'] === event && matches(json);
      }, from),
    );
  }

  /** Ends it at once, if it has not ended, and waits for that. */
  async kill(): Promise<void> {
    if (!this.#ended) this.#child.kill('SIGKILL');
    await this.exit;
  }
}
