/**
 * Two real hosts on one machine: network namespaces joined by a virtual cable (veth), each with its own loopback,
 * addresses and, so that it can be looked for, its own host name. There is no default route and no route for multicast,
 * as on a hotspot without internet.
 */
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { HostProcess } from './host-process.ts';

const execute = promisify(execFile);

/** What keeps hosts from being made here, in a few words; undefined when they can be. */
export function missingForHosts(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  for (const command of ['ip', 'tc', 'ss', 'unshare']) {
    if (spawnSync(command, ['-V'], { stdio: 'ignore' }).error !== undefined) return `needs ${command}`;
  }
  // Root of a container may still not be allowed to.
  const probe = `om-probe-${randomBytes(3).toString('hex')}`;
  if (spawnSync('ip', ['netns', 'add', probe], { stdio: 'ignore' }).status !== 0) return 'needs root';
  spawnSync('ip', ['netns', 'delete', probe], { stdio: 'ignore' });
  return undefined;
}

export interface Host {
  /** IPv4 address on the cable. */
  readonly address: string;
  /** What a process on it gets from `os.hostname()`. */
  readonly hostname: string;
  /** Starts a command on this host; it is killed when the hosts are closed. */
  run(command: string, args: readonly string[], options?: { input?: string }): HostProcess;
  /** Pulls this end of the cable, and puts it back. Addresses stay. */
  linkDown(): Promise<unknown>;
  linkUp(): Promise<unknown>;
}

export interface Hosts {
  readonly a: Host;
  readonly b: Host;
  /** Ends what still runs and removes everything that was made. Idempotent. */
  close(): Promise<void>;
}

const ip = (...args: string[]): Promise<unknown> => execute('ip', args);

/** @param options.bandwidthMbit each way; unlimited when absent */
export async function makeHosts(options: { bandwidthMbit?: number } = {}): Promise<Hosts> {
  const id = randomBytes(3).toString('hex');
  const subnet = `10.${randomInt(64, 250)}.${randomInt(1, 250)}`;
  const running = new Set<HostProcess>();
  const names = { a: `om-a-${id}`, b: `om-b-${id}` };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      await Promise.all([...running].map((child) => child.kill()));
      // Deleting a namespace deletes its end of the cable, and that the other end.
      for (const name of Object.values(names)) await ip('netns', 'delete', name).catch(() => undefined);
    })());

  const makeHost = async (side: 'a' | 'b', number: number): Promise<Host> => {
    const namespace = names[side];
    const device = `om${side}${id}`;
    const address = `${subnet}.${number}`;
    const hostname = `canary-${randomBytes(5).toString('hex')}`;
    const setLink = (state: 'up' | 'down') => ip('-n', namespace, 'link', 'set', device, state);
    await ip('link', 'set', device, 'netns', namespace);
    await ip('-n', namespace, 'link', 'set', 'lo', 'up');
    await ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', device);
    await setLink('up');
    if (options.bandwidthMbit !== undefined) {
      const shape = [
        'root',
        'tbf',
        'rate',
        `${options.bandwidthMbit}mbit`,
        'burst',
        '256kb',
        'latency',
        '50ms',
      ];
      await execute('tc', ['-n', namespace, 'qdisc', 'add', 'dev', device, ...shape]);
    }
    return {
      address,
      hostname,
      run: (command, args, { input } = {}) => {
        // A host name of its own needs a UTS namespace; the shell replaces itself, so that signals arrive.
        const named = 'echo "$0" > /proc/sys/kernel/hostname && exec "$@"';
        const inside = ['netns', 'exec', namespace, 'unshare', '--uts', 'sh', '-c', named, hostname];
        const child = new HostProcess('ip', [...inside, command, ...args], input);
        running.add(child);
        void child.exit.finally(() => running.delete(child));
        return child;
      },
      linkDown: () => setLink('down'),
      linkUp: () => setLink('up'),
    };
  };

  try {
    for (const name of Object.values(names)) await ip('netns', 'add', name);
    await ip('link', 'add', `oma${id}`, 'type', 'veth', 'peer', 'name', `omb${id}`);
    const [a, b] = [await makeHost('a', 1), await makeHost('b', 2)];
    return { a, b, close };
  } catch (error) {
    // One end may still be outside of any namespace.
    await ip('link', 'delete', `oma${id}`).catch(() => undefined);
    await close();
    throw error;
  }
}
