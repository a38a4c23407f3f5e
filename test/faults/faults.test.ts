/**
 * Seeded faults between two real processes, several runs at a time: most of a run is waiting.
 * `FAULT_SEED=n npm run test:faults` replays one run, `FAULT_RUNS=n` makes more of them, from the seed `FAULT_FROM` on.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/main/sample/random.ts';
import type { Fault } from './fault.ts';
import { runFault } from './faulty-move.ts';
import { planSeries, runSeries } from './interruption-series.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { PROCESS_FAULTS } from './process-faults.ts';
import { STORAGE_FAULTS } from './storage-faults.ts';

const FAULTS = [...NETWORK_FAULTS, ...PROCESS_FAULTS, ...STORAGE_FAULTS];
/** Each once. */
const RUNS = Number(
  process.env.FAULT_RUNS ?? FAULTS.filter(({ impossible }) => impossible === undefined).length,
);
/** Series of interruptions, each of several attempts. */
const SERIES = Number(process.env.FAULT_SERIES ?? Math.ceil(RUNS / 8));
const FIRST = Number(process.env.FAULT_FROM ?? 1);
const ONLY = process.env.FAULT_SEED;

interface Planned {
  readonly seed: number;
  readonly fault: Fault;
  readonly name: string;
}

/** What a seed stands for is the same on every machine, whatever is possible there. */
function plan(seed: number): Planned[] {
  const fault = FAULTS[seed % FAULTS.length];
  return fault === undefined || fault.impossible !== undefined ? [] : [{ seed, fault, name: fault.name }];
}

function planned(): Planned[] {
  if (ONLY !== undefined) return plan(Number(ONLY));
  const runs: Planned[] = [];
  for (let seed = FIRST; runs.length < RUNS; seed += 1) runs.push(...plan(seed));
  return runs;
}

const root = mkdtempSync(join(tmpdir(), 'openmover-test-'));
const devices = { usual: join(root, 'device'), tiny: join(root, 'tiny-device') };
/** More than any list of the protocol holds; with `FAULT_TINY=50000` more than all of them together. */
const TINY = Number(process.env.FAULT_TINY ?? 8_000);

/** Some 28 MB: a few films, many small files. */
beforeAll(() => {
  const random = new Random('device');
  const bytes = random.bytes();
  mkdirSync(join(devices.usual, 'files', 'notes'), { recursive: true });
  for (let number = 0; number < 6; number += 1) {
    writeFileSync(join(devices.usual, 'files', `film-${String(number)}.bin`), bytes(4_000_000));
  }
  for (let number = 0; number < 400; number += 1) {
    const name = `note-${String(number)}.txt`;
    writeFileSync(join(devices.usual, 'files', 'notes', name), bytes(random.int(0, 20_000)));
  }
  for (let number = 0; number < TINY; number += 1) {
    const folder = join(devices.tiny, 'files', `day-${String(number % 40)}`);
    if (number < 40) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `thumbnail-${String(number)}.bin`), bytes(20));
  }
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe.concurrent('a move is complete and verified, or can be gone on with, when', () => {
  it.for(planned())('$name (FAULT_SEED=$seed npm run test:faults)', async ({ seed, fault }) => {
    const folder = join(root, String(seed));
    mkdirSync(folder);
    await runFault({ seed, fault, devices, folder });
    rmSync(folder, { recursive: true, force: true });
  });
});

const series = Array.from({ length: ONLY === undefined ? SERIES : 0 }, (_, index) =>
  planSeries(FIRST + index),
);
if (series.length > 0) {
  describe.concurrent('what was verified stays through a series of interruptions:', () => {
    it.for(series)('$name (seed $seed)', async (one) => {
      const folder = join(root, `series-${String(one.seed)}`);
      mkdirSync(folder);
      await runSeries({ series: one, device: devices.usual, folder });
      rmSync(folder, { recursive: true, force: true });
    });
  });
}

const impossible = FAULTS.filter((fault) => fault.impossible !== undefined);
if (impossible.length > 0) {
  it(`as far as faults can be made here: ${impossible.map((fault) => fault.impossible).join(', ')}`, () => {
    for (const { name, impossible: because } of impossible) expect(because, name).not.toBe('');
  });
}
