/**
 * From arguments to an exit code: finds the command, loads what it needs, and turns every failure into one sentence
 * or one JSON line.
 */
import type { Context } from '../terminal/context.ts';
import type { Engine } from '../terminal/engine.ts';
import type { Io } from '../terminal/io.ts';
import { errorLine } from '../terminal/json-line.ts';
import { type Invocation, parseInvocation } from './program.ts';

export interface MainOptions {
  readonly args: readonly string[];
  readonly version: string;
  readonly io: Io;
  readonly loadEngine: () => Promise<Engine>;
  readonly signal: AbortSignal;
  /** See `Interrupt.hold`. */
  readonly hold?: (say: () => void) => void;
}

type Run = Extract<Invocation, { type: 'run' }>;

/** @returns the exit code of the contract; never throws. */
export async function main(options: MainOptions): Promise<number> {
  const { args, version, io } = options;
  // Known before parsing, so that a mistake in the flags themselves is told as JSON too.
  const json = args.includes('--json');
  const verbose = args.includes('--verbose') || (process.env.OPENMOVER_DEBUG ?? '') !== '';
  try {
    const invocation = parseInvocation(args, version);
    switch (invocation.type) {
      case 'show':
        io.output.write(invocation.text);
        return 0;
      case 'wrong': {
        const { usage } = await import('../terminal/options.ts');
        throw usage(invocation.sentence);
      }
      case 'run': {
        const engine = await options.loadEngine();
        return await run(invocation, {
          io,
          engine,
          version,
          signal: options.signal,
          hold: options.hold ?? (() => undefined),
        });
      }
    }
  } catch (error) {
    return await report(error, { json, verbose }, options);
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
    case 'devices':
      return (await import('./devices.ts')).runDevices(options, context);
    case 'doctor':
      return (await import('./doctor.ts')).runDoctor(options, context);
    case 'inspect':
      return (await import('./inspect.ts')).runInspect(operands[0] ?? '', options, context);
    case 'apps':
      return (await import('./apps.ts')).runApps(options as never, context);
    case 'compare':
      return (await import('./compare.ts')).runCompare(options as never, context);
    case 'bench':
      return (await import('./bench.ts')).runBench(options, context);
    case 'duplicates':
      return (await import('./duplicates.ts')).runDuplicates(operands[0] ?? '', options, context);
    case 'receipt':
      return (await import('./receipt.ts')).runReceipt(options as never, context);
    case 'undo':
      return (await import('./undo.ts')).runUndo(options as never, context);
    case 'staging':
      return (await import('./staging.ts')).runStaging(operands[0] ?? '', options, context);
    case 'verify-privacy':
      return (await import('./verify-privacy.ts')).runVerifyPrivacy(options, context);
    case 'sample':
      return (await import('./sample.ts')).runSample(options as never, context);
  }
}

async function report(
  error: unknown,
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
  { io, signal }: MainOptions,
): Promise<number> {
  const { MoverError } = await import('../../transfer/errors.ts');
  const { printable } = await import('../../transfer/privacy/escape.ts');
  // After Ctrl-C, whatever broke on the way out is a consequence of it.
  const failure = signal.aborted ? MoverError.from(signal.reason) : MoverError.from(error);
  if (json) io.output.write(errorLine(failure));
  else io.errors.write(`${printable(failure.message)}\n`);
  if (verbose) io.errors.write(`${await faultText(failure)}\n`);
  else if (failure.code === 'UNEXPECTED' && !json) {
    io.errors.write(
      `${kindOf(failure)}To see more and to report it: add --verbose (or set OPENMOVER_DEBUG=1).\n`,
    );
  }
  return failure.exitCode;
}

/** The system's own code says a lot and holds no name of a file. */
function kindOf({ cause }: Error): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? `The system said ${code}. ` : '';
}

/**
 * Where it happened, line by line, with its causes. Stacks name files of the program; what a message quotes may be a
 * path, and never a secret (those are `Ephemeral` and refuse to become text).
 */
async function faultText(failure: Error): Promise<string> {
  const { printable } = await import('../../transfer/privacy/escape.ts');
  const lines = [`node ${process.version} on ${process.platform} ${process.arch}`];
  for (let each: unknown = failure; each instanceof Error && lines.length < 200; each = each.cause) {
    lines.push(...(each.stack ?? each.message).split('\n').map(printable));
  }
  return lines.join('\n');
}
