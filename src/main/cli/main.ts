/**
 * From arguments to an exit code: finds the command, loads what it needs, and turns every failure into one sentence
 * or one JSON line.
 */
import type { Context } from './context.ts';
import type { Engine } from './engine.ts';
import type { Io } from './io.ts';
import { errorLine } from './json-line.ts';
import { type Invocation, parseInvocation } from './program.ts';

export interface MainOptions {
  readonly args: readonly string[];
  readonly version: string;
  readonly io: Io;
  readonly loadEngine: () => Promise<Engine>;
  readonly signal: AbortSignal;
}

type Run = Extract<Invocation, { type: 'run' }>;

/** @returns the exit code of the contract; never throws. */
export async function main(options: MainOptions): Promise<number> {
  const { args, version, io } = options;
  // Known before parsing, so that a mistake in the flags themselves is told as JSON too.
  const json = args.includes('--json');
  try {
    const invocation = parseInvocation(args, version);
    switch (invocation.type) {
      case 'show':
        io.output.write(invocation.text);
        return 0;
      case 'wrong': {
        const { usage } = await import('./options.ts');
        throw usage(invocation.sentence);
      }
      case 'run': {
        const engine = await options.loadEngine();
        return await run(invocation, { io, engine, signal: options.signal });
      }
    }
  } catch (error) {
    return await report(error, json, options);
  }
}

/** The flags were declared in program.ts: their names and kinds are what each command's options say. */
async function run({ command, operands, options }: Run, context: Context): Promise<number> {
  switch (command) {
    case 'receive':
      return (await import('./receive.ts')).runReceive(options as never, context);
    case 'send':
      return (await import('./send.ts')).runSend(options, context);
    case 'discover':
      return (await import('./discover.ts')).runDiscover(options, context);
    case 'inspect':
      return (await import('./inspect.ts')).runInspect(operands[0] ?? '', options, context);
    case 'apps':
      return (await import('./apps.ts')).runApps(options as never, context);
    case 'bench':
      return (await import('./bench.ts')).runBench(options, context);
    case 'undo':
      return (await import('./undo.ts')).runUndo(options as never, context);
    case 'staging':
      return (await import('./staging.ts')).runStaging(operands[0] ?? '', options, context);
    case 'verify-privacy':
      return (await import('./verify-privacy.ts')).runVerifyPrivacy(options, context);
    case 'sample':
      return (await import('./sample-command.ts')).runSampleCommand(options as never, context);
  }
}

async function report(error: unknown, json: boolean, { io, signal }: MainOptions): Promise<number> {
  const { MoverError } = await import('../../transfer/errors.ts');
  const { printable } = await import('../../transfer/privacy/escape.ts');
  // After Ctrl-C, whatever broke on the way out is a consequence of it.
  const failure = signal.aborted ? MoverError.from(signal.reason) : MoverError.from(error);
  if (json) io.output.write(errorLine(failure));
  else io.errors.write(`${printable(failure.message)}\n`);
  return failure.exitCode;
}
