/** One target, in a thread of its own: an input that never ends, or fills the memory, ends only that. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { TARGETS, type TargetName } from '../targets/index.ts';
import { findingsOf } from '../findings.ts';
import { Coverage } from './coverage.ts';
import { Broken, fuzz, type Outcome, shrink } from './loop.ts';

export interface FuzzWorkerData {
  readonly name: TargetName;
  readonly seconds: number;
  readonly seed: string;
  /** Where inputs that reached something new are kept from run to run. */
  readonly corpus: string | undefined;
  /** How many inputs were tried, and the length of the one that is tried now. */
  readonly counters: Int32Array;
  /** The input that is tried now. */
  readonly current: Uint8Array;
}

export type FuzzWorkerMessage =
  | { readonly type: 'done'; readonly outcome: Outcome }
  | { readonly type: 'broken'; readonly bytes: Uint8Array; readonly because: string };

const { name, seconds, seed, corpus, counters, current } = workerData as FuzzWorkerData;
const kept = corpus === undefined ? undefined : join(corpus, name);

function earlier(): Buffer[] {
  if (kept === undefined || !existsSync(kept)) return [];
  return readdirSync(kept).map((file) => readFileSync(join(kept, file)));
}

function keep(bytes: Buffer): void {
  if (kept === undefined) return;
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, createHash('sha256').update(bytes).digest('hex').slice(0, 16)), bytes);
}

function before(bytes: Buffer): void {
  current.set(bytes.subarray(0, current.length));
  Atomics.store(counters, 1, bytes.length);
  Atomics.add(counters, 0, 1);
}

const folder = mkdtempSync(join(tmpdir(), 'openmover-fuzz-'));
let say: FuzzWorkerMessage;
try {
  const coverage = new Coverage();
  const target = await TARGETS[name]();
  coverage.begin(target.covers);
  const take = target.open(folder);
  try {
    const seeds = [...(await target.seeds()), ...findingsOf(name).map(({ bytes }) => bytes), ...earlier()];
    const outcome = await fuzz({
      target,
      take,
      coverage,
      seeds,
      seed,
      forMs: seconds * 1_000,
      before,
      kept: keep,
    });
    say = { type: 'done', outcome };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    say = { type: 'broken', bytes: await shrink(error, take), because: error.message };
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
parentPort?.postMessage(say);
