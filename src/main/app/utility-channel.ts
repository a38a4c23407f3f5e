/** A host in a utility process of Electron's. */
import { utilityProcess } from 'electron';
import type { Channel } from './engine-process.ts';

/** What a program needs to find its temporary folder and, on Windows, its sockets; the rest is no business of a host. */
const VARIABLES = [
  'TMPDIR',
  'TEMP',
  'TMP',
  'HOME',
  'LANG',
  'TZ',
  'SystemRoot',
  'SystemDrive',
  'PATH',
] as const;

function environment(): Record<string, string> {
  return Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** @param entry the built `engine-host`. */
export function utilityChannel(entry: string): Channel {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'OpenMover engine',
    // What it would print could hold anything.
    stdio: 'ignore',
    env: environment(),
    execArgv: [],
  });
  return {
    post: (message) => {
      child.postMessage(message);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', () => {
        listener();
      });
    },
    kill: () => {
      child.kill();
    },
  };
}
