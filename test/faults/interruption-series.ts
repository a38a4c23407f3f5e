/**
 * A move that is broken off several times in a row, at any step, sometimes with another move into the same folder in
 * between; then it is gone on with, kept as far as it came, or taken back. What was verified once is never asked for again.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Random } from '../../src/main/sample/random.ts';
import { type Event, move, Mover, startReceiver, startSender } from '../support/mover.ts';
import { readTree } from '../support/tree.ts';
import type { Side } from './fault.ts';
import {
  bytesBelow,
  expectNothingHalf,
  expectUndone,
  expectWhole,
  type Tree,
  useFolder,
  visible,
} from './verdicts.ts';

/** How one attempt ends: killed outright, or stopped by its person. */
const SIGNALS = ['SIGKILL', 'SIGKILL', 'SIGINT'] as const;
const STEPS = ['paired', 'offer', 'plan', 'progress', 'progress', 'committing'] as const;
const ENDINGS = ['resume', 'keep', 'resume and undo', 'keep and resume'] as const;
/** A chunk of each lane may be under way, or lie in memory. */
const UNDER_WAY_BYTES = 4 * 1024 * 1024;
/** What is kept without the sender is whole: of the file that was under way on each lane nothing is. */
const HALF_ARRIVED_BYTES = UNDER_WAY_BYTES + 2 * 4_000_000;
const ANOTHER = 'files/another.txt';

interface Interruption {
  readonly who: readonly Side[];
  readonly signal: (typeof SIGNALS)[number];
  readonly step: (typeof STEPS)[number];
  /** Of the bytes, for the step `progress`. */
  readonly share: number;
  /** A move of something else, which ends well, before it. */
  readonly other: boolean;
}

export interface Series {
  readonly seed: number;
  readonly interruptions: readonly Interruption[];
  readonly ending: (typeof ENDINGS)[number];
  readonly name: string;
}

export function planSeries(seed: number): Series {
  const random = new Random(`series/${String(seed)}`);
  const ending = random.pick(ENDINGS);
  const interruptions = Array.from({ length: random.int(2, 5) }, (_, index): Interruption => ({
    who: random.pick([['sender'], ['receiver'], ['sender', 'receiver']]),
    signal: random.pick(SIGNALS),
    // The first attempt moves something, or there is nothing to lose.
    step: index === 0 ? 'progress' : random.pick(STEPS),
    share: random.int(5, 95) / 100,
    // Undo takes back the last move, and this one would no longer be it.
    other: index > 0 && ending !== 'resume and undo' && random.chance(0.3),
  }));
  const steps = interruptions.map(({ other, signal, who, step }) =>
    [...(other ? ['another move'] : []), `${signal} of ${who.join(' and ')} at ${step}`].join(', '),
  );
  return { seed, interruptions, ending, name: `${steps.join('; ')}; then ${ending}` };
}

const reached =
  ({ step, share }: Interruption) =>
  (event: Event): boolean => {
    if (step === 'committing') return event.event === 'progress' && event.phase === 'committing';
    if (step !== 'progress') return event.event === step;
    const { bytes, totalBytes, phase } = event as unknown as {
      bytes: number;
      totalBytes: number;
      phase: string;
    };
    return event.event === 'progress' && (bytes >= share * totalBytes || phase === 'committing');
  };

/** One attempt, broken off. @returns bytes that the receiver said had arrived, and whether it ended well after all. */
async function interrupted(
  interruption: Interruption,
  { from, into, movers }: { from: string; into: string; movers: Mover[] },
): Promise<{ bytes: number; done: boolean }> {
  const receiving = await startReceiver(into);
  const sender = startSender(['--from', from, '--lanes', '2'], receiving);
  const both = { sender, receiver: receiving.receiver };
  movers.push(both.sender, both.receiver);
  const first = both[interruption.who[0] ?? 'receiver'];
  await first.when(reached(interruption)).catch(() => undefined);
  for (const side of interruption.who) both[side].kill(interruption.signal);
  // Who is left waits for the other to come back; its person does not.
  for (const side of ['sender', 'receiver'] as const)
    if (!interruption.who.includes(side)) both[side].kill('SIGINT');
  await both.sender.exit;
  const { code } = await both.receiver.exit;
  const last = both.receiver.events.findLast(({ event }) => event === 'progress');
  return { bytes: (last?.bytes as number | undefined) ?? 0, done: code === 0 || code === 6 };
}

/** Another device's single file: it has nothing to do with the move that was broken off. */
async function moveAnother(folder: string, into: string, movers: Mover[]): Promise<void> {
  const another = join(folder, 'another', 'files');
  mkdirSync(another, { recursive: true });
  writeFileSync(join(another, 'another.txt'), 'of another device\n');
  const { sender, receiver, exits } = await move({ from: ['--from', join(folder, 'another')], into });
  movers.push(sender, receiver);
  expect(exits, sender.errors + receiver.errors).toEqual([0, 0]);
}

/** @throws by failing. @param folder empty, and of this series alone. */
export async function runSeries({
  series: { interruptions, ending },
  device: from,
  folder,
}: {
  readonly series: Series;
  readonly device: string;
  readonly folder: string;
}): Promise<void> {
  const movers: Mover[] = [];
  const into = join(folder, 'new');
  mkdirSync(into);
  useFolder(into);
  let before = visible(into);
  const had = bytesBelow(join(into, 'files'));
  const source = readTree(join(from, 'files'));
  const total = bytesBelow(join(from, 'files'));
  let arrived = 0;
  try {
    for (const interruption of interruptions) {
      if (interruption.other) {
        await moveAnother(folder, into, movers);
        before = { ...before, ...pick(visible(into), ANOTHER) };
      }
      const { bytes, done } = await interrupted(interruption, { from, into, movers });
      expectNothingHalf(source, into, before);
      arrived = Math.max(arrived, bytes);
      // It was at its end before it could be broken off.
      if (done) {
        expectWhole(from, into, before);
        return;
      }
    }
    if (ending.startsWith('keep')) {
      const keeper = new Mover(['receive', '--into', into, '--keep-verified']);
      movers.push(keeper);
      const { code } = await keeper.exit;
      expect([0, 6], JSON.stringify(keeper.events)).toContain(code);
      expectNothingHalf(source, into, before);
      expect(bytesBelow(join(into, 'files')) - had, 'bytes that were kept').toBeGreaterThanOrEqual(
        arrived - HALF_ARRIVED_BYTES,
      );
      if (ending === 'keep') return;
    }
    const { sender, receiver, exits } = await move({ from: ['--from', from], into });
    movers.push(sender, receiver);
    expect(exits, sender.errors + receiver.errors).toEqual([0, 0]);
    expectWhole(from, into, before);
    const { payload } = (await receiver.event('receipt')).bytes as { payload: number };
    const again = ending === 'keep and resume' ? HALF_ARRIVED_BYTES : UNDER_WAY_BYTES;
    expect(payload, 'bytes that were sent again').toBeLessThan(total - arrived + again);
    if (ending === 'resume and undo') await expectUndone(into, before);
  } finally {
    for (const mover of movers) mover.kill('SIGKILL');
    await Promise.all(movers.map(({ exit }) => exit));
  }
}

const pick = (tree: Tree, path: string): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([one]) => one === path));
