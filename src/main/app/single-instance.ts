/**
 * One app per person: a second start shows the window of the first. Electron's own lock would be a link in the profile
 * folder that names this computer, and the folder is another one for each run; so it is a socket that is there as long as
 * the app is.
 */
import { createHash } from 'node:crypto';
import { lstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A first app that is busy starting answers within this; one that does not is taken for dead. */
const ANSWER_MS = 2_000;

/** Where the app of this person listens: of their home folder, so that two people on one computer do not meet. */
export function instanceAddress(
  home: string = homedir(),
  platform: NodeJS.Platform = process.platform,
): string {
  const person = createHash('sha256').update(`openmover\0${home}`).digest('hex').slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\openmover-${person}`;
  return join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `openmover-${person}.sock`);
}

export interface Instance {
  close(): void;
}

/**
 * @param onSecond called when the app is started again.
 * @returns undefined when another one runs, and has been told to show itself. An address that cannot be used at all does
 *   not keep the app from starting.
 */
export async function becomeInstance(address: string, onSecond: () => void): Promise<Instance | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // The client hangs up once it is told that somebody is here.
    socket.end('openmover\n');
    onSecond();
  });
  if (await listens(server, address)) return instanceOf(server);
  if (!isSomebodyElses(address) && (await answers(address))) return undefined;
  if (!isSomebodyElses(address)) rmSync(address, { force: true });
  return (await listens(server, address)) ? instanceOf(server) : { close: () => undefined };
}

function instanceOf(server: Server): Instance {
  // It is no reason to stay.
  server.unref();
  return {
    close: () => {
      server.close();
    },
  };
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(address, () => {
      server.removeAllListeners('error');
      // A listener that fails later is no reason to fall over.
      server.on('error', () => undefined);
      resolve(true);
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const done = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(ANSWER_MS, () => {
      done(false);
    });
    socket.once('data', () => {
      done(true);
    });
    socket.once('error', () => {
      done(false);
    });
    socket.once('close', () => {
      done(false);
    });
  });
}

/** In a temporary folder that all may write, another person may have put something there. */
function isSomebodyElses(address: string): boolean {
  if (process.getuid === undefined) return false;
  const stats = lstatSync(address, { throwIfNoEntry: false });
  return stats !== undefined && (stats.uid !== process.getuid() || !stats.isSocket());
}
