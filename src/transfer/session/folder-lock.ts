/**
 * One receiver a folder: two would stage into each other. The lock is a listening local socket, which the system takes
 * away when the process dies, however it dies; a file with a process number would outlive a kill.
 */
import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MoverError } from '../errors.ts';

export interface FolderLock {
  release(): Promise<void>;
}

function lockPath(folder: string): string {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 24);
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
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = lockPath(folder);
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
