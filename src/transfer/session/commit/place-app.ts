/**
 * Takes one app to its place: a set of APKs, of which all are of one version. What the destination has in another set was
 * not sent and is copied from there.
 */
import { constants, copyFileSync, mkdirSync, utimesSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { ApkEntry } from '../../kinds/entry.ts';
import type { SkipReason } from '../../kinds/kind.ts';
import type { Digest } from '../../disk/digest.ts';
import { fileTime } from '../../paths/file-time.ts';
import { isOfOnePlace, writeFailure } from '../../disk/errno.ts';
import { stagedPath } from '../../lanes/staged-path.ts';
import type { CommitOptions } from './commit-options.ts';
import { digestOfFile } from '../digest-of-file.ts';
import type { EntryState } from '../ledger.ts';
import { isStaged } from '../staging/staged-size.ts';

type PlaceAppOptions = Pick<
  CommitOptions,
  'destination' | 'staging' | 'journal' | 'digestOfStaged' | 'digestOfSame' | 'tallies'
>;

/** APKs of one app: it moves whole, or not at all. */
export interface AppInProgress {
  readonly name: string;
  readonly entries: { readonly number: number; readonly entry: ApkEntry; readonly state: EntryState }[];
  reason: SkipReason | undefined;
}

/** Places an app whole or not at all, and counts it. False when it stays in staging: it could not be taken to its place. */
export async function placeApp(options: PlaceAppOptions, app: AppInProgress): Promise<boolean> {
  const tally = options.tallies.get('apps');
  if (tally === undefined) return true;
  if (app.reason !== undefined) {
    tally.skip(app.reason, 1, [app.name]);
    return true;
  }
  tally.verified += 1;
  if (await isThere(options, app)) {
    tally.same += 1;
    return true;
  }
  if (!(await gatherApp(options, app))) {
    tally.skip('vanished', 1, [app.name]);
    return true;
  }
  const { destination, staging, journal, digestOfStaged, digestOfSame } = options;
  if (!app.entries.every(({ entry }) => isStaged(staging, entry))) {
    tally.skip('damaged', 1, [app.name]);
    return true;
  }
  const apks = app.entries.map(({ entry }) => ({ entry, staged: stagedPath(staging.folder, entry) }));
  const numbers = new Map(app.entries.map(({ entry, number }) => [entry.path[1], { number, entry }]));
  const making = journal.making(({ path }) => {
    const apk = numbers.get(basename(path));
    const digest = apk && (digestOfStaged(apk.number) ?? digestOfSame(apk.number));
    return apk && digest !== undefined ? { size: apk.entry.size, digest } : undefined;
  });
  try {
    destination.placeApp(apks, staging.workFolder('app'), making);
  } catch (error) {
    if (!isOfOnePlace(error)) throw writeFailure(error);
    if (making.files().length > 0) making.failed();
    tally.skip('refused', 1, [app.name]);
    return false;
  }
  const isWhole = making
    .files()
    .every((path) => destination.sizeOf(path) === numbers.get(basename(path))?.entry.size);
  if (isWhole) tally.added += 1;
  else tally.skip('damaged', 1, [app.name]);
  return true;
}

/** Digest of an APK as it came. */
async function digestOfApk(
  { staging, digestOfSame }: PlaceAppOptions,
  { number, entry, state }: AppInProgress['entries'][number],
): Promise<Digest | undefined> {
  return state === 'same'
    ? digestOfSame(number)
    : digestOfFile(stagedPath(staging.folder, entry), entry.size);
}

/** Whether one set that is there has every APK of the app: the same file in another set is of another version. */
async function isThere(options: PlaceAppOptions, { entries }: AppInProgress): Promise<boolean> {
  const sets = options.destination.appSets(entries.map(({ entry }) => entry));
  for (const set of sets) {
    let identical = true;
    for (const [index, apk] of entries.entries()) {
      const digest: Digest | undefined = identical ? await digestOfApk(options, apk) : undefined;
      identical = digest !== undefined && (await digestOfFile(set[index] ?? '', apk.entry.size)) === digest;
    }
    if (identical) return true;
  }
  return false;
}

/** Copies into staging what was not sent because another set has it. False when it is no longer there. */
async function gatherApp(options: PlaceAppOptions, { entries }: AppInProgress): Promise<boolean> {
  const { destination, staging, digestOfSame } = options;
  for (const { number, entry, state } of entries) {
    if (state !== 'same') continue;
    const digest = digestOfSame(number);
    let there: string | undefined;
    for (const path of destination.candidates(entry)) {
      if (digest !== undefined && (await digestOfFile(path, entry.size)) === digest) there ??= path;
    }
    if (there === undefined) return false;
    const staged = stagedPath(staging.folder, entry);
    try {
      mkdirSync(dirname(staged), { recursive: true, mode: 0o700 });
      copyFileSync(there, staged, constants.COPYFILE_FICLONE);
      utimesSync(staged, fileTime(entry.mtimeMs), fileTime(entry.mtimeMs));
    } catch (error) {
      throw writeFailure(error);
    }
    // What was copied is what will be there: read back like everything else.
    if ((await digestOfFile(staged, entry.size)) !== digest) return false;
  }
  return true;
}
