/** One move with one fault, and the verdict that is the same for all of them. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Random } from '../../src/main/sample/random.ts';
import { move, Mover, startSender, type Event } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { readTree, type Node } from '../support/tree.ts';
import { fillerBeside, type Fault } from './faults.ts';
import { FaultyNetwork } from './faulty-network.ts';

const LANES = 2;
/** What may come twice of one lane: the chunk under way, and what had come and was not yet in a file. */
const AGAIN_BYTES = 2 * 1024 * 1024;
/** Losses of one run at most: see the faults. */
const LOSSES = 4;

type Tree = Record<string, Node>;

/** A destination in use: what was there must be there afterwards, unchanged. */
function useFolder(into: string): void {
  mkdirSync(join(into, 'files'), { recursive: true });
  writeFileSync(join(into, 'files', 'film-0.bin'), 'mine, and another\n');
  writeFileSync(join(into, 'files', 'mine.txt'), 'mine\n');
}

const visible = (into: string): Tree =>
  existsSync(into)
    ? Object.fromEntries(Object.entries(readTree(into)).filter(([path]) => !path.startsWith('.openmover-')))
    : {};

const besides = (path: string): string => path.replace(/(\.\w+)$/, ' (2)$1');

/** Everything of the source is there, under its name or beside another file of it, and what was there is as it was. */
function expectWhole(from: string, into: string, before: Tree): void {
  const after = readTree(into);
  expect(after).toMatchObject(before);
  for (const [path, node] of Object.entries(readTree(join(from, 'files')))) {
    const there = [after[`files/${path}`], after[`files/${besides(path)}`]];
    expect(
      there.some((one) => one?.type === node.type && one.content === node.content),
      path,
    ).toBe(true);
  }
  expect(Object.keys(after).filter((path) => path.startsWith('.openmover-'))).toEqual([]);
}

const bytesBelow = (folder: string): number =>
  readdirSync(folder, { recursive: true }).reduce(
    (sum, name) => sum + statSync(join(folder, String(name))).size,
    0,
  );

/** Nothing is there that is neither from before nor whole. */
function expectNothingHalf(from: Tree, into: string, before: Tree): void {
  const after = visible(into);
  expect(after).toMatchObject(before);
  const whole = new Set(Object.values(from).map(({ content }) => content));
  for (const [path, node] of Object.entries(after)) {
    if (!(path in before) && node.type === 'file') expect(whole.has(node.content), path).toBe(true);
  }
}

/** A file system of its own, with room for the device and little more. */
function mountSmall(folder: string): void {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]);
  if (status !== 0) throw new Error('a small file system needs root');
  onTestFinished(() => {
    spawnSync('umount', ['--lazy', folder]);
  });
}

interface Started {
  readonly network: FaultyNetwork;
  readonly sender: Mover;
  readonly receiver: Mover;
}

/** The receiver on a block of ports that are free on both addresses, the sender on the other side of the network. */
async function start(from: string, into: string, random: Random): Promise<Started> {
  for (;;) {
    const port = random.int(20_000, 30_000);
    const args = ['receive', '--into', into, '--host', '127.0.0.1', '--yes', '--port', String(port)];
    const receiver = new Mover(args);
    let network: FaultyNetwork | undefined;
    try {
      const { code } = await receiver.event('code');
      const ports = Array.from({ length: LANES + 1 }, (_, index) => port + index);
      network = await FaultyNetwork.open(ports);
      const to = { address: `127.0.0.2:${String(port)}`, code: code as string };
      const sender = startSender(['--from', from, '--lanes', String(LANES)], to);
      return { network, receiver, sender };
    } catch (error) {
      // Another program has one of the ports: the next ones.
      receiver.kill('SIGKILL');
      await receiver.exit;
      const taken = receiver.events.some((event) => event.code === 'PORT_IN_USE');
      if (!taken && (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

interface Bytes {
  readonly payload: number;
  readonly resumed: number;
  readonly wire: number;
}

const bytesOf = (event: Event): Bytes => event.bytes as Bytes;
const waits = ({ event, waiting }: Event): boolean => event === 'progress' && waiting === true;

/** Who is left alone waits a minute for the other to come back; its person does not. */
async function endOf(mover: Mover): Promise<number | null> {
  mover.when(waits).then(
    () => {
      setTimeout(() => {
        mover.kill('SIGINT');
      }, 100);
    },
    () => undefined,
  );
  return (await mover.exit).code;
}

/**
 * @param device the folder to move: some tens of megabytes of files below `files/`.
 * @returns the outcome, for the count.
 */
export async function runFault(seed: number, fault: Fault, device: string): Promise<'survived' | 'resumed'> {
  const random = new Random(`faults/${String(seed)}`);
  const from = join(scratchFolder(), 'old');
  cpSync(device, from, { recursive: true, preserveTimestamps: true });
  const source = readTree(join(from, 'files'));
  const total = bytesBelow(join(from, 'files'));
  const into = join(scratchFolder(), 'new');
  if (fault.small === true) mountSmall(dirname(into));
  mkdirSync(into);
  useFolder(into);
  const before = visible(into);

  const { network, sender, receiver } = await start(from, into, random);
  const scene = { random, network, sender, receiver, from, into };
  const moment = random.int(20_000, 27_000_000);
  let struck = false;
  network.onPass = () => {
    if (network.passed < moment) return;
    struck = true;
    network.onPass = undefined;
    fault.strike(scene);
  };
  const exits = fault.survived
    ? [(await sender.exit).code, (await receiver.exit).code]
    : await Promise.all([endOf(sender), endOf(receiver)]);
  await network.close();

  expect(struck, 'the moment has come').toBe(true);
  const done = exits[1] === 0 || exits[1] === 6;
  if (fault.survived)
    expect(exits, sender.errors + receiver.errors).toSatisfy((codes: number[]) =>
      codes.every((code) => code === 0 || code === 6),
    );
  if (done) {
    const { wire } = bytesOf(await receiver.event('receipt'));
    expect(wire).toBeLessThan(total * 1.05 + LOSSES * LANES * AGAIN_BYTES);
  }
  rmSync(fillerBeside(into), { force: true });
  if (fault.removes === true) useFolder(into);
  else expectNothingHalf(source, into, before);

  const kept = receiver.events.findLast(({ event }) => event === 'progress')?.bytes;
  const now = visible(into);
  const again = await move({ from: ['--from', from], into });
  expect(again.exits, again.sender.errors + again.receiver.errors).toEqual([0, 0]);
  expectWhole(from, into, fault.removes === true ? now : before);
  if (!done && fault.removes !== true && fault.small !== true && typeof kept === 'number') {
    const { payload } = bytesOf(await again.receiver.event('receipt'));
    expect(payload).toBeLessThan(total - kept + LANES * AGAIN_BYTES);
  }
  return done ? 'survived' : 'resumed';
}
