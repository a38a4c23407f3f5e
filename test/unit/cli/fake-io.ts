/** Streams in memory in the place of a terminal or of pipes. */
import { PassThrough } from 'node:stream';
import type { Io } from '../../../src/main/terminal/io.ts';

export interface FakeIo extends Io {
  readonly input: PassThrough & { isTTY?: boolean };
  /** What was written so far. */
  readonly written: () => string;
  readonly complained: () => string;
}

export function fakeIo(options: { terminal?: boolean; columns?: number; colour?: boolean } = {}): FakeIo {
  const stream = (): PassThrough & { isTTY?: boolean; columns?: number; rows?: number } =>
    Object.assign(
      new PassThrough(),
      options.terminal === true ? { isTTY: true, columns: options.columns ?? 100, rows: 40 } : {},
    );
  const [input, output, errors] = [stream(), stream(), stream()];
  const collect = (from: PassThrough): (() => string) => {
    let text = '';
    from.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    return () => text + String(from.read() ?? '');
  };
  return {
    input,
    output,
    errors,
    colour: options.colour ?? false,
    written: collect(output),
    complained: collect(errors),
  };
}

/** The lines of `--json`, parsed. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
