/** One move with one fault, and the verdict that is the same for all of them. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Random } from '../../src/main/sample/random.ts';
import { openFolderDestination, undoMove } from '../../src/transfer/index.ts';
import { move, Mover, startSender, type Event, type Exit } from '../support/mover.ts';
import { readTree, type Node } from '../support/tree.ts';
import type { Fault, Scene, Side } from './fault.ts';
import { FaultyNetwork } from './faulty-network.ts';

const LANES = 2;
/** What may come twice of one lane: the chunk under way, and what had come and was not yet in a file. */
const AGAIN_BYTES = 2 * 1024 * 1024;
/** Losses of one run at most: see the faults. */
const LOSSES = 4;
/** When most faults strike: files are moving, of some 28 MB in all. */
const WHILE_IT_MOVES = [20_000, 27_000_000] as const;
/** Who is left alone waits a minute for the other to come back, or for another sender; its person does not. */
const PATIENCE_MS = 100;
const LONGER_PATIENCE_MS = 3_000;

type Tree = Record<string, Node>;
type Ends = Record<Side, Exit>;

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

/** Where a file is kept beside others of its name: one that was there, and one that it was before it changed. */
const besides = (path: string): string[] =>
  [2, 3].map((number) => path.replace(/(\.\w+)$/, ` (${String(number)})$1`));

/** Everything of the source is there, under its name or beside another file of it, and what was there is as it was. */
function expectWhole(from: string, into: string, before: Tree): void {
  const after = readTree(into);
  expect(after).toMatchObject(before);
  for (const [path, node] of Object.entries(readTree(join(from, 'files')))) {
    const there = [path, ...besides(path)].map((name) => after[`files/${name}`]);
    expect(
      there.some((one) => one?.type === node.type && one.content === node.content),
      path,
    ).toBe(true);
  }
  // Staging is gone; what there is to take the move back with stays.
  expect(Object.keys(after).filter((path) => /^\.openmover-(?!undo)/.test(path))).toEqual([]);
}

