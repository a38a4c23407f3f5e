/**
 * Takes what is verified from staging to its place. First every record kind is merged aside, where it can still fail
 * without a trace; then, with nothing left that may fail for want of space, merged files, files and apps are renamed.
 * A record kind commits whole or not at all; nothing at the destination is overwritten or deleted.
 */
import { createReadStream, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileEntry, SegmentEntry } from '../kinds/entry.ts';
import { RECORD_KINDS, type MergeResult, type RecordKind } from '../kinds/kind.ts';
import { writeFailure } from '../stream/staged-file.ts';
import { stagedPath } from '../stream/staged-path.ts';
import type { CommitOptions } from './commit-options.ts';
import { digestOfFile } from './digest-of-file.ts';
import { placeApp, type AppInProgress } from './place-app.ts';

/** Entries placed between two looks at the event loop: pings must be answered while a million files are renamed. */
const SLICE = 256;

export async function commit(options: CommitOptions): Promise<void> {
  try {
    await commitAll(options);
    options.journal.close(true);
  } finally {
    options.journal.close(false);
  }
}

async function commitAll(options: CommitOptions): Promise<void> {
  const merges = await mergeRecords(options);
  options.signal.throwIfAborted();
  for (const { replacements } of merges.values()) makeFolders(options, replacements);
  for (const [kind, result] of merges) {
    await replace(options, result.replacements);
    const tally = options.tallies.get(kind);
    if (tally === undefined) continue;
    tally.added += result.added;
    tally.merged += result.merged;
    tally.same += result.same;
    for (const { reason, count } of result.skipped) tally.skip(reason, count);
  }
  await placeEntries(options);
}

/** @throws MoverError `NO_SPACE`, `DESTINATION_FAILED`. */
function makeFolders({ journal }: CommitOptions, replacements: MergeResult['replacements']): void {
  try {
    for (const { to } of replacements) {
      const made = mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      if (made !== undefined) journal.made({ type: 'folder', path: made });
    }
  } catch (error) {
    throw writeFailure(error);
  }
}

/** @throws MoverError `NO_SPACE`, `DESTINATION_FAILED`. */
async function replace({ journal }: CommitOptions, replacements: MergeResult['replacements']): Promise<void> {
  try {
    for (const { from, to } of replacements) {
      await journal.replacing(from, to);
      renameSync(from, to);
    }
  } catch (error) {
    throw writeFailure(error);
  }
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
      if (entry.type === 'folder') {
        options.destination.placeFolder(entry, (made) => {
          options.journal.made(made);
        });
      } else if (entry.type === 'file') {
        if (state === 'same' && files !== undefined) files.same += 1;
        else if (state === 'staged' && files !== undefined) {
          files[taken.has(entry, number) ? 'added' : await place(options, entry, number)] += 1;
        } else if (state === 'skipped') files?.skip(reasonOf(number));
      } else if (entry.type === 'apk') {
        app ??= { name: entry.path[0], entries: [], reason: undefined };
        app.entries.push({ number, entry, state });
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
  readonly #tried = new Map<string, string | undefined>();
  #toldFolder = '';

  constructor(options: CommitOptions) {
    this.#options = options;
  }

  has({ path: [top, ...below], size }: FileEntry, number: number): boolean {
    if (!this.#options.whole || top === undefined || below.length === 0) return false;
    if (!this.#tried.has(top)) this.#tried.set(top, this.#take(top));
    const taken = this.#tried.get(top);
    if (taken === undefined) return false;
    this.#tell(taken, below, size, number);
    return true;
  }

  #take(top: string): string | undefined {
    const { destination, staging, journal } = this.#options;
    let path: string | undefined;
    const taken = destination.takeFolder(top, join(staging.folder, 'files', top), (made) => {
      journal.made(made);
      path = made.path;
    });
    return taken ? path : undefined;
  }

  /** What a whole folder brought is told file by file, and the folders on the way to each. */
  #tell(top: string, below: readonly string[], size: number, number: number): void {
    const { journal, digestOfStaged } = this.#options;
    if (!journal.keeps) return;
    const folder = below.slice(0, -1);
    if (join(top, ...folder) !== this.#toldFolder) {
      this.#toldFolder = join(top, ...folder);
      for (let depth = 1; depth <= folder.length; depth += 1) {
        journal.made({ type: 'folder', path: join(top, ...folder.slice(0, depth)) });
      }
    }
    const digest = digestOfStaged(number);
    if (digest !== undefined) journal.made({ type: 'file', path: join(top, ...below) }, { size, digest });
  }
}

/**
 * Renames one staged entry into place. Whether a file there is identical is told by content, and only when one of that
 * name and size is there, which after the manifest's comparison is rare.
 */
async function place(
  { destination, staging, journal, digestOfStaged }: CommitOptions,
  entry: FileEntry,
  number: number,
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
    return destination.place(
      entry,
      staged,
      (path) => identical.has(path),
      (made) => {
        const digest = made.type === 'file' && journal.keeps ? digestOfStaged(number) : undefined;
        journal.made(made, digest === undefined ? undefined : { size: entry.size, digest });
      },
    );
  } catch (error) {
    throw writeFailure(error);
  }
}
