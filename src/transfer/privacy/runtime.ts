/**
 * Keeps what is in memory out of files and debuggers. Node and the system have many ways to write or show it: core files,
 * heap snapshots, reports, profiles, V8's logs, `--tls-keylog` (seen to log every TLS secret), an inspector. New ones come
 * with every release, so options are refused unless they are known to be harmless.
 */
import { writeFileSync } from 'node:fs';
import { url as inspectorAddress } from 'node:inspector';
import { MoverError } from '../errors.ts';

/** Options that neither write nor show memory, without `no-`. Whoever preloads code by one runs it as this user anyway. */
const SAFE_OPTIONS: ReadonlySet<string> = new Set([
  // Sizes.
  'max-old-space-size',
  'max-old-space-size-percentage',
  'max-semi-space-size',
  'min-semi-space-size',
  'max-heap-size',
  'secure-heap',
  'secure-heap-min',
  'stack-size',
  'stack-trace-limit',
  'v8-pool-size',
  // How code is loaded.
  'r',
  'require',
  'import',
  'loader',
  'experimental-loader',
  'C',
  'conditions',
  'e',
  'eval',
  'p',
  'print',
  'input-type',
  'enable-source-maps',
  'preserve-symlinks',
  'preserve-symlinks-main',
  'strip-types',
  'experimental-strip-types',
  'experimental-transform-types',
  'experimental-require-module',
  'experimental-sqlite',
  // What is told of it.
  'title',
  'warnings',
  'disable-warning',
  'deprecation',
  'pending-deprecation',
  'throw-deprecation',
  'unhandled-rejections',
  // Network.
  'dns-result-order',
  'network-family-autoselection',
  'network-family-autoselection-attempt-timeout',
  'use-system-ca',
  'use-openssl-ca',
  'use-bundled-ca',
  // Less than usual.
  'disable-sigusr1',
  'disable-proto',
  'frozen-intrinsics',
  'jitless',
  'zero-fill-buffers',
]);

/** What known dangers would do, by what the option begins with: for the sentence only. */
const DANGERS = [
  { prefix: 'tls-keylog', because: 'writes TLS keys to a file' },
  { prefix: 'inspect', because: 'opens memory to a debugger' },
  { prefix: 'debug', because: 'opens memory to a debugger' },
  { prefix: 'heap', because: 'writes memory to a file' },
  { prefix: 'report', because: 'writes the environment and the network state to a file' },
  { prefix: 'diagnostic', because: 'says where such files go' },
  { prefix: 'cpu-prof', because: 'writes a profile to a file' },
  { prefix: 'prof', because: 'writes a profile to a file' },
  { prefix: 'log', because: 'writes what V8 does to a file' },
  { prefix: 'perf', because: 'writes what V8 does to a file' },
  { prefix: 'trace', because: 'writes events, TLS messages among them, to a file or the terminal' },
  { prefix: 'abort-on-uncaught-exception', because: 'writes memory to a core file' },
  { prefix: 'experimental-config-file', because: 'may hold any option unseen' },
  { prefix: 'experimental-default-config-file', because: 'may hold any option unseen' },
  { prefix: 'env-file', because: 'may hold any option unseen' },
] as const;

/** The part of `process.report` that makes Node write a report by itself. */
export interface ReportSettings {
  readonly reportOnFatalError: boolean;
  readonly reportOnSignal: boolean;
  readonly reportOnUncaughtException: boolean;
}

/**
 * To be called first of all, in each process that will hold a secret. From then on a core file of it holds no memory
 * (core(5), "Controlling which mappings are written"; children inherit that), and SIGUSR1 opens no inspector.
 * Windows and macOS write no core files unless somebody has set the system to.
 */
export function sealMemory(): void {
  // A listener replaces the one of Node's own; `--disable-sigusr1` does the same, but has to be on the command line.
  process.on('SIGUSR1', () => undefined);
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // No /proc, as in some containers: whether there are core files is then up to `ulimit -c`.
  }
}

/** Splits `NODE_OPTIONS` as Node does: at spaces outside double quotes, a backslash within them escapes. */
function splitNodeOptions(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"?|[^\s"])+/gs) ?? [];
  return words.map((word) => word.replaceAll(/\\(.)/gs, '$1').replaceAll('"', ''));
}

/** A word without a dash is the value of the option before it. */
function findUnsafe(argument: string): string | undefined {
  const typed = /^--?([^=]+)/.exec(argument)?.[1];
  if (typed === undefined) return undefined;
  const name = typed.length === 1 ? typed : typed.replaceAll('_', '-').toLowerCase();
  if (SAFE_OPTIONS.has(name) || SAFE_OPTIONS.has(name.replace(/^no-/, ''))) return undefined;
  const danger = DANGERS.find(({ prefix }) => name.startsWith(prefix));
  return `--${name} ${danger?.because ?? 'is not known to keep memory private'}`;
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

/**
 * An inspector may have been opened by other ways than an option, SIGUSR1 in the first milliseconds among them.
 * @throws MoverError `UNSAFE_RUNTIME` when one is open.
 */
export function refuseInspector(): void {
  if (inspectorAddress() !== undefined) {
    throw new MoverError('UNSAFE_RUNTIME', { detail: 'a debugger can attach' });
  }
}
