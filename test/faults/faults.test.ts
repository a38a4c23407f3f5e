/**
 * Seeded faults between two real processes. `FAULT_SEED=n npm run test:faults` replays one run, `FAULT_RUNS=n` makes
 * more of them. EACCES is not among them: the tests of this layer run as root where they run at all, and nothing is
 * forbidden to root.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { Random } from '../../src/main/sample/random.ts';
import { endAllMovers } from '../support/mover.ts';
import { runFault } from './faulty-move.ts';
import { FAULTS } from './faults.ts';

const RUNS = Number(process.env.FAULT_RUNS ?? 21);
const ONLY = process.env.FAULT_SEED;

const isRoot = process.getuid?.() === 0;
const possible = FAULTS.filter(({ small }) => small !== true || isRoot);
const seeds = ONLY === undefined ? Array.from({ length: RUNS }, (_, index) => index + 1) : [Number(ONLY)];
const runs = seeds.map((seed) => {
  const fault = possible[seed % possible.length] ?? FAULTS[0];
  return { seed, fault, name: fault.name };
});

const root = mkdtempSync(join(tmpdir(), 'openmover-test-'));
const device = join(root, 'device');

/** Some 28 MB: a few films, many small files. */
beforeAll(() => {
  const random = new Random('device');
  const bytes = random.bytes();
  mkdirSync(join(device, 'files', 'notes'), { recursive: true });
  for (let number = 0; number < 6; number += 1) {
    writeFileSync(join(device, 'files', `film-${String(number)}.bin`), bytes(4_000_000));
  }
  for (let number = 0; number < 400; number += 1) {
    writeFileSync(join(device, 'files', 'notes', `note-${String(number)}.txt`), bytes(random.int(0, 20_000)));
  }
});

afterEach(endAllMovers);
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('a move is complete and verified, or can be gone on with, when', () => {
  it.each(runs)('$name (FAULT_SEED=$seed npm run test:faults)', async ({ seed, fault }) => {
    await runFault(seed, fault, device);
  });
});
