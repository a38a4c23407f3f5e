/**
 * Takes what is verified from staging to its place. First every record kind is merged aside, where it can still fail
 * without a trace; then, with nothing left that may fail for want of space, merged files, files and apps are renamed.
 * A record kind commits whole or not at all; nothing at the destination is overwritten or deleted.
 */
import { closeSync, constants, createReadStream, lstatSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Destination } from '../devices/port.ts';
import type { ApkEntry, FileEntry, SegmentEntry } from '../kinds/entry.ts';
import {
  RECORD_KINDS,
  type Kind,
  type MergeResult,
  type RecordKind,
  type SkipReason,
} from '../kinds/kind.ts';
import { ContentDigest, digestPrefix } from '../stream/digest.ts';
import type { ManifestPages } from '../stream/manifest-pages.ts';
import { writeFailure } from '../stream/staged-file.ts';
import { stagedPath } from '../stream/staged-path.ts';
import type { EntryState } from './ledger.ts';
import type { ProgressMeter } from './progress.ts';
import type { Tally } from './receipt.ts';
import type { Staging } from './staging.ts';

export interface CommitOptions {
  readonly staging: Pick<Staging, 'folder' | 'workFolder'>;
  readonly destination: Destination;
  readonly pages: ManifestPages;
  readonly stateOf: (entry: number) => EntryState;
  /** Why an entry was skipped; only asked of skipped ones. */
  readonly reasonOf: (entry: number) => SkipReason;
  readonly tallies: ReadonlyMap<Kind, Tally>;
  /** Staging holds every entry of the manifest and nothing else: its folders can be taken over as they are. */
  readonly whole: boolean;
  readonly progress?: ProgressMeter;
  readonly signal: AbortSignal;
}

/** Entries placed between two looks at the event loop: pings must be answered while a million files are renamed. */
const SLICE = 256;

export async function commit(options: CommitOptions): Promise<void> {
  const merges = await mergeRecords(options);
  options.signal.throwIfAborted();
  for (const [kind, result] of merges) {
    try {
      for (const { from, to } of result.replacements) renameSync(from, to);
    } catch (error) {
      throw writeFailure(error);
    }
    const tally = options.tallies.get(kind);
    if (tally === undefined) continue;
    tally.added += result.added;
    tally.merged += result.merged;
    tally.same += result.same;
    for (const { reason, count } of result.skipped) tally.skip(reason, count);
  }
  await placeEntries(options);
}

/** The staged segments of a kind, in order. */
function* segmentsOf({ pages, stateOf }: CommitOptions, kind: RecordKind): Generator<SegmentEntry> {
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      if (entry.type === 'segment' && entry.kind === kind && stateOf(page.first + offset) === 'staged')
        yield entry;
    }
  }
}

async function mergeRecords(options: CommitOptions): Promise<Map<RecordKind, MergeResult>> {
  const { destination, staging, tallies, signal } = options;
  const results = new Map<RecordKind, MergeResult>();
  for (const kind of RECORD_KINDS) {
    if (!tallies.has(kind)) continue;
    const incoming = (): AsyncIterable<string> => linesOf(segmentsOf(options, kind), staging.folder);
    results.set(kind, await destination.merge(kind, incoming, staging.workFolder(kind), signal));
  }
  return results;
}

async function* linesOf(segments: Iterable<SegmentEntry>, staging: string): AsyncGenerator<string> {
  for (const segment of segments) {
    const input = createReadStream(stagedPath(staging, segment));
    // A line separator inside a string is JSON text, not the end of a record: only \n ends one.
    for await (const line of splitLines(input)) yield line;
  }
}

async function* splitLines(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const block of input) {
    let start = 0;
    for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, start)) {
      const line =
        rest.length === 0 ? block.subarray(start, end) : Buffer.concat([...rest, block.subarray(start, end)]);
      rest = [];
      start = end + 1;
      yield line.toString('utf8');
    }
    if (start < block.length) rest.push(block.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}

