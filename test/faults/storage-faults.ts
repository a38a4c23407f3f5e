/** What the disks of either device do to a move, and the people who use them. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fault, Scene, Side } from './fault.ts';

const isRoot = process.getuid?.() === 0;
const hasStrace = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;
const NO_STRACE = hasStrace ? undefined : 'strace is not installed';

/**
 * System calls by which each side reaches its files (sockets go by others): from which on a call belongs to the move,
 * and how often the busiest thread makes it at least. strace counts them for each thread.
 */
const CALLS = {
  // Node reads some hundred files of its packages first.
  sender: [['pread64', 120, 180]],
  receiver: [
    ['pwrite64', 1, 150],
    ['pread64', 120, 180],
    ['utimensat', 1, 150],
    ['mkdir', 1, 2],
    ['link', 1, 5],
    ['rename', 1, 1],
  ],
} as const satisfies Record<Side, readonly (readonly [call: string, first: number, last: number])[]>;

const injections = (folder: string): string => join(folder, 'injected');

/** Starts one side under strace(1), which makes one of its calls, chosen by the seed, come to `what`. */
const inject =
  (side: Side, what: string): NonNullable<Fault['start']> =>
  ({ random, folder }) => {
    const calls = CALLS[side];
    const [call, first, last] = calls[random.int(0, calls.length - 1)] ?? calls[0];
    const injection = `${call}:${what}:when=${String(random.int(first, last))}`;
    // By its quick way (seccomp) strace gives errors, and no signals.
    const quick = what.startsWith('error') ? ['--seccomp-bpf'] : [];
    const options = ['-D', '-f', ...quick, '-qq', '-o', injections(folder)];
    return {
      [side]: {
        launcher: ['strace', ...options, '-e', `trace=${call}`, '-e', `inject=${injection}`, '--'],
        // What a ring does is no system call of its own.
        env: { UV_USE_IO_URING: '0' },
      },
    };
  };

const wasInjected = ({ folder }: Scene): boolean =>
  readFileSync(injections(folder), 'utf8').includes('(INJECTED)');

/** To root nothing is forbidden: it gives up the right to that, and stays the owner of its files. */
const WITHOUT_OVERRIDE = isRoot
  ? { launcher: ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'] }
  : {};
const ALL = 0o700;
const LOOK_ONLY = 0o500;
const NONE = 0o000;

const forbidden = (scene: Scene): string => join(scene.folder, 'forbidden');

function forbid(scene: Scene, paths: readonly string[], mode: number): void {
  const path = paths.find((one) => existsSync(one));
  if (path === undefined) return;
  chmodSync(path, mode);
  writeFileSync(forbidden(scene), path);
}

function allow(scene: Scene): void {
  if (existsSync(forbidden(scene))) chmodSync(readFileSync(forbidden(scene), 'utf8'), ALL);
}

const stagingIn = (into: string): string =>
  join(into, readdirSync(into).find((name) => /^\.openmover-[0-9a-f]{8}$/.test(name)) ?? '');

const fillerBeside = (into: string): string => join(dirname(into), 'filler');

export const STORAGE_FAULTS: readonly Fault[] = [
  {
    name: 'a file changes while it is read',
    survived: true,
    strike: ({ from, random }) => {
      const files = readdirSync(join(from, 'files'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .sort();
      const file = files[random.int(0, files.length - 1)] ?? from;
      if (random.chance(0.5)) writeFileSync(file, 'changed\n');
      else rmSync(file);
    },
  },
  {
    name: 'the disk of the sender fails to read (EIO)',
    survived: false,
    impossible: NO_STRACE,
    start: inject('sender', 'error=EIO'),
    struck: wasInjected,
  },
  {
    name: 'the disk of the receiver fails (EIO)',
    survived: false,
    impossible: NO_STRACE,
    start: inject('receiver', 'error=EIO'),
    struck: wasInjected,
  },
  {
    name: 'the receiver is killed in the middle of a call to its disk',
    survived: false,
    impossible: NO_STRACE,
    start: inject('receiver', 'signal=SIGKILL'),
    struck: (_scene, { receiver }) => receiver.signal === 'SIGKILL',
  },
  {
    name: 'part of the old device may not be read any more (EACCES)',
    survived: false,
    start: () => ({ sender: WITHOUT_OVERRIDE }),
    strike: (scene) => {
      const files = join(scene.from, 'files');
      forbid(scene, [scene.random.pick([files, join(files, 'notes')])], NONE);
    },
    mend: allow,
  },
  {
    name: 'part of the destination may not be written any more (EACCES)',
    survived: false,
    start: () => ({ receiver: WITHOUT_OVERRIDE }),
    strike: (scene) => {
      const { into, random } = scene;
      const staging = stagingIn(into);
      const files = join(staging, 'files');
      const path = random.pick([into, join(into, 'files'), staging, files, join(files, 'notes')]);
      forbid(scene, [path, staging], random.pick([LOOK_ONLY, NONE]));
    },
    mend: allow,
  },
  {
    name: 'the destination is removed',
    survived: false,
    removes: true,
    strike: ({ into }) => {
      rmSync(into, { recursive: true, force: true, maxRetries: 50, retryDelay: 1 });
    },
  },
  {
    name: 'another program fills the disk (ENOSPC)',
    survived: false,
    small: true,
    impossible: isRoot ? undefined : 'mounting a small file system needs root',
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
    mend: ({ into }) => {
      rmSync(fillerBeside(into), { force: true });
    },
  },
];
