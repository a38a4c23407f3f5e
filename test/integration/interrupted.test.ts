import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';
import { endAllMovers, type Event, move, Mover, startReceiver, startSender } from '../support/mover.ts';
import { makeLargeFiles } from '../support/small-device.ts';
import { readTree } from '../support/tree.ts';

afterEach(endAllMovers);

const FILES = 24;
const FILE_BYTES = 16 * 1024 * 1024;

/** A destination in use: what was there must be there afterwards, unchanged. */
function usedDestination(): string {
  const into = scratchPath('new');
  mkdirSync(join(into, 'files'), { recursive: true });
  writeFileSync(join(into, 'files', 'film-000.bin'), 'mine, and another\n');
  writeFileSync(join(into, 'files', 'mine.txt'), 'mine\n');
  return into;
}

/** Without what waits in staging, which is ours. */
function visible(into: string): ReturnType<typeof readTree> {
  return Object.fromEntries(
    Object.entries(readTree(into)).filter(([path]) => !path.startsWith('.openmover-')),
  );
}

const past = (share: number) => (event: Event) =>
  event.event === 'progress' &&
  (event.bytes as number) >= share * (event.totalBytes as number) &&
  event.bytes !== 0;

/** Between a twentieth and two fifths of the move. */
const moment = (): number => randomInt(50, 400) / 1_000;

/** What a killed process cannot remove from its temporary folder is removed with the test's. */
function temporary(into: string): NodeJS.ProcessEnv {
  return { TMPDIR: dirname(into) };
}

async function startLargeMove(
  from: string,
  into: string,
  receiveArgs: readonly string[] = [],
): Promise<{ sender: Mover; receiver: Mover }> {
  const receiving = await startReceiver(into, receiveArgs, { env: temporary(into) });
  const sender = startSender(['--from', from], receiving, { env: temporary(into) });
  return { sender, receiver: receiving.receiver };
}

async function expectResumed(from: string, into: string, before: ReturnType<typeof readTree>): Promise<void> {
  expect(visible(into)).toEqual(before);
  const { sender, exits } = await move({ from: ['--from', from], into, env: temporary(into) });
  expect(exits).toEqual([0, 0]);
  const { bytes } = (await sender.event('receipt')) as unknown as {
    bytes: { resumed: number; payload: number };
  };
  expect(bytes.resumed).toBeGreaterThan(0);
  const arrived = readTree(join(into, 'files'));
  const { 'film-000.bin': first, ...others } = readTree(join(from, 'files'));
  expect(arrived).toMatchObject({ ...others, 'film-000 (2).bin': first });
  expect(arrived['film-000.bin']).toEqual(before['files/film-000.bin']);
  expect(Object.keys(readTree(into)).filter((path) => /^\.openmover-(?!undo)/.test(path))).toEqual([]);
}

describe('kill -9', () => {
  it('a killed receiver keeps what it verified: a new move goes on from there', async () => {
    const from = makeLargeFiles(scratchFolder(), FILES, FILE_BYTES);
    const into = usedDestination();
    const before = visible(into);
    const { sender, receiver } = await startLargeMove(from, into);
    await receiver.when(past(moment()));
    receiver.kill('SIGKILL');
    await receiver.exit;
    // The old device waits for the new one to come back; its person does not.
    await sender.when(({ event, waiting }) => event === 'progress' && waiting === true);
    sender.kill('SIGINT');
    expect((await sender.exit).code).toBe(130);
    await expectResumed(from, into, before);
  });

  it('a killed sender: the receiver waits as long as it was told, ends with 4, and a new move goes on from there', async () => {
    const from = makeLargeFiles(scratchFolder(), FILES, FILE_BYTES);
    const into = usedDestination();
    const before = visible(into);
    const { sender, receiver } = await startLargeMove(from, into, ['--wait', '0']);
    await sender.when(past(moment()));
    sender.kill('SIGKILL');
    await receiver.when(({ event, waiting }) => event === 'progress' && waiting === true);
    expect((await receiver.exit).code).toBe(4);
    expect(receiver.events.at(-1)).toMatchObject({ event: 'error', code: 'INTERRUPTED' });
    await expectResumed(from, into, before);
  });

  it('both killed, then what was verified is kept without the old device', async () => {
    const from = makeLargeFiles(scratchFolder(), FILES, FILE_BYTES);
    const into = usedDestination();
    const before = visible(into);
    const { sender, receiver } = await startLargeMove(from, into);
    await receiver.when(past(0.4));
    receiver.kill('SIGKILL');
    sender.kill('SIGKILL');
    await Promise.all([receiver.exit, sender.exit]);
    const keeper = new Mover(['receive', '--into', into, '--keep-verified'], { env: temporary(into) });
    await keeper.exit;
    const receipt = (await keeper.event('receipt')) as unknown as { kinds: { files: { added: number } } };
    const old = readTree(join(from, 'files'));
    const kept = visible(into);
    for (const [path, node] of Object.entries(before)) expect(kept[path]).toEqual(node);
    const arrived = Object.keys(kept).filter((path) => !(path in before));
    expect(arrived).toHaveLength(receipt.kinds.files.added);
    expect(arrived.length).toBeGreaterThan(0);
    for (const path of arrived) {
      const name = path.replace('files/', '').replace(' (2)', '');
      expect(kept[path], path).toEqual(old[name]);
    }
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['sender', 'SIGINT'],
    ['receiver', 'SIGINT'],
    ['sender', 'SIGTERM'],
  ] as const)(
    'on the %s (%s) ends it with 130 and the other with 4, and the destination is as it was',
    async (who, signal) => {
      const from = makeLargeFiles(scratchFolder(), FILES, FILE_BYTES);
      const into = usedDestination();
      const before = visible(into);
      const both = await startLargeMove(from, into);
      const [stopped, other] = who === 'sender' ? [both.sender, both.receiver] : [both.receiver, both.sender];
      await stopped.when(past(0.05));
      stopped.kill(signal);
      expect((await stopped.exit).code).toBe(130);
      expect((await other.exit).code).toBe(4);
      expect(stopped.events.at(-1)).toMatchObject({ event: 'error', code: 'CANCELLED' });
      expect(other.events.at(-1)).toMatchObject({ event: 'error', code: 'PEER_CANCELLED' });
      expect(visible(into)).toEqual(before);
    },
  );

  it('while waiting for the old device ends with 130 at once and leaves nothing', async () => {
    const into = usedDestination();
    const before = readTree(into);
    const { receiver } = await startReceiver(into);
    receiver.kill('SIGINT');
    expect((await receiver.exit).code).toBe(130);
    expect(readTree(into)).toEqual(before);
  });
});
