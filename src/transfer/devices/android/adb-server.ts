/**
 * The person's adb server, found as adb finds it, and started when it does not run. OpenMover keeps no key of its own:
 * the phone knows the server's.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AdbServerClient } from '@yume-chan/adb';
import { AdbServerNodeTcpConnector } from '@yume-chan/adb-server-node-tcp';
import { MoverError } from '../../errors.ts';

const DEFAULT_PORT = 5037;
/** A server that starts looks for phones first. */
const START_MS = 15_000;
const NO_ADB =
  'To read an Android phone by cable, adb is needed: install the Android SDK Platform-Tools from developer.android.com/tools/releases/platform-tools (or your system’s package adb) and start again.';
const NO_START = 'adb is there and does not start. Run "adb devices" to see why, then start again.';

type Environment = Readonly<Record<string, string | undefined>>;
type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Where adb's server is: `ADB_SERVER_SOCKET`, else `ANDROID_ADB_SERVER_ADDRESS` and `ANDROID_ADB_SERVER_PORT`, else port
 * 5037 of this computer (adb(1), "Environment variables").
 * @throws MoverError `DEVICE_MISSING` for what adb does not take either.
 */
export function serverAddress(env: Environment): Address {
  const spec = env['ADB_SERVER_SOCKET'] ?? '';
  if (spec !== '') return addressOf(spec);
  const host = env['ANDROID_ADB_SERVER_ADDRESS'] ?? '';
  return { host: host === '' ? '127.0.0.1' : host, port: portOf(env['ANDROID_ADB_SERVER_PORT'] ?? '') };
}

function addressOf(spec: string): Address {
  const [, host, port] = /^tcp:(?:(.*):)?(\d+)$/.exec(spec) ?? [];
  if (port !== undefined)
    return { host: host?.replace(/^\[(.*)\]$/, '$1') ?? '127.0.0.1', port: portOf(port) };
  const path = /^localfilesystem:(.+)$/.exec(spec)?.[1];
  if (path !== undefined) return { path };
  throw new MoverError('DEVICE_MISSING', { sentence: 'ADB_SERVER_SOCKET names no socket that adb takes.' });
}

function portOf(text: string): number {
  if (text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port > 0 && port < 65_536) return port;
  throw new MoverError('DEVICE_MISSING', { sentence: 'ANDROID_ADB_SERVER_PORT names no port.' });
}

/**
 * A client of the server, which runs.
 * @throws MoverError `DEVICE_MISSING` when there is no adb to start, or it does not start.
 */
export async function connectServer(env: Environment, signal: AbortSignal): Promise<AdbServerClient> {
  const address = serverAddress(env);
  const client = new AdbServerClient(
    new AdbServerNodeTcpConnector('path' in address ? { path: address.path } : { ...address }),
  );
  if (await answers(client)) return client;
  const adb = findAdb(env);
  if (adb === undefined) throw new MoverError('DEVICE_MISSING', { sentence: NO_ADB });
  await startServer(adb, env, signal);
  for (const started = performance.now(); performance.now() - started < START_MS;) {
    signal.throwIfAborted();
    if (await answers(client)) return client;
    await setTimeout(100, undefined, { signal });
  }
  throw new MoverError('DEVICE_MISSING', { sentence: NO_START });
}

async function answers(client: AdbServerClient): Promise<boolean> {
  try {
    await client.getVersion();
    return true;
  } catch {
    return false;
  }
}

/** `$ADB`, then adb on the path, then where the SDK and package managers put it. */
function findAdb(env: Environment): string | undefined {
  const name = process.platform === 'win32' ? 'adb.exe' : 'adb';
  const home = homedir();
  const sdks = [
    env['ANDROID_HOME'],
    env['ANDROID_SDK_ROOT'],
    join(home, 'Android/Sdk'),
    join(home, 'Library/Android/sdk'),
    env['LOCALAPPDATA'] === undefined ? undefined : join(env['LOCALAPPDATA'], 'Android/Sdk'),
    '/usr/lib/android-sdk',
    '/opt/android-sdk',
  ];
  const folders = [
    ...(env['PATH'] ?? '').split(delimiter),
    ...sdks.flatMap((sdk) => (sdk === undefined || sdk === '' ? [] : [join(sdk, 'platform-tools')])),
    ...(process.platform === 'win32' ? [] : ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin']),
  ];
  const named = env['ADB'] ?? '';
  const places = [named, ...folders.filter((folder) => folder !== '').map((folder) => join(folder, name))];
  return places.find((place) => place !== '' && existsSync(place));
}

/** Its output would tell serial numbers and is not looked at. */
function startServer(adb: string, env: Environment, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(adb, ['start-server'], {
      stdio: 'ignore',
      env: { ...env },
      timeout: START_MS,
      signal,
    });
    child.once('error', (cause) => {
      reject(signal.aborted ? cause : new MoverError('DEVICE_MISSING', { sentence: NO_START, cause }));
    });
    child.once('exit', () => {
      resolve();
    });
  });
}
