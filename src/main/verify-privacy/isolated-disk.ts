/**
 * A small file system in a file, the only place a program started in it can write to; its raw image afterwards shows
 * what was written by any means, mapped memory included, and also what was deleted since. Needs root on Linux.
 */
import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Space for what a scenario moves, twice over; a sparse file takes no more of the disk than is written. */
const IMAGE_BYTES = 192 * 1024 * 1024;

/**
 * Run in mount and UTS namespaces of its own: names the host `$1`, makes every mount but `$2` read-only, and becomes
 * the program that follows. It fails rather than leave one mount writable. Files of devices and of processes
 * (/dev/null, /proc/self) can be written to on a read-only mount, as they are not on it.
 */
const SEAL = `
set -e
printf %s "$1" > /proc/sys/kernel/hostname
while read -r _ _ _ _ point _; do
  point=$(printf '%b' "$point")
  [ "$point" = "$2" ] || mount -o remount,bind,ro "$point"
done < /proc/self/mountinfo
shift 2
exec "$@"
`;

export class SealedPlace {
  /** The folder that can be written to. */
  readonly folder: string;
  readonly image: string;
  #mounted = true;

  private constructor(folder: string, image: string) {
    this.folder = folder;
    this.image = image;
  }

  /** @throws the failure of the command that could not be run. */
  static async make(folder: string, image: string): Promise<SealedPlace> {
    await mkdir(folder, { recursive: true });
    const file = await open(image, 'wx', 0o600);
    try {
      await file.truncate(IMAGE_BYTES);
    } finally {
      await file.close();
    }
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', image]);
    await run('mount', ['-o', 'loop,nosuid,nodev', image, folder]);
    return new SealedPlace(folder, image);
  }

  /** The beginning of a command line that runs the rest of it in here, on a host of that name. */
  enter(hostName: string): [command: string, ...args: string[]] {
    const namespaces = ['--mount', '--uts', '--propagation', 'private'];
    return ['unshare', ...namespaces, 'sh', '-c', SEAL, 'sh', hostName, this.folder];
  }

  /** Has everything written to the image; the folder is empty afterwards. Idempotent. */
  async close(): Promise<void> {
    if (!this.#mounted) return;
    // A process that was killed a moment ago may still be on its way out.
    for (let tries = 20; ; tries -= 1) {
      try {
        await run('umount', [this.folder]);
        break;
      } catch (error) {
        if (tries === 0) throw error;
        await pause(100);
      }
    }
    this.#mounted = false;
  }
}

/** Why there can be no sealed place here; undefined when there can. */
export async function whyNoSealedPlace(folder: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a file system of its own can be mounted on Linux only';
  if (process.getuid?.() !== 0) return 'mounting a file system needs root';
  const image = join(folder, 'probe.image');
  let place: SealedPlace | undefined;
  try {
    place = await SealedPlace.make(join(folder, 'probe'), image);
    const [enter, ...rest] = place.enter('probe');
    await run(enter, [...rest, process.execPath, '--version']);
    return undefined;
  } catch (error) {
    const { code, path, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === 'ENOENT' && path !== undefined) return `${path} is not installed`;
    return `a file system cannot be mounted here: ${stderr?.trim().split('\n')[0] ?? 'unknown reason'}`;
  } finally {
    await place?.close();
    await rm(image, { force: true });
  }
}