/** Whatever broke off and was gone on with, it is taken back as one move. */
async function expectUndone(into: string, before: Tree): Promise<void> {
  const destination = await openFolderDestination(into);
  const { left } = await undoMove({ destination, signal: new AbortController().signal });
  expect(left).toEqual([]);
  expect(readTree(into)).toEqual(before);
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

/** The receiver on a block of ports that are free on both addresses, the sender on the other side of the network. */
async function start(fault: Fault, base: Omit<Scene, 'network' | Side>, movers: Mover[]): Promise<Scene> {
  const { from, into, random } = base;
  const options = fault.start?.(base) ?? {};
  const ports = random.fork('ports');
  for (;;) {
    const port = ports.int(20_000, 30_000);
    const args = ['receive', '--into', into, '--host', '127.0.0.1', '--yes', '--port', String(port)];
    const receiver = new Mover(args, options.receiver);
    movers.push(receiver);
    try {
      const { code } = await receiver.event('code');
      const network = await FaultyNetwork.open(Array.from({ length: LANES + 1 }, (_, index) => port + index));
      const to = { address: `127.0.0.2:${String(port)}`, code: code as string };
      const sender = startSender(['--from', from, '--lanes', String(LANES)], to, options.sender);
      movers.push(sender);
      return { ...base, network, receiver, sender };
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
const said = ({ events, errors }: Mover): unknown[] => [
  ...events.filter(({ event }) => event === 'error'),
  errors,
];
const story = (ends: Ends, { sender, receiver }: Scene): string =>
  JSON.stringify([ends, ...said(sender), ...said(receiver)]);
const waits = ({ event, waiting }: Event): boolean => event === 'progress' && waiting === true;

function giveUp(mover: Mover, afterMs: number): void {
  setTimeout(() => {
    mover.kill('SIGINT');
  }, afterMs);
}

/** @param patient whether who waits for the other is left waiting, as long as there is another. */
async function endOf({ sender, receiver }: Scene, patient: boolean): Promise<Ends> {
  for (const mover of patient ? [] : [sender, receiver]) {
    mover.when(waits).then(
      () => {
        giveUp(mover, PATIENCE_MS);
      },
      () => undefined,
    );
  }
  const sent = await sender.exit;
  // It may not even have paired, and waits for another.
  if (sent.code !== 0) giveUp(receiver, LONGER_PATIENCE_MS);
  return { sender: sent, receiver: await receiver.exit };
}

/** Has the fault strike at its moment. @returns whether it has. */
function lieInWait(fault: Fault, scene: Scene): () => boolean {
  const { network, random } = scene;
  const moment = random.int(...(fault.moment ?? WHILE_IT_MOVES));
  let struck = false;
  network.onPass = (bytes) => {
    if (network.passed + bytes.length < moment) return;
    struck = true;
    network.onPass = undefined;
    fault.strike?.(scene);
    // What has been read and not yet gone on is among what it strikes.
    (network as { onPass: ((bytes: Buffer) => void) | undefined }).onPass?.(bytes);
  };
  return () => struck;
}

export interface Run {
  readonly seed: number;
  readonly fault: Fault;
  /** The folder to move: some tens of megabytes of files below `files/`. */
  readonly device: string;
  /** Empty, and of this run alone. */
  readonly folder: string;
}

/** Runs it and gives the verdict, by failing. */
export async function runFault(run: Run): Promise<void> {
  const disk = join(run.folder, 'disk');
  const movers: Mover[] = [];
  mkdirSync(disk);
  if (run.fault.small === true) {
    // A file system of its own, with room for the device and little more.
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]);
    if (status !== 0) throw new Error('a small file system could not be mounted');
  }
  try {
    await moveWith(run, disk, movers);
  } finally {
    for (const mover of movers) mover.kill('SIGKILL');
    await Promise.all(movers.map(({ exit }) => exit));
    if (run.fault.small === true) spawnSync('umount', ['--lazy', disk]);
  }
}

async function moveWith({ seed, fault, device, folder }: Run, disk: string, movers: Mover[]): Promise<void> {
  const random = new Random(`faults/${String(seed)}`);
  const from = join(folder, 'old');
  const into = join(disk, 'new');
  cpSync(device, from, { recursive: true, preserveTimestamps: true });
  const source = readTree(join(from, 'files'));
  const total = bytesBelow(join(from, 'files'));
  mkdirSync(into);
  useFolder(into);
  const before = visible(into);

  const scene = await start(fault, { random, from, into, folder }, movers);
  const { network, receiver } = scene;
  let ends: Ends;
  try {
    const hasStruck = fault.strike === undefined ? undefined : lieInWait(fault, scene);
    ends = await endOf(scene, fault.survived);
    const struck = hasStruck?.() ?? fault.struck?.(scene, ends);
    expect(struck, `the moment has come: ${story(ends, scene)}`).toBe(true);
  } finally {
    await network.close();
  }
  fault.mend?.(scene);

  const complete = ({ code }: Exit): boolean => code === 0 || code === 6;
  const done = complete(ends.receiver);
  if (fault.survived) {
    expect(complete(ends.sender) && done, story(ends, scene)).toBe(true);
  }
  if (done) {
    const { wire } = bytesOf(await receiver.event('receipt'));
    expect(wire).toBeLessThan(total * 1.05 + LOSSES * LANES * AGAIN_BYTES);
  }
  if (fault.removes === true) useFolder(into);
  else expectNothingHalf(source, into, before);

  const kept = receiver.events.findLast(({ event }) => event === 'progress')?.bytes;
  const now = visible(into);
  const again = await move({ from: ['--from', from], into });
  movers.push(again.sender, again.receiver);
  expect(again.exits, again.sender.errors + again.receiver.errors).toEqual([0, 0]);
  expectWhole(from, into, fault.removes === true ? now : before);
  if (done || fault.removes === true) return;
  if (fault.small !== true && typeof kept === 'number') {
    const { payload } = bytesOf(await again.receiver.event('receipt'));
    expect(payload).toBeLessThan(total - kept + LANES * AGAIN_BYTES);
  }
  await expectUndone(into, before);
}
