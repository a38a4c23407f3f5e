import { execFileSync } from 'node:child_process';
import inspector from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MoverError } from '../../../src/transfer/errors.ts';
import { refuseInspector, refuseUnsafeRuntime } from '../../../src/transfer/privacy/runtime.ts';

function refusal(execArgv: readonly string[], nodeOptions?: string): string | undefined {
  try {
    refuseUnsafeRuntime(execArgv, nodeOptions);
    return undefined;
  } catch (error) {
    if (!(error instanceof MoverError) || error.code !== 'UNSAFE_RUNTIME') throw error;
    return error.detail ?? '';
  }
}

const UNSAFE = [
  '--tls-keylog=/tmp/keys',
  '--inspect',
  '--inspect=0.0.0.0:9229',
  '--inspect-brk',
  '--inspect-wait',
  '--debug-port=1',
  '--heapsnapshot-signal=SIGUSR2',
  '--heapsnapshot-near-heap-limit=3',
  '--heap-prof',
  '--report-on-fatalerror',
  '--report-on-signal',
  '--report-uncaught-exception',
  '--report-directory=/tmp',
  '--diagnostic-dir=/tmp',
  '--cpu-prof',
  '--cpu-prof-dir=/tmp',
  '--prof',
  '--trace-tls',
  '--trace-events-enabled',
  '--trace-event-categories=node',
  '--abort-on-uncaught-exception',
  '--experimental-config-file=x.json',
  '--experimental-default-config-file',
  '--env-file=.env',
  '--log',
  '--log-all',
  '--logfile=/tmp/v8.log',
  '--perf-basic-prof',
  '--perf-prof',
  '--gdbjit',
  '--print-bytecode',
  '--redirect-code-traces',
  '--an-option-of-a-later-node',
  '--no-an-option-of-a-later-node',
];

describe('a runtime that would write secrets to disk', () => {
  it.each(UNSAFE)('%s is refused as an argument and in NODE_OPTIONS', (option) => {
    expect(refusal([option])).toContain(option.split('=')[0]);
    expect(refusal([], `--no-warnings ${option}`)).toContain(option.split('=')[0]);
  });

  it('an option is known in every spelling Node takes', () => {
    expect(refusal(['--tls_keylog', '/tmp/keys'])).toContain('--tls-keylog');
    expect(refusal(['--TLS-Keylog=/tmp/keys'])).toContain('--tls-keylog');
    expect(refusal([], '"--tls-keylog=/tmp/my keys"')).toContain('--tls-keylog');
    expect(refusal([], String.raw`--require "a \" b" --tls-keylog=x`)).toContain('--tls-keylog');
    expect(refusal([], '--title=x\t--inspect')).toContain('--inspect');
  });

  it('the detail names the option and never its value', () => {
    expect(refusal(['--tls-keylog=/home/someone/keys'])).not.toContain('someone');
  });

  it('reports that are switched on by the program are refused too', () => {
    const off = { reportOnFatalError: false, reportOnSignal: false, reportOnUncaughtException: false };
    const check = (settings: typeof off) => () => refuseUnsafeRuntime([], undefined, settings);
    expect(check(off)).not.toThrow();
    for (const key of Object.keys(off)) expect(check({ ...off, [key]: true })).toThrow(MoverError);
  });
});

describe('a debugger', () => {
  it('that could attach already is refused, and none is no reason to refuse', () => {
    expect(() => {
      refuseInspector();
    }).not.toThrow();
    inspector.open(0, '127.0.0.1');
    try {
      expect(() => {
        refuseInspector();
      }).toThrow(expect.objectContaining({ code: 'UNSAFE_RUNTIME' }));
    } finally {
      inspector.close();
    }
  });
});

describe('an ordinary runtime', () => {
  it.each([
    ['nothing', [], undefined],
    ['empty options', [], '  '],
    ['memory limits', ['--max-old-space-size=4096'], '--stack-size=2000'],
    ['loaders', ['--import', './x.mjs', '--require=./y.cjs'], '--enable-source-maps --no-warnings'],
    ['a quoted value that only holds such words', [], '--require "/a folder/--inspect.js"'],
    ['stack traces', ['--stack-trace-limit=50'], '--no-deprecation'],
  ])('with %s is accepted', (_, execArgv, nodeOptions) => {
    expect(refusal(execArgv, nodeOptions)).toBeUndefined();
  });

  // Node must still spell these options so; and what it shows a program must be what is checked.
  it('a real Node shows the option it was started with', () => {
    const runtime = fileURLToPath(new URL('../../../src/transfer/privacy/runtime.ts', import.meta.url));
    const script =
      `const { refuseUnsafeRuntime } = await import(${JSON.stringify(runtime)});` +
      'try { refuseUnsafeRuntime(process.execArgv, process.env.NODE_OPTIONS, process.report); console.log("accepted"); }' +
      'catch (error) { console.log(error.code); }';
    const run = (args: readonly string[], nodeOptions: string): string =>
      execFileSync(process.execPath, [...args, '--input-type=module', '-e', script], {
        env: { ...process.env, NODE_OPTIONS: nodeOptions },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    expect(run([], '')).toBe('accepted');
    expect(run(['--report-on-signal'], '')).toBe('UNSAFE_RUNTIME');
    expect(run([], '--trace_tls')).toBe('UNSAFE_RUNTIME');
  });
});