/** APKs of one app: it moves whole, or not at all. */
interface AppInProgress {
  readonly name: string;
  readonly entries: { readonly entry: ApkEntry; readonly state: EntryState }[];
  reason: SkipReason | undefined;
}

async function placeEntries(options: CommitOptions): Promise<void> {
  const { pages, stateOf, reasonOf, tallies, progress } = options;
  const files = tallies.get('files');
  const taken = new TakenFolders(options);
  let app: AppInProgress | undefined;
  let sinceBreath = 0;
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      const number = page.first + offset;
      const state = stateOf(number);
      if (app !== undefined && (entry.type !== 'apk' || entry.path[0] !== app.name)) {
        await placeApp(options, app);
        app = undefined;
      }
      if (entry.type === 'folder') options.destination.placeFolder(entry);
      else if (entry.type === 'file') {
        if (state === 'same' && files !== undefined) files.same += 1;
        else if (state === 'staged' && files !== undefined) {
          files[taken.has(entry) ? 'added' : await place(options, entry)] += 1;
        } else if (state === 'skipped') files?.skip(reasonOf(number));
      } else if (entry.type === 'apk') {
        app ??= { name: entry.path[0], entries: [], reason: undefined };
        app.entries.push({ entry, state });
        if (state === 'skipped') app.reason ??= reasonOf(number);
      } else if (state === 'skipped') {
        tallies.get(entry.kind)?.skip(reasonOf(number), entry.records);
      }
      sinceBreath += 1;
      if (sinceBreath >= SLICE) {
        sinceBreath = 0;
        await new Promise((resolve) => setImmediate(resolve));
        progress?.moved({});
      }
    }
  }
  if (app !== undefined) await placeApp(options, app);
}

/** Top folders of `files/` that were taken over whole. Entries come folder by folder, so each is tried once. */
class TakenFolders {
  readonly #options: CommitOptions;
  readonly #tried = new Map<string, boolean>();

  constructor(options: CommitOptions) {
    this.#options = options;
  }

  has({ path: [top, ...below] }: FileEntry): boolean {
    if (!this.#options.whole || top === undefined || below.length === 0) return false;
    let taken = this.#tried.get(top);
    if (taken === undefined) {
      const { destination, staging } = this.#options;
      taken = destination.takeFolder(top, join(staging.folder, 'files', top));
      this.#tried.set(top, taken);
    }
    return taken;
  }
}

async function placeApp(options: CommitOptions, app: AppInProgress): Promise<void> {
  const tally = options.tallies.get('apps');
  if (tally === undefined) return;
  if (app.reason !== undefined) {
    tally.skip(app.reason);
    return;
  }
  tally.verified += 1;
  let added = false;
  for (const { entry, state } of app.entries) {
    if (state === 'staged') added = (await place(options, entry)) === 'added' || added;
  }
  if (added) tally.added += 1;
  else tally.same += 1;
}

/**
 * Renames one staged entry into place. Whether a file there is identical is told by content, and only when one of that
 * name and size is there, which after the manifest's comparison is rare.
 */
async function place(
  { destination, staging }: CommitOptions,
  entry: FileEntry | ApkEntry,
): Promise<'added' | 'same'> {
  const staged = stagedPath(staging.folder, entry);
  const there = destination.candidates(entry);
  const identical = new Set<string>();
  if (there.length > 0) {
    const digest = await digestOfFile(staged, entry.size);
    for (const path of there) {
      if ((await digestOfFile(path, entry.size)) === digest) identical.add(path);
    }
  }
  try {
    return destination.place(entry, staged, (path) => identical.has(path));
  } catch (error) {
    throw writeFailure(error);
  }
}

async function digestOfFile(path: string, size: number): Promise<string | undefined> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size !== size) return undefined;
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const digest = new ContentDigest();
    await digestPrefix(fd, size, digest, new AbortController().signal);
    return digest.digest();
  } finally {
    closeSync(fd);
  }
}
