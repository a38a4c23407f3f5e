/**
 * `npm run fuzz -- TARGET SECONDS [CORPUS]`: fuzzes one parser, or `all` of them one after the other, guided by what its
 * inputs reach. An input that breaks the promise is made smaller and written to `findings/`, to be committed: from then on
 * `npm test` tries it. With a folder for the corpus, a later run goes on from what this one has learnt.
 */
import { Worker } from 'node:worker_threads';
import { addFinding } from '../findings.ts';
import { TARGET_NAMES, type TargetName } from '../targets/index.ts';
import type { FuzzWorkerData, FuzzWorkerMessage } from './fuzz-worker.ts';

/** Far beyond what any input needs. */
const HANG_MS = 20_000;
const LONGEST_BYTES = 1024 * 1024;
const HEAP_MIB = 1_024;

type Result =
  FuzzWorkerMessage | { readonly type: 'hangs' } | { readonly type: 'dies'; readonly because: string };

async function fuzzOne(data: FuzzWorkerData): Promise<Result> {
  const worker = new Worker(new URL('fuzz-worker.ts', import.meta.url), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  let tried = -1;
  let hangs: (result: Result) => void = () => undefined;
  const watching = setInterval(() => {
    const now = Atomics.load(data.counters, 0);
    if (now === tried && now > 0) hangs({ type: 'hangs' });
    tried = now;
  }, HANG_MS);
  try {
    return await new Promise<Result>((resolve) => {
      hangs = resolve;
      worker.once('message', resolve);
      worker.once('error', (error) => {
        resolve({ type: 'dies', because: String(error) });
      });
    });
  } finally {
    clearInterval(watching);
    await worker.terminate();
  }
}

/** @returns whether the promise held. */
async function report(name: TargetName, seconds: number, corpus: string | undefined): Promise<boolean> {
  const counters = new Int32Array(new SharedArrayBuffer(8));
  const current = new Uint8Array(new SharedArrayBuffer(LONGEST_BYTES));
  const seed = `${name}/${String(Date.now())}`;
  const result = await fuzzOne({ name, seconds, seed, corpus, counters, current });
  if (result.type === 'done') {
    const { executions, kept, seconds: took, lines } = result.outcome;
    const share = Math.round((100 * lines.reached) / Math.max(1, lines.all));
    process.stdout.write(
      `${[
        name.padEnd(16),
        `${executions.toLocaleString('en')} inputs`.padStart(18),
        `${Math.round(executions / took).toLocaleString('en')} /s`.padStart(10),
        `${String(kept)} kept`.padStart(10),
        `lines ${String(lines.reached)} of ${String(lines.all)} (${String(share)} %)`.padStart(26),
      ].join('')}\n`,
    );
    return true;
  }
  const bytes =
    result.type === 'broken'
      ? Buffer.from(result.bytes)
      : Buffer.from(current.slice(0, Atomics.load(counters, 1)));
  const path = addFinding(name, bytes);
  const because =
    result.type === 'hangs' ? `it takes more than ${String(HANG_MS / 1_000)} s` : result.because;
  process.stderr.write(`${name}: the promise is broken (case ${path})\n${because}\n`);
  return false;
}

const [wanted = '', seconds = '60', corpus] = process.argv.slice(2);
const names = wanted === 'all' ? TARGET_NAMES : TARGET_NAMES.filter((name) => name === wanted);
if (names.length === 0 || !(Number(seconds) > 0)) {
  process.stderr.write(`npm run fuzz -- TARGET SECONDS [CORPUS]; targets: all, ${TARGET_NAMES.join(', ')}\n`);
  process.exitCode = 2;
}
for (const name of names) if (!(await report(name, Number(seconds), corpus))) process.exitCode = 1;
