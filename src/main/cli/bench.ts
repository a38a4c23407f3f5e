/** `mover bench`: how fast a move is here, between two real processes over loopback. */
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MoverError } from '../../transfer/errors.ts';
import { receiptSchema } from '../../transfer/index.ts';
import { DEFAULTS, makeFiles, type Profile, PROFILES } from '../bench/make-files.ts';
import { startLoopbackMove } from '../bench/mover-process.ts';
import type { Context } from '../terminal/context.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { listed, noFolder, optionalNumber, usage } from '../terminal/options.ts';
import { table } from '../terminal/table.ts';
import { bytes as sizeText, count, duration } from '../terminal/format.ts';

export interface BenchOptions {
  readonly profile?: string;
  readonly bytes?: string;
  readonly files?: string;
  readonly dir?: string;
  readonly json?: boolean;
}

interface BenchResult {
  readonly profile: Profile;
  readonly files: number;
  readonly bytes: number;
  /** From the start of the sending process to the end of both. */
  readonly seconds: number;
  /** From the receipt: without starting and pairing. */
  readonly moveSeconds: number;
  readonly bytesPerSecond: number;
  readonly filesPerSecond: number;
  /** Peak resident memory, where the system tells. */
  readonly peakBytes: { readonly sender: number | null; readonly receiver: number | null };
}

const MIB = 1024 * 1024;
const MOST_BYTES = 1e14;
const MOST_FILES = 5e7;

export async function runBench(options: BenchOptions, { io, signal }: Context): Promise<number> {
  const profile = parseProfile(options.profile ?? 'large');
  const bytes = optionalNumber('--bytes', options.bytes, 1, MOST_BYTES) ?? DEFAULTS[profile].bytes;
  const files = optionalNumber('--files', options.files, 1, MOST_FILES) ?? DEFAULTS[profile].files;
  const parent = options.dir ?? tmpdir();
  await enoughSpace(parent, bytes);
  const folder = await mkdtemp(join(parent, 'openmover-bench-'));
  try {
    const from = join(folder, 'old');
    await mkdir(from);
    if (options.json !== true) {
      io.output.write(`Making ${sizeText(bytes)} in ${count(files)} files (${profile})…\n`);
    }
    await makeData(profile, from, bytes, files, signal);
    const result = await measure(profile, from, join(folder, 'new'), signal);
    io.output.write(options.json === true ? jsonLine(result) : asText(result));
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parseProfile(text: string): Profile {
  const profile = PROFILES.find((name) => name === text);
  if (profile === undefined) throw usage(`--profile takes one of ${listed(PROFILES)}`);
  return profile;
}

/** The data is there twice at the end. */
async function enoughSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder).catch((error: unknown) => {
    throw noFolder(folder, error);
  });
  if (bavail * bsize < bytes * 2.1)
    throw new MoverError('NO_SPACE', {
      sentence: `There is not enough free space for this in ${folder}: ${sizeText(bytes * 2.1)} are needed, ${sizeText(bavail * bsize)} are free. Use --dir or fewer --bytes.`,
    });
}

async function makeData(
  profile: Profile,
  from: string,
  bytes: number,
  files: number,
  signal: AbortSignal,
): Promise<void> {
  if (profile === 'phone') {
    const { makeSample } = await import('../sample/index.ts');
    await makeSample({
      into: from,
      seed: 1,
      contacts: 1_000,
      messages: 20_000,
      calls: 2_000,
      events: 500,
      apps: 20,
      files: 0,
    });
  }
  await makeFiles(from, bytes, files, signal);
}

async function measure(
  profile: Profile,
  from: string,
  into: string,
  signal: AbortSignal,
): Promise<BenchResult> {
  const { sender, receiver } = await startLoopbackMove({ from, into, signal });
  const started = performance.now();
  const codes = await Promise.all([sender.exited, receiver.exited]);
  const seconds = (performance.now() - started) / 1_000;
  if (signal.aborted) throw MoverError.from(signal.reason, 'CANCELLED');
  if (codes[0] !== 0) throw sender.failure();
  if (codes[1] !== 0) throw receiver.failure();
  const { event: _, ...rest } = await sender.event('receipt');
  const receipt = receiptSchema.parse(rest);
  const payload = receipt.bytes.payload;
  const files = receipt.kinds.files?.verified ?? 0;
  return {
    profile,
    files,
    bytes: payload,
    seconds,
    moveSeconds: receipt.seconds,
    bytesPerSecond: payload / seconds,
    filesPerSecond: files / seconds,
    peakBytes: { sender: sender.peakBytes ?? null, receiver: receiver.peakBytes ?? null },
  };
}

function asText(result: BenchResult): string {
  const memory = (peak: number | null): string => (peak === null ? 'not known here' : sizeText(peak));
  const rows = [
    ['time', duration(result.seconds)],
    ['  of it moving', duration(result.moveSeconds)],
    ['speed', `${(result.bytesPerSecond / MIB).toFixed(1)} MiB/s`],
    ...(result.files > 1 ? [['files', `${count(result.filesPerSecond)} files/s`]] : []),
    ['memory, old device', memory(result.peakBytes.sender)],
    ['memory, new device', memory(result.peakBytes.receiver)],
  ];
  return `${table(rows)}\n`;
}
