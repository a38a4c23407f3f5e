/**
 * Refuses to start where Node itself would write our secrets to disk: `--tls-keylog` logs every TLS secret to a file
 * (seen), heap snapshots, core files and reports hold whatever is in memory, an inspector hands it to anyone who connects.
 */
import { MoverError } from '../errors.ts';

/** Options by what they begin with; Node takes `_` for `-`. Each with what it would do. */
export const UNSAFE_OPTIONS = [
  { prefix: 'tls-keylog', because: 'writes TLS keys to a file' },
  { prefix: 'inspect', because: 'opens memory to a debugger' },
  { prefix: 'debug', because: 'opens memory to a debugger' },
  { prefix: 'heap', because: 'writes memory to a file' },
  { prefix: 'report', because: 'writes the environment and the network state to a file' },
  { prefix: 'diagnostic', because: 'says where such files go' },
  { prefix: 'cpu-prof', because: 'writes a profile to a file' },
  { prefix: 'prof', because: 'writes a profile to a file' },
  { prefix: 'trace', because: 'writes events, TLS messages among them, to a file or the terminal' },
  { prefix: 'abort-on-uncaught-exception', because: 'writes memory to a core file' },
  { prefix: 'experimental-config-file', because: 'may hold any of these options unseen' },
  { prefix: 'experimental-default-config-file', because: 'may hold any of these options unseen' },
] as const;

/** The part of `process.report` that makes Node write a report by itself. */
export interface ReportSettings {
  readonly reportOnFatalError: boolean;
  readonly reportOnSignal: boolean;
  readonly reportOnUncaughtException: boolean;
}

/** Splits `NODE_OPTIONS` as Node does: at spaces outside double quotes, a backslash within them escapes. */
function splitNodeOptions(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"?|[^\s"])+/gs) ?? [];
  return words.map((word) => word.replaceAll(/\\(.)/gs, '$1').replaceAll('"', ''));
}

function findUnsafe(argument: string): string | undefined {
  const name = /^--?([^=]+)/.exec(argument)?.[1]?.replaceAll('_', '-').toLowerCase();
  if (name === undefined) return undefined;
  const found = UNSAFE_OPTIONS.find(({ prefix }) => name.startsWith(prefix));
  return found === undefined ? undefined : `--${name} ${found.because}`;
}

/**
 * To be called before anything secret exists. Arguments: `process.execArgv`, `process.env.NODE_OPTIONS`,
 * `process.report`.
 * @throws MoverError `UNSAFE_RUNTIME`, its detail naming the option.
 */
export function refuseUnsafeRuntime(
  execArgv: readonly string[],
  nodeOptions: string | undefined,
  report?: ReportSettings,
): void {
  for (const argument of [...execArgv, ...splitNodeOptions(nodeOptions ?? '')]) {
    const detail = findUnsafe(argument);
    if (detail !== undefined) throw new MoverError('UNSAFE_RUNTIME', { detail });
  }
  if (report?.reportOnFatalError || report?.reportOnSignal || report?.reportOnUncaughtException) {
    throw new MoverError('UNSAFE_RUNTIME', { detail: 'process.report is set to write reports' });
  }
}
