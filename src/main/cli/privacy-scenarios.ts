/**
 * The moves `mover verify-privacy` runs, each in a folder of its own that is also the home and the temporary folder
 * of both processes, so that whatever they leave is below it.
 */
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MoverError } from '../../transfer/errors.ts';
import { needlesFor, scanTree } from '../../transfer/index.ts';
import { makeFiles } from './bench-data.ts';
import { type LoopbackMove, startLoopbackMove } from './child-mover.ts';
import { canaries, type Planted } from './planted-secrets.ts';

export const SCENARIOS = ['complete', 'wrong-code', 'cancelled', 'killed'] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

export interface PrivacyFinding {
  readonly secret: keyof Planted;
  /** E.g. `raw`, `base64`. */
  readonly form: string;
  /** Path below the scenario's folder, or `output of …`. */
  readonly place: string;
}

export interface ScenarioResult {
  readonly name: ScenarioName;
  readonly files: number;
  readonly bytes: number;
  readonly findings: readonly PrivacyFinding[];
  readonly unread: readonly string[];
  /** Exit codes; null when a signal ended it. */
  readonly exit: { readonly sender: number | null; readonly receiver: number | null };
}

/** Enough that stopping on the first progress is stopping half-way. */
const HALF_WAY_BYTES = 192 * 1024 * 1024;
/** A random code is among the moved data by chance now and then; another run has another code. */
const RUNS = 5;

export async function runScenario(
  name: ScenarioName,
  folder: string,
  planted: Planted,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const from = join(folder, 'old');
  await makeDevice(from, name, signal);
  for (let run = 0; run < RUNS; run += 1) {
    const into = join(folder, `new-${String(run)}`);
    const { move, code } = await start(name, folder, from, into, planted, signal);
    const exit = await finish(name, move);
    if (signal.aborted) throw MoverError.from(signal.reason, 'CANCELLED');
    const known: Planted = { ...planted, code };
    const before = await scanTree(from, needlesFor([{ name: 'code', value: code }]), signal);
    if (before.findings.length > 0) continue;
    return { name, ...(await search(folder, known, move, signal)), exit };
  }
  throw new MoverError('UNEXPECTED', { detail: 'every code was among the sample data by chance' });
}

async function makeDevice(from: string, name: ScenarioName, signal: AbortSignal): Promise<void> {
  const { makeSample } = await import('../sample/index.ts');
  await makeSample({
    into: from,
    seed: 7,
    contacts: 20,
    messages: 40,
    calls: 20,
    events: 10,
    apps: 3,
    files: 20,
    fileBytes: 1_000_000,
  });
  if (name === 'cancelled' || name === 'killed') {
    await makeFiles(join(from), HALF_WAY_BYTES, 24, signal);
  }
}

async function start(
  name: ScenarioName,
  folder: string,
  from: string,
  into: string,
  planted: Planted,
  signal: AbortSignal,
): Promise<{ move: LoopbackMove; code: string }> {
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  await mkdir(home, { recursive: true });
  await mkdir(temporary, { recursive: true });
  const { code, ...move } = await startLoopbackMove({
    from,
    into,
    env: { ...process.env, ...homeEnvironment(home, temporary) },
    senderSecrets: { androidId: planted['sender-android-id'], ssid: planted.ssid },
    receiverSecrets: { androidId: planted['receiver-android-id'], ssid: planted.ssid },
    ...(name === 'wrong-code' ? { typed: otherCode } : {}),
    signal,
  });
  return { move, code };
}

/** Every variable by which programs find a place to write, on Linux, macOS and Windows. */
function homeEnvironment(home: string, temporary: string): NodeJS.ProcessEnv {
  return {
    HOME: home,
    USERPROFILE: home,
    APPDATA: home,
    LOCALAPPDATA: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    XDG_DATA_HOME: home,
    XDG_STATE_HOME: home,
    XDG_RUNTIME_DIR: temporary,
    TMPDIR: temporary,
    TMP: temporary,
    TEMP: temporary,
  };
}

function otherCode(shown: string): string {
  return String((Number(shown) + 1) % 1_000_000).padStart(6, '0');
}

/** Lets the move come to the end the scenario is about. */
async function finish(
  name: ScenarioName,
  { sender, receiver }: LoopbackMove,
): Promise<ScenarioResult['exit']> {
  if (name === 'wrong-code') {
    await sender.exited;
    receiver.kill('SIGTERM');
  } else if (name !== 'complete') {
    // Should it be over already, its end is as good a thing to search.
    await sender.event('progress').catch(() => undefined);
    sender.kill(name === 'killed' ? 'SIGKILL' : 'SIGTERM');
    if (name === 'killed') receiver.kill('SIGKILL');
  }
  const [senderCode, receiverCode] = await Promise.all([sender.exited, receiver.exited]);
  return { sender: senderCode ?? null, receiver: receiverCode ?? null };
}

async function search(
  folder: string,
  planted: Planted,
  { sender, receiver }: LoopbackMove,
  signal: AbortSignal,
): Promise<Pick<ScenarioResult, 'files' | 'bytes' | 'findings' | 'unread'>> {
  const needles = needlesFor(canaries(planted));
  const { files, bytes, findings, unread } = await scanTree(folder, needles, signal);
  const printed = [
    ['output of the old device', sender.output()],
    ['output of the new device', receiver.output()],
  ] as const;
  return {
    files,
    bytes,
    unread: unread.map((path) => relative(folder, path)),
    findings: [
      ...findings.map(({ canary, form, path }) => ({
        secret: canary as keyof Planted,
        form,
        place: relative(folder, path),
      })),
      ...printed.flatMap(([place, output]) =>
        needles
          // The code is printed for the person to read.
          .filter(({ canary, bytes: needle }) => canary !== 'code' && output.includes(needle))
          .map(({ canary, form }) => ({ secret: canary as keyof Planted, form, place })),
      ),
    ],
  };
}
