/** The receipt's figures against what the destination holds before and after, read as any device is. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSample } from '../../src/main/sample/index.ts';
import {
  inspectDevice,
  KINDS,
  openFolderDestination,
  openFolderSource,
  undoMove,
  type Kind,
  type Receipt,
} from '../../src/transfer/index.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession } from '../support/session.ts';

const COUNTS = { contacts: 40, messages: 300, calls: 60, events: 60, apps: 3, files: 30, fileBytes: 300_000 };

/** Two seeds are two people; they have the same apps, of which a device counts one version. */
async function sample(seed: string, apps = COUNTS.apps): Promise<string> {
  const into = join(scratchFolder(), seed);
  await makeSample({ into, seed, ...COUNTS, apps });
  return into;
}

async function move(from: string, into: string): Promise<Receipt> {
  const session = startSession({
    source: await openFolderSource({ from }),
    destination: await openFolderDestination(into),
  });
  return session.receiver;
}

async function itemsOf(device: string): Promise<Record<Kind, number>> {
  const { kinds } = await inspectDevice(await openFolderSource({ from: device }));
  return Object.fromEntries(kinds.map(({ kind, items }) => [kind, items])) as Record<Kind, number>;
}

const added = (receipt: Receipt): Record<Kind, number> =>
  Object.fromEntries(KINDS.map((kind) => [kind, receipt.kinds[kind]?.added ?? 0])) as Record<Kind, number>;

const sum = (one: Record<Kind, number>, other: Record<Kind, number>): Record<Kind, number> =>
  Object.fromEntries(KINDS.map((kind) => [kind, one[kind] + other[kind]])) as Record<Kind, number>;

describe('what a receipt says was added', () => {
  it('is there afterwards, of every kind: into nothing, into a used device, and once more', async () => {
    const [first, second] = [await sample('first'), await sample('second', 0)];
    const into = scratchFolder();
    let before = await itemsOf(first);

    const fresh = await move(first, into);
    expect(fresh.outcome).toBe('complete');
    expect(added(fresh)).toEqual(before);
    expect(await itemsOf(into)).toEqual(before);

    const merged = await move(second, into);
    expect(merged.outcome).toBe('complete');
    const after = await itemsOf(into);
    expect(after).toEqual(sum(before, added(merged)));
    for (const kind of ['contacts', 'messages', 'calls', 'calendar', 'files'] as const) {
      expect(merged.kinds[kind]?.added, kind).toBeGreaterThan(0);
    }

    before = after;
    const again = await move(second, into);
    expect(again.outcome).toBe('complete');
    expect(Object.values(added(again)).every((count) => count === 0)).toBe(true);
    expect(await itemsOf(into)).toEqual(before);
  });

  it('is gone after the move is taken back', async () => {
    const [first, second] = [await sample('first'), await sample('second')];
    const into = scratchFolder();
    cpSync(first, into, { recursive: true });
    const before = await itemsOf(into);
    await move(second, into);
    expect(await itemsOf(into)).not.toEqual(before);
    await undoMove({
      destination: await openFolderDestination(into),
      signal: new AbortController().signal,
    });
    expect(await itemsOf(into)).toEqual(before);
  });
});
