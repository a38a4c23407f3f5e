/**
 * Records by the hundred thousand, moved and merged into a destination that holds as many: what each costs, beside a tenth
 * of them in the same run, so that what grows with their number shows. Seconds are those of the receipt, without pairing; the
 * receiver's processor time says more than they do on a machine that is busy.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeSample } from '../../src/main/sample/index.ts';
import { type Event, type Mover, startReceiver, startSender } from '../support/mover.ts';

const KINDS = [
  { kind: 'contacts', sample: 'contacts', records: 100_000 },
  { kind: 'messages', sample: 'messages', records: 1_000_000 },
  { kind: 'calendar', sample: 'events', records: 50_000 },
] as const;
const NOTHING = { contacts: 0, messages: 0, calls: 0, events: 0, apps: 0, files: 0 };
const SHARES = [0.1, 1] as const;

const MIB = 1024 * 1024;
const PEAK_MS = 50;
/** Clock ticks of proc_pid_stat(5), on every Linux. */
const TICKS_A_SECOND = 100;

interface Usage {
  peakBytes: number;
  cpuSeconds: number;
}

interface Result {
  readonly records: number;
  readonly seconds: number;
  readonly receiver: Usage;
  readonly sender: Usage;
}

/** Of a process as long as it lives; the system keeps the peak, so only the last moment can be missed. */
function watch(mover: Mover): Usage {
  const usage = { peakBytes: 0, cpuSeconds: 0 };
  const read = (): void => {
    try {
      const of = (file: string): string => readFileSync(`/proc/${String(mover.pid)}/${file}`, 'utf8');
      // One that has ended and waits to be seen has no memory any more.
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(of('status'))?.[1];
      if (peak !== undefined) usage.peakBytes = Number(peak) * 1024;
      const fields = of('stat').split(') ').at(-1)?.split(' ') ?? [];
      usage.cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    } catch {
      // It has just ended.
    }
  };
  const timer = setInterval(read, PEAK_MS);
  void mover.exit.finally(() => {
    clearInterval(timer);
  });
  return usage;
}

async function measure(folder: string, { kind, sample, records }: (typeof KINDS)[number]): Promise<Result> {
  const [from, into] = [join(folder, 'old'), join(folder, 'new')];
  try {
    for (const device of [from, into]) {
      mkdirSync(device);
      await makeSample({ into: device, seed: device.slice(-3), ...NOTHING, [sample]: records });
    }
    const receiving = await startReceiver(into);
    const receiver = watch(receiving.receiver);
    const mover = startSender(['--from', from, '--only', kind], receiving);
    const sender = watch(mover);
    await Promise.all([mover.exit, receiving.receiver.exit]);
    const receipt = await receiving.receiver.event('receipt');
    expectWhole(receipt, kind, records);
    return { records, seconds: receipt.seconds as number, receiver, sender };
  } finally {
    for (const device of [from, into]) rmSync(device, { recursive: true, force: true });
  }
}

/** A figure of a move that did something else is none. */
function expectWhole({ outcome, kinds }: Event, kind: string, records: number): void {
  const { added, merged, same } = (kinds as Record<string, Record<string, number>>)[kind] ?? {};
  const arrived = (added ?? 0) + (merged ?? 0) + (same ?? 0);
  if (outcome !== 'complete' || arrived !== records || (added ?? 0) < records * 0.9) {
    throw new Error(`${kind}: ${String(outcome)}, ${String(added)} of ${String(records)} added`);
  }
}

/** @param size 1 for the sizes above, 0.1 for a try. */
export async function benchRecords(parent: string, size = 1): Promise<void> {
  const folder = mkdtempSync(join(parent, 'openmover-records-'));
  try {
    for (const each of KINDS) {
      let before: Result | undefined;
      for (const share of SHARES) {
        const records = Math.round(each.records * share * size);
        const result = await measure(folder, { ...each, records } as (typeof KINDS)[number]);
        show(each.kind, result);
        if (before !== undefined) showGrowth(before, result);
        before = result;
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const micros = (seconds: number, records: number): string =>
  `${((seconds * 1e6) / records).toFixed(0).padStart(5)} µs`;

function show(kind: string, { records, seconds, receiver, sender }: Result): void {
  console.log(
    `${kind.padEnd(9)} ${String(records).padStart(8)} into as many ${seconds.toFixed(1).padStart(7)} s ` +
      `${micros(seconds, records)}/record, receiver's processor ${micros(receiver.cpuSeconds, records)}/record, ` +
      `peak ${(sender.peakBytes / MIB).toFixed(0)} / ${(receiver.peakBytes / MIB).toFixed(0)} MiB`,
  );
}

/** What the records beyond the first tenth cost, each: starting, and the memory that any move needs, are in neither. */
function showGrowth(small: Result, large: Result): void {
  const more = large.records - small.records;
  const seconds = micros(large.seconds - small.seconds, more);
  const processor = micros(large.receiver.cpuSeconds - small.receiver.cpuSeconds, more);
  const bytes = (large.receiver.peakBytes - small.receiver.peakBytes) / more;
  console.log(
    `  each of the further ${String(more)}: ${seconds.trim()}, receiver's processor ${processor.trim()}; ` +
      `${bytes.toFixed(0)} bytes of the receiver's peak, with the one there ${(bytes / 2).toFixed(0)}`,
  );
}
