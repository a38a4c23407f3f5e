/**
 * The moves `mover verify-privacy` runs, each with a folder that is the home, the temporary folder and the destination
 * of both processes, so that whatever they leave is below it.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MoverError } from '../../transfer/errors.ts';
import { needlesFor } from '../../transfer/index.ts';
import { makeFiles } from '../bench/make-files.ts';
import { ChildMover, type LoopbackMove, startLoopbackMove } from '../bench/mover-process.ts';
import { canaries, type Planted, plant } from './planted-secrets.ts';
import type { Layer } from './layers.ts';
import {
  type PrivacyFinding,
  searchFiles,
  searchImage,
  searchOutput,
  searchTrace,
  type Searched,
} from './search.ts';
import { SealedPlace } from './isolated-disk.ts';
import { TRACE_ENVIRONMENT, traceTo } from './write-trace.ts';

export const SCENARIOS = [
  'complete',
  'undone',
  'wrong-code',
  'cancelled',
  'killed',
  'aborted',
  'debugged',
] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

/** Programs of a scenario. */
type Role = 'sender' | 'receiver' | 'undo';

/**
 * How each must end for its programs to show what it is about; null is a signal. `journal`: whether what a move can be
 * taken back by is there when everything is searched.
 */
const ENDS: Readonly<Record<ScenarioName, (exit: ScenarioResult['exit'], journal: boolean) => boolean>> = {
  complete: ({ sender, receiver }, journal) => sender === 0 && receiver === 0 && journal,
  undone: ({ sender, receiver, undo }, journal) => sender === 0 && receiver === 0 && undo === 0 && !journal,
  'wrong-code': ({ sender }) => sender === 3,
  cancelled: ({ sender }) => sender === 130,
  killed: ({ sender, receiver }) => sender === null && receiver === null,
  aborted: ({ sender, receiver }) => sender === null && receiver === null,
  debugged: ({ sender, receiver }) => sender === 0 && receiver === 0,
};

/** Those that end half-way. */
const STOPPED: ReadonlySet<ScenarioName> = new Set(['cancelled', 'killed', 'aborted']);

/** Has the system write whole core files; where it names them by a relative path, into the folder the program works in. */
const WITH_CORE = ['sh', '-c', 'ulimit -c unlimited 2>/dev/null; exec "$@"', 'sh'] as const;

export interface ScenarioResult {
  readonly name: ScenarioName;
  /** Whether it came to the end it is about: a move that failed at once shows nothing. */
  readonly ended: boolean;
  readonly searched: Readonly<Partial<Record<Layer, Omit<Searched, 'findings' | 'unread'>>>>;
  readonly findings: readonly PrivacyFinding[];
  readonly unread: readonly string[];
  /** Whether one of the programs has opened an inspector. */
  readonly debuggable: boolean;
  /** Byte strings that were looked for. */
  readonly needles: number;
  /** Exit codes; null when a signal ended it. `undo` where a move was taken back. */
  readonly exit: {
    readonly sender: number | null;
    readonly receiver: number | null;
    readonly undo?: number | null;
  };
}

export interface ScenarioOptions {
  readonly name: ScenarioName;
  /** Empty; all the scenario makes is in here. */
  readonly folder: string;
  readonly layers: ReadonlySet<Layer>;
  readonly signal: AbortSignal;
}

const MIB = 1024 * 1024;
/** A move that has come this far is stopped. */
const UNDER_WAY_BYTES = 8 * MIB;
/** Enough that the rest takes a while; a traced move is some ten times slower. */
const HALF_WAY_BYTES = { free: 192 * MIB, traced: 48 * MIB } as const;

/**
 * Runs a scenario. Six digits turn up by chance now and then, a leak every time: where nothing but the code was found,
 * the scenario runs again with another code, and that run counts.
 */
export async function runScenario(options: ScenarioOptions): Promise<ScenarioResult> {
  const from = join(options.folder, 'old');
  await makeDevice(from, options);
  const first = await runOnce(options, from, join(options.folder, 'first'));
  const onlyCode = first.findings.length > 0 && first.findings.every(({ secret }) => secret === 'code');
  return onlyCode ? runOnce(options, from, join(options.folder, 'second')) : first;
}

async function makeDevice(from: string, { name, layers, signal }: ScenarioOptions): Promise<void> {
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
  if (STOPPED.has(name)) {
    await makeFiles(from, HALF_WAY_BYTES[layers.has('writes') ? 'traced' : 'free'], 24, signal);
  }
}

