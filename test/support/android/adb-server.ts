/** A real adb server of a test's own: on a free port, with a home of its own, ended with the test. */
import { execFile, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';
import { scratchFolder } from '../scratch.ts';

export interface AdbServer {
  readonly port: number;
  /** `adb …` against it. */
  run(...args: readonly string[]): Promise<string>;
}

/** Starts a server, and has everything of this process use it until the test ends. */
export async function startAdbServer(): Promise<AdbServer> {
  const port = await freePort();
  const home = scratchFolder();
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: home, ADB_MDNS: '0' };
  const server = spawn('adb', ['-P', String(port), 'server', 'nodaemon'], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('close', resolve));
  const before = process.env['ANDROID_ADB_SERVER_PORT'];
  process.env['ANDROID_ADB_SERVER_PORT'] = String(port);
  onTestFinished(async () => {
    if (before === undefined) delete process.env['ANDROID_ADB_SERVER_PORT'];
    else process.env['ANDROID_ADB_SERVER_PORT'] = before;
    server.kill('SIGKILL');
    await ended;
  });
  while (!(await isOpen(port))) {
    if (server.exitCode !== null) throw new Error('adb did not start: apt-get install adb');
    await setTimeout(20);
  }
  return {
    port,
    run: async (...args) => {
      const { stdout } = await promisify(execFile)('adb', ['-P', String(port), ...args], {
        env,
        maxBuffer: 1e9,
      });
      return stdout;
    },
  };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
