/**
 * Takes each safeguard out of a copy of the sources, one at a time, and runs the tests that must notice (`npm run
 * test:mutants`, with words of their names to run only some). Ends in a table; a safeguard that can be removed unseen is a
 * failure.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS, type Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

type Outcome = 'killed' | 'survived' | 'cannot be made';

function copyOfTheSources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'openmover-mutants-'));
  const { stdout } = spawnSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of stdout.split('\n').filter((line) => line !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function run(copy: string, command: string, args: readonly string[]): boolean {
  return (
    spawnSync(command, args, { cwd: copy, stdio: 'ignore', shell: process.platform === 'win32' }).status === 0
  );
}

function tryOut(copy: string, { file, find, replace, tests, build }: Mutant): Outcome {
  const path = join(copy, file);
  const whole = readFileSync(path, 'utf8');
  if (whole.split(find).length < 2) return 'cannot be made';
  writeFileSync(
    path,
    whole.replaceAll(find, () => replace),
  );
  try {
    if (build === true && !run(copy, 'npm', ['run', '--silent', 'build'])) return 'cannot be made';
    return run(copy, process.execPath, [VITEST, 'run', ...tests]) ? 'survived' : 'killed';
  } finally {
    writeFileSync(path, whole);
  }
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const words = process.argv.slice(2);
const chosen = MUTANTS.filter(({ safeguard }) => words.every((word) => safeguard.includes(word)));
const copy = copyOfTheSources();
let unseen = 0;
try {
  if (!run(copy, 'npm', ['run', '--silent', 'build'])) throw new Error('the sources do not build');
  // Tests that are red by themselves would kill every mutant.
  const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))];
  if (!run(copy, process.execPath, [VITEST, 'run', ...tests])) throw new Error('the tests fail as they are');
  for (const mutant of chosen) {
    const outcome = tryOut(copy, mutant);
    if (outcome !== 'killed') unseen += 1;
    say(`${outcome.padEnd(16)}${mutant.safeguard}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
say(`\n${String(chosen.length - unseen)} killed, ${String(unseen)} not`);
process.exitCode = unseen === 0 ? 0 : 1;