async function runOnce(options: ScenarioOptions, from: string, folder: string): Promise<ScenarioResult> {
  const { name, layers, signal } = options;
  const place = join(folder, 'place');
  await mkdir(place, { recursive: true });
  const sealed = layers.has('image') ? await SealedPlace.make(place, join(folder, 'image')) : undefined;
  try {
    const planted = plant(sealed !== undefined);
    const traces: string[] = [];
    const launcher = (role: Role): string[] => {
      const trace = join(folder, `${role}.trace`);
      if (layers.has('writes')) traces.push(trace);
      return [
        ...(layers.has('writes') ? traceTo(trace) : []),
        ...(sealed?.enter(planted['host-name'] ?? '') ?? []),
        ...(name === 'aborted' && process.platform !== 'win32' ? WITH_CORE : []),
      ];
    };
    const { move, code } = await start(name, from, place, planted, signal, launcher);
    const ends = await finish(name, move);
    const undoing = name === 'undone' ? await takeBack(place, launcher('undo'), signal) : undefined;
    if (signal.aborted) throw MoverError.from(signal.reason, 'CANCELLED');
    const exit = undoing === undefined ? ends : { ...ends, undo: (await undoing.exited) ?? null };
    const journal = existsSync(join(destinationIn(place), '.openmover-undo'));

    const needles = needlesFor(canaries({ ...planted, code }));
    const parts: (readonly [Layer, Searched])[] = [
      ['files', await searchFiles(place, needles, signal)],
      ['files', await searchFiles(from, needles, signal)],
    ];
    for (const trace of traces) parts.push(['writes', await searchTrace(trace, place, needles, signal)]);
    if (sealed !== undefined) {
      await sealed.close();
      parts.push(['image', await searchImage(sealed.image, needles, signal)]);
    }
    const outputs = [
      ['output of the old device', move.sender.output()],
      ['output of the new device', move.receiver.output()],
      ['output of undo', undoing?.output() ?? Buffer.alloc(0)],
    ] as const;
    parts.push(['output', searchOutput(outputs, needles)]);
    const debuggable = outputs.some(([, text]) => text.includes('Debugger listening'));
    const ended = ENDS[name](exit, journal);
    return { name, ended, debuggable, ...together(parts), needles: needles.length, exit };
  } finally {
    await sealed?.close();
  }
}

const destinationIn = (place: string): string => join(place, 'new');

/** Takes the move back, by another program under the same eyes. */
async function takeBack(
  place: string,
  launcher: readonly string[],
  signal: AbortSignal,
): Promise<ChildMover> {
  const undoing = new ChildMover(['undo', '--into', destinationIn(place)], environment(place), launcher);
  const stop = (): void => {
    undoing.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop);
  await undoing.exited;
  signal.removeEventListener('abort', stop);
  return undoing;
}

function together(
  parts: readonly (readonly [Layer, Searched])[],
): Pick<ScenarioResult, 'searched' | 'findings' | 'unread'> {
  const searched: Partial<Record<Layer, { files: number; bytes: number }>> = {};
  for (const [layer, { files, bytes }] of parts) {
    const sum = (searched[layer] ??= { files: 0, bytes: 0 });
    sum.files += files;
    sum.bytes += bytes;
  }
  return {
    searched,
    findings: parts.flatMap(([, { findings }]) => findings),
    unread: parts.flatMap(([, { unread }]) => unread),
  };
}

async function start(
  name: ScenarioName,
  from: string,
  place: string,
  planted: Planted,
  signal: AbortSignal,
  launcher: (role: Role) => readonly string[],
): Promise<{ move: LoopbackMove; code: string }> {
  await mkdir(homeIn(place), { recursive: true });
  await mkdir(temporaryIn(place), { recursive: true });
  const { code, ...move } = await startLoopbackMove({
    from,
    into: destinationIn(place),
    env: environment(place),
    cwd: place,
    senderSecrets: { androidId: planted['sender-android-id'], ssid: planted.ssid },
    receiverSecrets: { androidId: planted['receiver-android-id'], ssid: planted.ssid },
    ...(name === 'wrong-code' ? { typed: otherCode } : {}),
    launcher,
    signal,
  });
  return { move, code };
}

const homeIn = (place: string): string => join(place, 'home');
const temporaryIn = (place: string): string => join(place, 'tmp');

/** Every variable by which programs find a place to write, on Linux, macOS and Windows. */
function environment(place: string): NodeJS.ProcessEnv {
  const [home, temporary] = [homeIn(place), temporaryIn(place)];
  return {
    ...process.env,
    ...TRACE_ENVIRONMENT,
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

function isUnderWay({ event, bytes }: { readonly event: string; readonly bytes?: unknown }): boolean {
  return event === 'progress' && Number(bytes) >= UNDER_WAY_BYTES;
}

/** What ends a program half-way. */
const SIGNAL: Readonly<Partial<Record<ScenarioName, NodeJS.Signals>>> = {
  cancelled: 'SIGTERM',
  killed: 'SIGKILL',
  aborted: 'SIGABRT',
};

/** Lets the move come to the end the scenario is about. */
async function finish(
  name: ScenarioName,
  { sender, receiver }: LoopbackMove,
): Promise<ScenarioResult['exit']> {
  if (name === 'wrong-code') {
    await sender.exited;
    receiver.kill('SIGTERM');
  } else if (name === 'debugged') {
    await sender.event('paired');
    if (process.platform !== 'win32') for (const program of [sender, receiver]) program.kill('SIGUSR1');
  } else if (STOPPED.has(name)) {
    // Should it be over already, its end is as good a thing to search.
    await sender.when(isUnderWay).catch(() => undefined);
    const signal = SIGNAL[name];
    if (signal !== undefined) {
      sender.kill(signal);
      if (name !== 'cancelled') receiver.kill(signal);
    }
  }
  const [senderCode, receiverCode] = await Promise.all([sender.exited, receiver.exited]);
  return { sender: senderCode ?? null, receiver: receiverCode ?? null };
}
