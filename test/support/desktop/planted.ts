/** Identifiers made for one run of the app, and the search for them in all that the run has written. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canaries, plant, type Planted } from '../../../src/main/verify-privacy/planted-secrets.ts';
import { searchFiles, searchOutput, searchTrace } from '../../../src/main/verify-privacy/search.ts';
import { TRACE_ENVIRONMENT, traceTo, whyNoTrace } from '../../../src/main/verify-privacy/write-trace.ts';
import { type Needle, needlesFor } from '../../../src/transfer/index.ts';

/** Gives the host a name of its own and becomes the program that follows. */
const RENAMED = ['unshare', '--uts', 'sh', '-c', 'printf %s "$0" > /proc/sys/kernel/hostname && exec "$@"'];

export interface Watch {
  readonly planted: Planted;
  /** What the app is started by. */
  readonly launcher: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Undefined where nobody may trace. */
  readonly trace: string | undefined;
}

/** @param folder outside of everything that is searched */
export async function watchWrites(folder: string): Promise<Watch> {
  const renamed = process.platform === 'linux' && process.getuid?.() === 0;
  const planted = plant(renamed);
  const trace = (await whyNoTrace(folder)) === undefined ? join(folder, 'app.trace') : undefined;
  return {
    planted,
    trace,
    launcher: [
      ...(trace === undefined ? [] : traceTo(trace)),
      ...(renamed ? [...RENAMED, planted['host-name'] ?? 'host'] : []),
    ],
    env: TRACE_ENVIRONMENT,
  };
}

export interface Found {
  /** `secret (form) in place`, each. */
  readonly findings: readonly string[];
  /** What could not be searched. */
  readonly unread: readonly string[];
  readonly bytes: number;
}

const { signal } = new AbortController();

/** The byte strings to look for. `device` is what was moved: digits that are in there anyway prove nothing. */
export async function needles(planted: Planted, code: string, device: string): Promise<readonly Needle[]> {
  const withCode = needlesFor(canaries({ ...planted, code }));
  const { findings } = await searchFiles(device, withCode, signal);
  return findings.some(({ secret }) => secret === 'code') ? needlesFor(canaries(planted)) : withCode;
}

/** Contents and names of all files below the folders, every write, and what was printed. */
export async function search(
  looked: readonly Needle[],
  places: { folders: readonly string[]; trace?: string | undefined; output: string },
): Promise<Found> {
  const parts = await Promise.all([
    ...places.folders.map((folder) => searchFiles(folder, looked, signal)),
    ...(places.trace === undefined ? [] : [searchTrace(places.trace, '/', looked, signal)]),
  ]);
  parts.push(searchOutput([['the output', Buffer.from(places.output)]], looked));
  return {
    findings: parts.flatMap(({ findings }) =>
      findings.map(({ secret, form, place }) => `${secret} (${form}) in ${place}`),
    ),
    unread: parts.flatMap(({ unread }) => unread),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Leaks one value on purpose below `folder` and says what the search finds of it: a blind search finds nothing either. */
export async function searchLeak(looked: readonly Needle[], value: string, folder: string): Promise<Found> {
  const place = join(folder, 'leak');
  mkdirSync(place);
  try {
    writeFileSync(join(place, 'Preferences'), `{"x":"${Buffer.from(value).toString('base64')}"}`);
    return await search(looked, { folders: [folder], output: '' });
  } finally {
    rmSync(place, { recursive: true });
  }
}
