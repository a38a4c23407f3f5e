/**
 * One receiver a folder: two would stage into each other. The lock is a listening local socket, which the system takes
 * away when the process dies, however it dies; a file with a process number would outlive a kill.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MoverError } from '../errors.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/** @param folder a real path. */
const lockName = (folder: string): string => createHash('sha256').update(folder).digest('hex').slice(0, 24);

const lockPath = (folder: string): string => pathOf(lockName(realpathSync(folder)));

function pathOf(name: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\openmover-${name}`;
  // An abstract socket has no file that could stay behind; Node knows them from 20 on.
  if (process.platform === 'linux' && Number.parseInt(process.versions.node, 10) >= 20)
    return `\0openmover-${name}`;
  return join(tmpdir(), `openmover-${name}.lock`);
}

function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** @throws MoverError `DESTINATION_BUSY` when another receiver has the folder. */
export function lockFolder(folder: string): Promise<FolderLock> {
  return lock(lockPath(folder));
}

/** The same for a device that is no folder. @param device names it; it goes nowhere but into a digest. */
export function lockNamed(device: string): Promise<FolderLock> {
  return lock(pathOf(lockName(`device:${device}`)));
}

async function lock(path: string): Promise<FolderLock> {
  let server: Server;
  try {
    server = await listen(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (await answers(path)) throw new MoverError('DESTINATION_BUSY');
    if (!path.startsWith('\0')) rmSync(path, { force: true });
    server = await listen(path);
  }
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/**
 * Tells folders that are locked now, by their real paths; undefined where none is, which is nearly always. A source asks,
 * since what is being written by a move must not be read by the same one.
 */
export async function lockedFolders(): Promise<((folder: string) => boolean) | undefined> {
  const names = new Set<string>();
  for (const name of new Set(listedLocks())) if (await answers(pathOf(name))) names.add(name);
  return names.size === 0 ? undefined : (folder) => names.has(lockName(folder));
}

/** Names of locks, those of processes that were killed among them. */
function listedLocks(): string[] {
  const isLinux = process.platform === 'linux';
  try {
    const text = isLinux
      ? readFileSync('/proc/net/unix', 'latin1')
      : readdirSync(process.platform === 'win32' ? '\\\\.\\pipe\\' : tmpdir()).join('\n');
    return Array.from(text.matchAll(/openmover-([0-9a-f]{24})(?=\.lock$|$)/gm), ([, name = '']) => name);
  } catch {
    return [];
  }
}
