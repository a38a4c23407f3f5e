/**
 * Figures of the desktop app, packed, on the Electron of the tests: how soon it can be used, what it needs when idle, how
 * soon a key is answered while files by the hundred thousand arrive, and its speed beside the command line's on the same
 * runtime. Both move between two processes over loopback; seconds are those of the receipts, without pairing.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeFiles } from '../../src/main/bench/make-files.ts';
import { AppWindow } from '../support/desktop/app-window.ts';
import { type Display, openDisplay } from '../support/desktop/display.ts';
import type { PageGlobals } from '../support/desktop/page.ts';
import { packApp } from '../support/desktop/packed-app.ts';
import {
  accept,
  chooseDeviceFolder,
  meetByAddress,
  moveAll,
  receiptHeadline,
  typeCode,
  waitForOldDevice,
} from '../support/desktop/navigation.ts';
import { electronFolder } from '../support/electron.ts';
import { startSender } from '../support/mover.ts';

const CLI = resolve(import.meta.dirname, '../../dist/main/cli/index.js');
const MIB = 1024 * 1024;
const STARTS = 5;
const RUNS = 3;
/** Aim: a key is answered within 50 ms while they arrive. BENCH_FILES says another number. */
const MANY_FILES = 100_000;
const KEYS_MS = 60;

interface Bench {
  readonly folder: string;
  readonly program: string;
  readonly display: string;
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], part: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);

function row(label: string, text: string): void {
  console.log(`${label.padEnd(34)} ${text}`);
}

/** From the start of the process to the first screen; Playwright's attaching is in it. */
async function starts({ program, display }: Bench): Promise<void> {
  const seconds: number[] = [];
  for (let run = 0; run <= STARTS; run += 1) {
    const begun = performance.now();
    const app = await AppWindow.start({ program, display });
    seconds.push((performance.now() - begun) / 1_000);
    await app.discard();
  }
  const [cold = NaN, ...warm] = seconds;
  row(
    'start to usable window',
    `first ${cold.toFixed(2)} s, then ${median(warm).toFixed(2)} s (median of 5)`,
  );
}

/** Proportional set size of a process and its children: what the machine would get back (proc_pid_smaps(5)). */
function memoryOf(pid: number): { processes: number; bytes: number } {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has just ended.
    }
  }
  const isOurs = (id: number | undefined): boolean =>
    id === pid || (id !== undefined && id > 1 && isOurs(parents.get(id)));
  const ids = [...parents.keys()].filter(isOurs);
  const sizes = ids.map(sizeOf).filter((bytes) => bytes !== undefined);
  return { processes: sizes.length, bytes: sizes.reduce((sum, each) => sum + each, 0) };
}

/** Undefined for one that has just ended, and for hold-back.ts, which is not the app's. */
function sizeOf(pid: number): number | undefined {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('hold-back')) return undefined;
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) * 1024;
  } catch {
    return undefined;
  }
}

async function idleMemory({ program, display }: Bench): Promise<void> {
  const app = await AppWindow.start({ program, display });
  const { processes, bytes } = memoryOf(app.pid);
  row('memory of the idle app', `${(bytes / MIB).toFixed(0)} MiB in ${processes} processes (PSS)`);
  await app.discard();
}

interface Delays {
  delays: number[];
}

/** From when a key reached the window to when the frame after it was painted (Event Timing, with every key). */
async function watchKeys(app: AppWindow): Promise<void> {
  await app.page.evaluate(() => {
    const page = globalThis as unknown as PageGlobals & Delays;
    page.delays = [];
    page.addEventListener('keydown', ({ timeStamp }) => {
      page.requestAnimationFrame(() => {
        const { port1, port2 } = new page.MessageChannel();
        // A message that is posted before the frame is painted arrives after it.
        port1.onmessage = () => page.delays.push(performance.now() - timeStamp);
        port2.postMessage(0);
      });
    });
  });
}

