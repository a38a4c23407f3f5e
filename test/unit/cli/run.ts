/** Runs the command in this process, with an engine and streams of the test's own. */
import type { Engine } from '../../../src/main/terminal/engine.ts';
import { main } from '../../../src/main/cli/main.ts';
import { fakeEngine } from './fake-engine.ts';
import { fakeIo, type FakeIo } from './fake-io.ts';

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export async function run(
  args: readonly string[],
  options: { engine?: Partial<Engine>; io?: FakeIo; signal?: AbortSignal } = {},
): Promise<Ran> {
  const io = options.io ?? fakeIo();
  const exitCode = await main({
    args,
    version: '1.2.3',
    io,
    loadEngine: () => Promise.resolve(fakeEngine(options.engine)),
    signal: options.signal ?? new AbortController().signal,
  });
  return { exitCode, out: io.written(), err: io.complained() };
}
