/**
 * Figures, never a pass or fail (`npm run bench`). Everything is measured in one run, so that ratios hold on a machine
 * whose speed drifts:
 *
 *   npm run bench -- scale          cost per file from 1,000 to 100,000 files of 8 KiB, and peak memory
 *   npm run bench -- large          one file of 8 GiB: speed and peak memory
 *   npm run bench -- records [SIZE] contacts, messages and events merged into as many; SIZE 0.1 for a tenth of all
 *   npm run bench -- peers SCRIPT   the two sets of peers.sh beside what a person would use instead
 *   npm run bench -- app            the desktop app (after `npm run build:app`): see app.ts
 *
 * BENCH_DIR says where (a memory file system, unless the disk is to be measured).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeFiles } from '../../src/main/bench/make-files.ts';

const CLI = resolve(import.meta.dirname, '../../dist/main/cli/index.js');
const MIB = 1024 * 1024;
const BENCH_DIR = process.env['BENCH_DIR'] ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
const RUNS = 3;

interface Result {
  readonly seconds: number;
  readonly moveSeconds: number;
  readonly bytes: number;
  readonly files: number;
  readonly peakBytes: { readonly sender: number | null; readonly receiver: number | null };
}

function mover(files: number, bytes: number): Result {
  const profile = files === 1 ? 'large' : 'small';
  const args = ['bench', '--profile', profile, '--files', String(files), '--bytes', String(bytes)];
  const output = execFileSync(process.execPath, [CLI, ...args, '--dir', BENCH_DIR, '--json'], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as Result;
}

const median = (results: readonly Result[]): Result =>
  [...results].sort((a, b) => a.seconds - b.seconds)[Math.floor(results.length / 2)] as Result;

const mib = (bytes: number | null): string => (bytes === null ? '?' : (bytes / MIB).toFixed(0));

function show(label: string, { seconds, moveSeconds, bytes, files, peakBytes }: Result): void {
  const perFile = files > 1 ? `  ${((moveSeconds * 1e6) / files).toFixed(0)} µs/file` : '';
  console.log(
    `${label.padEnd(22)} ${seconds.toFixed(2).padStart(7)} s ${(bytes / MIB / seconds).toFixed(0).padStart(6)} MiB/s${perFile}` +
      `  peak ${mib(peakBytes.sender)} / ${mib(peakBytes.receiver)} MiB`,
  );
}

/** Starting threads is most of a small move: what counts is what each further file costs. */
function scale(): void {
  let before: Result | undefined;
  for (const files of [1_000, 10_000, 100_000]) {
    const result = median(Array.from({ length: RUNS }, () => mover(files, files * 8_192)));
    show(`${String(files)} x 8 KiB`, result);
    if (before !== undefined) {
      const more = files - before.files;
      const each = ((result.moveSeconds - before.moveSeconds) * 1e6) / more;
      console.log(`  each of the further ${String(more)}: ${each.toFixed(0)} µs`);
    }
    before = result;
  }
}

/** Two sets: 2 GiB in one file, and 50,000 files of 413 MB. */
async function peers(script: string): Promise<void> {
  const folder = mkdtempSync(join(BENCH_DIR, 'openmover-peers-'));
  try {
    const { signal } = new AbortController();
    for (const [set, bytes, files] of [
      ['large', 2 * 1024 * MIB, 1],
      ['small', 413e6, 50_000],
    ] as const) {
      mkdirSync(join(folder, 'src', set), { recursive: true });
      await makeFiles(join(folder, 'src', set), bytes, files, signal);
      show(`mover ${set}`, median(Array.from({ length: RUNS }, () => mover(files, bytes))));
      const args = [script, join(folder, 'src'), join(folder, 'dst'), set];
      console.log(execFileSync('bash', args, { encoding: 'utf8' }).trimEnd());
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [what = 'scale', script] = process.argv.slice(2);
if (what === 'scale') scale();
else if (what === 'large') show('1 x 8 GiB', mover(1, 8 * 1024 * MIB));
else if (what === 'peers' && script !== undefined) await peers(script);
else if (what === 'records') {
  const { benchRecords } = await import('./records.ts');
  await benchRecords(BENCH_DIR, script === undefined ? 1 : Number(script));
} else if (what === 'app') await (await import('./app.ts')).benchApp(BENCH_DIR);
else console.error('npm run bench -- scale | large | records | app | peers SCRIPT');
