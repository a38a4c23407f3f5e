/** One move with one fault, and the verdict that is the same for all of them. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Random } from '../../src/main/sample/random.ts';
import { move, Mover, startSender, type Event, type Exit } from '../support/mover.ts';
import { readTree } from '../support/tree.ts';
import type { Fault, Scene, Side } from './fault.ts';
import { FaultyNetwork } from './faulty-network.ts';
import { bytesBelow, expectNothingHalf, expectUndone, expectWhole, useFolder, visible } from './verdicts.ts';

const LANES = 2;
/** What may come twice of one lane: the chunk under way, and what had come and was not yet in a file. */
const AGAIN_BYTES = 2 * 1024 * 1024;
/** A header of 512 bytes, and zeros up to the next multiple of it (POSIX.1-1988, ustar). */
const TAR_BYTES_OF_A_FILE = 1024;
/** Losses of one run at most: see the faults. */
const LOSSES = 4;
/** When most faults strike: files are moving, of some 28 MB in all. */
const WHILE_IT_MOVES = [20_000, 27_000_000] as const;
/** Who is left alone waits a minute for the other to come back, or for another sender; its person does not. */
const PATIENCE_MS = 100;
const LONGER_PATIENCE_MS = 3_000;

type Ends = Record<Side, Exit>;

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
      fault.network?.(network);
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
  const { network, random, receiver } = scene;
  if (fault.strikesAt !== undefined) {
    let reached = false;
    const strike = (): void => {
      reached = true;
      fault.strike?.(scene);
    };
    receiver.when(fault.strikesAt).then(strike, () => undefined);
    return () => reached;
  }
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
  /** The folder to move, below `files/`: some tens of megabytes, or tens of thousands of tiny files. */
  readonly devices: Readonly<Record<'usual' | 'tiny', string>>;
  /** Empty, and of this run alone. */
  readonly folder: string;
}

/** Runs it and gives the verdict, by failing. */
export async function runFault(run: Run): Promise<void> {
  const disk = join(run.folder, 'disk');
  const movers: Mover[] = [];
  mkdirSync(disk);
  if (run.fault.small === true) {
    // A file system of its own, with space for the device and little more.
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

async function moveWith({ seed, fault, devices, folder }: Run, disk: string, movers: Mover[]): Promise<void> {
  const random = new Random(`faults/${String(seed)}`);
  const from = join(folder, 'old');
  const into = join(disk, 'new');
  const device = fault.tiny === true ? devices.tiny : devices.usual;
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
    const tar = total + Object.keys(source).length * TAR_BYTES_OF_A_FILE;
    expect(wire).toBeLessThan(tar * 1.05 + LOSSES * LANES * AGAIN_BYTES);
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
