/**
 * The apps of a device folder: `apps/<package>/*.apk` and `apps/*.apk`. Which app a file belongs to is what its
 * manifest says, never what its folder is called. Base and splits only work together when they are of one version, and
 * a device may hold several (`apps/<package> (2)`): the files of an app in one folder and of one version are a set, and
 * one set of an app moves.
 */
import { lstat, readdir } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import { dirname, join } from 'node:path';
import type { AppFacts } from '../../compat/facts.ts';
import { LIMITS } from '../../limits.ts';
import { travelTime } from '../../paths/file-time.ts';
import type { ReportSkip, SkipReason } from '../kind.ts';
import { type ApkFacts, readApk } from './apk-file.ts';
import { combineApks } from './app-facts.ts';
import { NotAnApk } from './not-an-apk.ts';

export interface AppFile {
  readonly path: string;
  /** At the destination: `apps/<package>/<name>`. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

export interface App {
  readonly package: string;
  /** By name, in code point order. */
  readonly files: readonly AppFile[];
  readonly facts: AppFacts;
}

export interface GroupOptions {
  /** Told of everything in the folder that is not part of an app. */
  readonly skip: ReportSkip;
  readonly signal: AbortSignal;
}

interface FoundApk extends AppFile {
  readonly apk: ApkFacts;
}

/** Depth of `apps/<package>/<file>`. */
const PACKAGE_FOLDER_DEPTH = 1;
/** Deeper folders hold no APKs of ours; how far they are counted. */
const COUNTED_DEPTH = 8;

/** By name as the destination may see it. */
type ApkSet = Map<string, FoundApk>;

/**
 * Apps by package name, in code point order. A file that cannot be used is reported and the rest goes on; two files
 * that would have the same place at the destination: the first stays, the other is a `name-clash`. Of several sets of an
 * app the one to install moves, the others are `app-other-version`.
 * @throws the signal's reason; errors of the file system for the folder itself
 */
export async function* groupApks(appsFolder: string, options: GroupOptions): AsyncGenerator<App> {
  const apps = new Map<string, Map<string, ApkSet>>();
  let found = 0;
  for await (const file of findApks(Buffer.from(appsFolder), 0, options)) {
    const sets = apps.get(file.apk.package);
    const key = `${String(file.apk.versionCode)}/${dirname(file.path)}`;
    const set = sets?.get(key);
    const name = file.name.normalize('NFKC').toLowerCase();
    const below = [file.apk.package, file.name];
    if (set?.has(name) === true) options.skip('name-clash', 1, below);
    // A set is bounded as an app is: one of our own destinations has a folder for each.
    else if (set === undefined && found++ >= LIMITS.apps) options.skip('too-large', 1, below);
    else if (set !== undefined) set.set(name, file);
    else apps.set(file.apk.package, (sets ?? new Map<string, ApkSet>()).set(key, new Map([[name, file]])));
  }
  for (const [name, sets] of [...apps].sort(([a], [b]) => byCodePoint(a, b))) {
    const list = [...toInstall([...sets.values()])].sort((a, b) => byCodePoint(a.name, b.name));
    if (sets.size > 1) options.skip('app-other-version', sets.size - 1, [name]);
    yield {
      package: name,
      files: list.map(({ apk, ...file }) => file),
      facts: combineApks(list.map(({ apk }) => apk)),
    };
  }
}

/** The newest set that has its base, of those the one of most files, of those the first; without any base, likewise. */
function toInstall(sets: readonly ApkSet[]): Iterable<FoundApk> {
  const rank = (set: ApkSet): number =>
    [...set.values()].some(({ apk }) => apk.split === undefined) ? 1 : 0;
  const version = (set: ApkSet): number => [...set.values()][0]?.apk.versionCode ?? 0;
  // Sorting is stable: sets of one version stay in the order in which their folders were walked.
  const [best] = [...sets].sort((a, b) => rank(b) - rank(a) || version(b) - version(a) || b.size - a.size);
  return best?.values() ?? [];
}

/** Walks names as bytes, for a name that is not Unicode must be told from one that is gone. */
async function* findApks(
  folder: Buffer,
  depth: number,
  options: GroupOptions,
  within: readonly string[] = [],
): AsyncGenerator<FoundApk> {
  let names: Buffer[];
  try {
    names = await readdir(folder, { encoding: 'buffer' });
  } catch (error) {
    if (depth === 0) throw error;
    options.skip(reasonOf(error), 1, within);
    return;
  }
  // Byte order of UTF-8 is code point order.
  for (const bytes of names.sort((a, b) => Buffer.compare(a, b))) {
    options.signal.throwIfAborted();
    const place = Buffer.concat([folder, Buffer.from('/'), bytes]);
    const below = [...within, bytes.toString('utf8')];
    try {
      const stats = await lstat(place);
      if (stats.isDirectory()) {
        if (depth < COUNTED_DEPTH) yield* findApks(place, depth + 1, options, below);
        continue;
      }
      const reason = reasonNot(stats, bytes, depth);
      if (reason !== undefined) {
        options.skip(reason, 1, below);
        continue;
      }
      const name = bytes.toString('utf8');
      const path = join(folder.toString('utf8'), name);
      const apk = await readApk(path);
      yield { path, name, sizeBytes: stats.size, mtimeMs: travelTime(stats.mtimeMs), apk };
    } catch (error) {
      options.signal.throwIfAborted();
      options.skip(reasonOf(error), 1, below);
    }
  }
}

function reasonNot(
  stats: { isFile(): boolean; isSymbolicLink(): boolean },
  name: Buffer,
  depth: number,
): SkipReason | undefined {
  if (stats.isSymbolicLink()) return 'link';
  if (!stats.isFile()) return 'special';
  if (!isUtf8(name)) return 'name-not-unicode';
  if (depth > PACKAGE_FOLDER_DEPTH || !/\.apk$/i.test(name.toString('utf8'))) return 'not-an-apk';
  return undefined;
}

/** @throws what it is given when that is no failure of this one file */
function reasonOf(error: unknown): SkipReason {
  if (error instanceof NotAnApk) return 'not-an-apk';
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
  return error.code === 'ENOENT' ? 'vanished' : 'unreadable';
}

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
