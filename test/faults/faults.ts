/** What can go wrong with a move, each made once its moment has come. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '../../src/main/sample/random.ts';
import type { Mover } from '../support/mover.ts';
import type { FaultyNetwork } from './faulty-network.ts';

export interface Scene {
  readonly random: Random;
  readonly network: FaultyNetwork;
  readonly sender: Mover;
  readonly receiver: Mover;
  /** The device that is moved; a copy of this run's own. */
  readonly from: string;
  readonly into: string;
}

export interface Fault {
  readonly name: string;
  /** Done when the moment has come. */
  readonly strike: (scene: Scene) => void;
  /** Whether the move must come to its end by itself in spite of it. */
  readonly survived: boolean;
  /** The destination is on a small file system of its own; needs root. */
  readonly small?: true;
  /** What was at the destination may be gone: that is the fault. */
  readonly removes?: true;
}

const stopAndContinue = (who: 'sender' | 'receiver') => (scene: Scene) => {
  const mover = scene[who];
  mover.kill('SIGSTOP');
  setTimeout(
    () => {
      mover.kill('SIGCONT');
    },
    scene.random.int(100, 2_500),
  );
};

export const fillerBeside = (into: string): string => join(dirname(into), 'filler');

export const FAULTS: readonly [Fault, ...Fault[]] = [
  {
    name: 'every connection is cut',
    survived: true,
    strike: ({ network }) => {
      network.cut();
    },
  },
  {
    name: 'connections are cut three times',
    survived: true,
    strike: ({ network, random }) => {
      network.cut();
      const step = random.int(500_000, 5_000_000);
      let left = 2;
      let next = network.passed + step;
      network.onPass = () => {
        if (left === 0 || network.passed < next) return;
        left -= 1;
        next += step;
        network.cut();
      };
    },
  },
  {
    name: 'the network is away for a while',
    survived: true,
    strike: ({ network, random }) => {
      network.away = true;
      network.cut();
      setTimeout(() => (network.away = false), random.int(200, 3_000));
    },
  },
  {
    name: 'the network becomes slow',
    survived: true,
    strike: ({ network, random }) => {
      network.delayMs = random.int(1, 20);
      setTimeout(() => (network.delayMs = 0), 1_500);
    },
  },
  {
    name: 'bytes arrive in pieces',
    survived: true,
    strike: ({ network, random }) => {
      network.pieceBytes = random.int(400, 1_400);
    },
  },
  {
    name: 'a bit is flipped',
    survived: true,
    strike: ({ network, random }) => {
      let flipped = false;
      network.onPass = (bytes) => {
        if (flipped) return;
        flipped = true;
        const at = random.int(0, bytes.length - 1);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.int(0, 7)), at);
      };
    },
  },
  { name: 'the sender is stopped and goes on', survived: true, strike: stopAndContinue('sender') },
  { name: 'the receiver is stopped and goes on', survived: true, strike: stopAndContinue('receiver') },
  {
    name: 'the sender is killed',
    survived: false,
    strike: ({ sender }) => {
      sender.kill('SIGKILL');
    },
  },
  {
    name: 'the receiver is killed',
    survived: false,
    strike: ({ receiver }) => {
      receiver.kill('SIGKILL');
    },
  },
  {
    name: 'a file changes while it is read',
    survived: true,
    strike: ({ from, random }) => {
      const folder = join(from, 'files');
      const names = readdirSync(folder).sort();
      const name = names[random.int(0, names.length - 1)] ?? '';
      if (random.chance(0.5)) writeFileSync(join(folder, name), 'changed\n');
      else rmSync(join(folder, name));
    },
  },
  {
    name: 'the receiver may open no more files',
    survived: false,
    strike: ({ receiver, random }) => {
      const open = readdirSync(`/proc/${String(receiver.pid)}/fd`).length;
      spawnSync('prlimit', ['--pid', String(receiver.pid), `--nofile=${String(open - random.int(1, 6))}`]);
    },
  },
  {
    name: 'the destination is removed',
    survived: false,
    removes: true,
    strike: ({ into }) => {
      rmSync(into, { recursive: true, force: true });
    },
  },
  {
    name: 'another program fills the disk',
    survived: false,
    small: true,
    strike: ({ into }) => {
      const block = Buffer.alloc(64 * 1024);
      const filler = openSync(fillerBeside(into), 'w');
      try {
        for (;;) writeSync(filler, block);
      } catch {
        // Full.
      } finally {
        closeSync(filler);
      }
    },
  },
];
