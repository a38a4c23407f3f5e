/**
 * The commit to a device that is no disk: files and apps go to their places in the manifest's order, many at a time, then the
 * records are added. What is counted is what the device says it has afterwards.
 */
import { buffer } from 'node:stream/consumers';
import type { DeviceDestination, DeviceStaging, StagedOnDevice } from '../../devices/port.ts';
import { MoverError } from '../../errors.ts';
import type { ApkEntry, FileEntry, FolderEntry, SegmentEntry } from '../../kinds/entry.ts';
import type { RecordKind } from '../../kinds/kind.ts';
import type { EntryState } from '../ledger.ts';
import { segmentLines } from '../segment-lines.ts';
import type { Arrivals } from './staging-store.ts';

export interface DeviceCommit extends Arrivals {
  readonly destination: DeviceDestination;
  readonly staging: DeviceStaging;
  readonly dryRun: boolean;
  /** Where a verified entry lies on the device. */
  readonly stagedAt: (entry: FileEntry | ApkEntry | SegmentEntry) => string;
}

/** Files placed in one go: a device behind a cable takes as long for one. */
const AT_ONCE = 200;

interface Numbered<T> {
  readonly number: number;
  readonly entry: T;
}

interface App {
  readonly name: string;
  readonly entries: (Numbered<ApkEntry> & { readonly state: EntryState })[];
}

/** @returns whether something stays in staging. */
export async function commitToDevice(options: DeviceCommit): Promise<boolean> {
  const { pages, stateOf, reasonOf, tallies, progress, signal, staging, dryRun } = options;
  const files = new Files(options);
  const segments = new Map<RecordKind, SegmentEntry[]>();
  const apps: App[] = [];
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      const number = page.first + offset;
      const state = stateOf(number);
      if (entry.type === 'file') await files.take(entry, number, state);
      else if (entry.type === 'folder') files.folders.push(entry);
      else if (entry.type === 'apk') {
        let app = apps.at(-1);
        if (app?.name !== entry.path[0]) apps.push((app = { name: entry.path[0], entries: [] }));
        app.entries.push({ number, entry, state });
      } else if (state === 'skipped') tallies.get(entry.kind)?.skip(reasonOf(number), entry.records);
      else segments.set(entry.kind, [...(segments.get(entry.kind) ?? []), entry]);
    }
    progress?.moved({});
    signal.throwIfAborted();
  }
  await files.flush();
  let left = files.left;
  for (const app of apps) {
    if (!(await placeApp(options, app))) left = true;
    signal.throwIfAborted();
  }
  for (const [kind, some] of segments) {
    await writeRecords(options, kind, some);
    signal.throwIfAborted();
  }
  if (!dryRun) await staging.settle(signal);
  return left;
}

/** Takes files to their places and counts them. */
class Files {
  readonly folders: FolderEntry[] = [];
  /** Whether one stays in staging. */
  left = false;
  readonly #options: DeviceCommit;
  #staged: Numbered<FileEntry>[] = [];

  constructor(options: DeviceCommit) {
    this.#options = options;
  }

  async take(entry: FileEntry, number: number, state: EntryState): Promise<void> {
    const tally = this.#options.tallies.get('files');
    if (state === 'same' && tally !== undefined) tally.same += 1;
    else if (state === 'skipped') tally?.skip(this.#options.reasonOf(number), 1, entry.path);
    else if (state === 'staged') this.#staged.push({ entry, number });
    if (this.#staged.length >= AT_ONCE) await this.flush();
  }

  async flush(): Promise<void> {
    const { dryRun, staging, stagedAt, signal, tallies, isRenamed, progress } = this.#options;
    const staged = this.#staged.splice(0);
    const folders = this.folders.splice(0);
    if (folders.length > 0 && !dryRun) await staging.placeFolders(folders, signal);
    if (staged.length === 0) return;
    const tally = tallies.get('files');
    const files = staged.map(({ entry }) => ({ entry, staged: stagedAt(entry) }));
    const placed = dryRun
      ? files.map(() => ({ outcome: 'added' }) as const)
      : await staging.placeFiles(files, signal);
    if (tally === undefined) return;
    for (const [index, { entry, number }] of staged.entries()) {
      const { outcome, name } = { name: undefined, ...(placed[index] ?? ({ outcome: 'damaged' } as const)) };
      if (outcome === 'damaged' || outcome === 'refused') {
        tally.skip(outcome, 1, entry.path);
        this.left ||= outcome === 'refused';
        continue;
      }
      tally[outcome] += 1;
      if (name !== undefined) tally.rename(entry.path, [...entry.path.slice(0, -1), name]);
      if (outcome === 'added' && (name !== undefined || isRenamed?.(number) === true)) tally.renamed += 1;
    }
    progress?.moved({});
  }
}

/** An app moves whole, or not at all. False when it stays in staging. */
async function placeApp(options: DeviceCommit, { name, entries }: App): Promise<boolean> {
  const { tallies, reasonOf, stagedAt, staging, signal, dryRun } = options;
  const tally = tallies.get('apps');
  if (tally === undefined) return true;
  const skipped = entries.find(({ state }) => state === 'skipped');
  if (skipped !== undefined) {
    tally.skip(reasonOf(skipped.number), 1, [name]);
    return true;
  }
  tally.verified += 1;
  if (entries.every(({ state }) => state === 'same')) {
    tally.same += 1;
    return true;
  }
  const apks = await gather(options, entries);
  if (apks === undefined) {
    tally.skip('vanished', 1, [name]);
    return true;
  }
  const outcome = dryRun ? 'added' : await staging.placeApp(apks, signal);
  if (outcome === 'added' || outcome === 'same') tally[outcome] += 1;
  else tally.skip(outcome, 1, [name]);
  return outcome !== 'refused';

  /** A split that the device has already is installed again from where it is. */
  async function gather(
    { destination }: DeviceCommit,
    all: App['entries'],
  ): Promise<StagedOnDevice<ApkEntry>[] | undefined> {
    const there = await destination.candidates(
      all.map(({ entry }) => entry),
      signal,
    );
    const found: StagedOnDevice<ApkEntry>[] = [];
    for (const [index, { entry, state }] of all.entries()) {
      const staged = state === 'same' ? there[index]?.[0] : stagedAt(entry);
      if (staged === undefined) return undefined;
      found.push({ entry, staged });
    }
    return found;
  }
}

async function writeRecords(
  { tallies, staging, destination, stagedAt, signal }: DeviceCommit,
  kind: RecordKind,
  segments: readonly SegmentEntry[],
): Promise<void> {
  const tally = tallies.get(kind);
  if (tally === undefined) return;
  const told = segments.reduce((sum, { records }) => sum + records, 0);
  async function* incoming(): AsyncGenerator<string, void> {
    for (const entry of segments) {
      const bytes = await buffer(destination.read(stagedAt(entry), signal));
      yield* segmentLines(bytes);
    }
  }
  const { added, merged, same, skipped } = await staging.writeRecords(kind, incoming, signal);
  tally.added += added;
  tally.merged += merged;
  tally.same += same;
  for (const { reason, count } of skipped) tally.skip(reason, count);
  // A segment may hold fewer records than the manifest says, and those did not come either.
  const counted = added + merged + same + skipped.reduce((sum, { count }) => sum + count, 0);
  if (counted > told) throw new MoverError('UNEXPECTED', { detail: 'more records than came' });
  tally.skip('damaged', told - counted);
}
