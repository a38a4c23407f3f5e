/**
 * The whole test run (`npm test`): the checks of the project, the build, then every layer of tests, each as a child with
 * its output live. Ends in a table and, as the very last line, `N passed, N failed`. Names as arguments
 * (`npm test -- lint unit`) run only those.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countTests, type Count } from './count-tests.ts';
import { setUpSystem } from './setup-system.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHECKS = ['format', 'types', 'lint', 'boundaries', 'dead'] as const;
const LAYERS = [
  'unit',
  'contract',
  'property',
  'hostile',
  'integration',
  'faults',
  'hosts',
  'renderer',
  'e2e',
] as const;
/** What must be built before them; the rest runs the sources, or builds what it needs. */
const BUILDS = {
  build: ['integration', 'faults', 'hosts', 'e2e'],
  'build:app': ['e2e'],
} as const satisfies Record<string, readonly (typeof LAYERS)[number][]>;

interface Row extends Count {
  readonly name: string;
  readonly seconds: number;
}

/** Exit code of a child that speaks for itself; a signal counts as failure. */
function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function timed(name: string, work: () => Promise<Count>): Promise<Row> {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const count = await work();
  return { name, ...count, seconds: (performance.now() - start) / 1000 };
}

async function script(name: string): Promise<Count> {
  const code = await run('npm', ['run', '--silent', name]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function layer(name: string, folder: string): Promise<Count> {
  setUpSystem(name);
  const report = join(folder, `${name}.json`);
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const code = await run(process.execPath, [
    ...[vitest, 'run', '--project', name],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ]);
  return countTests(existsSync(report) ? readFileSync(report, 'utf8') : undefined, code);
}

function hasTests(name: string): boolean {
  const folder = join(ROOT, 'test', name);
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith('.test.ts'))
  );
}

function print(rows: readonly Row[]): void {
  const line = (name: string, passed: string, failed: string, seconds: string): void => {
    console.log(`${name.padEnd(14)}${passed.padStart(8)}${failed.padStart(8)}${seconds.padStart(9)}`);
  };
  console.log('');
  line('', 'passed', 'failed', 'seconds');
  for (const { name, passed, failed, seconds } of rows) {
    line(name, String(passed), String(failed), seconds.toFixed(1));
  }
}

const only = process.argv.slice(2);
const wanted = (name: string): boolean => only.length === 0 || only.includes(name);
const layers = LAYERS.filter((name) => wanted(name) && hasTests(name));
const folder = await mkdtemp(join(tmpdir(), 'openmover-tests-'));
const rows: Row[] = [];
try {
  for (const name of CHECKS.filter(wanted)) rows.push(await timed(name, () => script(`check:${name}`)));
  for (const [name, users] of Object.entries(BUILDS)) {
    const used = layers.some((layer) => (users as readonly string[]).includes(layer));
    if (wanted(name) || used) rows.push(await timed(name, () => script(name)));
  }
  for (const name of layers) rows.push(await timed(name, () => layer(name, folder)));
} finally {
  await rm(folder, { recursive: true, force: true });
}

print(rows);
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
const failed = rows.reduce((sum, row) => sum + row.failed, 0);
const complete =
  rows.length > 0 && layers.every((name) => rows.some((row) => row.name === name && row.passed > 0));
// A run in which nothing was tested is no success.
process.exitCode = failed === 0 && complete ? 0 : 1;
console.log(`\n${passed} passed, ${failed} failed`);