async function responsiveness({ folder, program, display }: Bench): Promise<void> {
  const files = Number(process.env['BENCH_FILES'] ?? MANY_FILES);
  const [from, into] = [join(folder, 'many'), join(folder, 'arrived')];
  await mkdir(from);
  await makeFiles(from, files * 1_024, files, new AbortController().signal);
  const app = await AppWindow.start({ program, display });
  const { addresses, digits } = await waitForOldDevice(app, into);
  const sender = startSender(['--from', from], { address: addresses[0] ?? '', code: digits });
  await accept(app);
  await app.at('moving');
  await watchKeys(app);
  const begun = performance.now();
  for (let over = false; !over;) {
    await app.page.keyboard.press('Tab');
    await app.page.waitForTimeout(KEYS_MS);
    over = await app.screen('receipt').isVisible();
  }
  const seconds = (performance.now() - begun) / 1_000;
  const delays = await app.page.evaluate(() => (globalThis as unknown as Delays).delays);
  await sender.exit;
  await app.discard();
  rmSync(into, { recursive: true });
  rmSync(from, { recursive: true });
  const ms = (part: number): string => `${quantile(delays, part).toFixed(0)} ms`;
  row(
    `key to paint, ${files} files arriving`,
    `median ${ms(0.5)}, 95 % ${ms(0.95)}, worst ${ms(1)} (${delays.length} keys in ${seconds.toFixed(0)} s)`,
  );
}

/** Seconds of a move between two windows. */
async function byWindows({ folder, program, display }: Bench, from: string): Promise<number> {
  const into = join(folder, 'into');
  const [old, fresh] = [
    await AppWindow.start({ program, display }),
    await AppWindow.start({ program, display }),
  ];
  try {
    const { addresses, digits } = await waitForOldDevice(fresh, into);
    await chooseDeviceFolder(old, from);
    await meetByAddress(old, addresses[0] ?? '');
    await typeCode(old, digits);
    await accept(fresh);
    await moveAll(old);
    await receiptHeadline(old);
    const receipt = join(folder, 'receipt.json');
    await old.answerSave(receipt);
    await old.button('Save receipt').click();
    await old.page.getByRole('menuitem', { name: /JSON/ }).click();
    await old.text('The receipt is saved.').waitFor();
    return (JSON.parse(readFileSync(receipt, 'utf8')) as { seconds: number }).seconds;
  } finally {
    await old.discard();
    await fresh.discard();
    rmSync(into, { recursive: true, force: true });
  }
}

/** The same by two commands, run by Electron as Node. */
function byCommands(electron: string, folder: string, files: number, bytes: number): number {
  const args = ['bench', '--profile', files === 1 ? 'large' : 'small', '--files', String(files)];
  const output = execFileSync(electron, [CLI, ...args, '--bytes', String(bytes), '--dir', folder, '--json'], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  return (JSON.parse(output) as { moveSeconds: number }).moveSeconds;
}

async function speed(bench: Bench, label: string, files: number, bytes: number): Promise<void> {
  const electron = join(await electronFolder(), 'electron');
  const from = join(bench.folder, 'from');
  await mkdir(from);
  await makeFiles(from, bytes, files, new AbortController().signal);
  const [windows, commands]: [number[], number[]] = [[], []];
  // By turns, so that both have the machine at its best and at its worst.
  for (let run = 0; run < RUNS; run += 1) {
    windows.push(await byWindows(bench, from));
    commands.push(byCommands(electron, bench.folder, files, bytes));
  }
  rmSync(from, { recursive: true });
  const mib = (seconds: number): string => (bytes / MIB / seconds).toFixed(0);
  const ratio = median(commands) / median(windows);
  row(
    label,
    `app ${mib(median(windows))}, command ${mib(median(commands))} MiB/s: ratio ${ratio.toFixed(2)} (median of ${RUNS})`,
  );
}

/** @param parent folder for what is moved */
export async function benchApp(parent: string): Promise<void> {
  const folder = await mkdtemp(join(parent, 'openmover-bench-app-'));
  const packed = await mkdtemp(join(tmpdir(), 'openmover-packed-'));
  let display: Display | undefined;
  try {
    const program = await packApp(packed, { inspectable: true });
    display = await openDisplay(packed);
    const bench = { folder, program, display: display.name };
    await starts(bench);
    await idleMemory(bench);
    await responsiveness(bench);
    await speed(bench, '1 file of 512 MiB', 1, 512 * MIB);
    await speed(bench, '20,000 files of 8 KiB', 20_000, 20_000 * 8_192);
  } finally {
    await display?.close();
    await rm(packed, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}
