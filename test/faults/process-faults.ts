/** What befalls one of the two programs, or its clock. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { Fault, Scene, Side } from './fault.ts';
import { setWallClock, withWallClock } from './wall-clock.ts';

const stopAndContinue =
  (side: Side, from: number, to = from) =>
  (scene: Scene): void => {
    const mover = scene[side];
    mover.kill('SIGSTOP');
    setTimeout(
      () => {
        mover.kill('SIGCONT');
      },
      scene.random.int(from, to),
    );
  };

/** Longer than a silent peer is taken for alive, shorter than it is waited for (`LIMITS.waitMs`). */
const HALF_A_MINUTE_MS = 30_000;

/** From the first message of the devices on, through the plan and its digests, to the last chunk. */
const ANY_TIME = [6_000, 27_000_000] as const;

const HOUR_MS = 3_600_000;
/** Summer time, another day, the epoch of a device whose battery was empty, and the year 2038 from anywhere. */
const JUMPS_MS = [
  HOUR_MS,
  -HOUR_MS,
  24 * HOUR_MS,
  -24 * HOUR_MS,
  -55 * 8_766 * HOUR_MS,
  15 * 8_766 * HOUR_MS,
];

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'the sender is stopped and goes on',
    survived: true,
    strike: stopAndContinue('sender', 100, 2_500),
  },
  {
    name: 'the receiver is stopped and goes on',
    survived: true,
    strike: stopAndContinue('receiver', 100, 2_500),
  },
  {
    name: 'the sender is stopped for half a minute',
    survived: true,
    strike: stopAndContinue('sender', HALF_A_MINUTE_MS),
  },
  {
    name: 'the receiver is stopped for half a minute',
    survived: true,
    strike: stopAndContinue('receiver', HALF_A_MINUTE_MS),
  },
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
    name: 'the person stops the sender',
    survived: false,
    moment: ANY_TIME,
    strike: ({ sender }) => {
      sender.kill('SIGINT');
    },
  },
  {
    name: 'the person stops the receiver',
    survived: false,
    moment: ANY_TIME,
    strike: ({ receiver }) => {
      receiver.kill('SIGINT');
    },
  },
  {
    name: 'the person stops the receiver while it commits',
    survived: false,
    tiny: true,
    strikesAt: ({ event, phase }) => event === 'progress' && phase === 'committing',
    strike: ({ receiver }) => {
      receiver.kill('SIGINT');
    },
  },
  {
    name: 'the receiver is killed while it commits',
    survived: false,
    tiny: true,
    strikesAt: ({ event, phase }) => event === 'progress' && phase === 'committing',
    strike: ({ receiver }) => {
      receiver.kill('SIGKILL');
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
    name: 'the clocks of both are set',
    survived: true,
    start: ({ folder }) => ({
      sender: withWallClock(folder, 'sender'),
      receiver: withWallClock(folder, 'receiver'),
    }),
    strike: ({ network, random, folder }) => {
      for (const side of ['sender', 'receiver'] as const) {
        setWallClock(folder, side, random.pick([0, ...JUMPS_MS]));
      }
      // Whoever waits for the other must not wait longer, or give up sooner, because of it.
      network.away = true;
      network.cut();
      setTimeout(() => (network.away = false), random.int(200, 2_000));
    },
  },
];
