/**
 * The record kinds of a commit: merged aside, where failing leaves no trace, then renamed, then proved against what the
 * destination holds. A kind commits whole or not at all.
 */
import { createReadStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { MoverError } from '../errors.ts';
import type { SegmentEntry } from '../kinds/entry.ts';
import { RECORD_KINDS, type MergeResult, type RecordKind } from '../kinds/kind.ts';
import { writeFailure } from '../stream/staged-file.ts';
import { stagedPath } from '../stream/staged-path.ts';
import type { CommitOptions } from './commit-options.ts';
import { isStaged } from './staged-size.ts';

type Merges = ReadonlyMap<RecordKind, MergeResult>;

/** Writes the new versions of all record files aside. Nothing at the destination has changed yet. */
export async function mergeRecords(options: CommitOptions): Promise<Merges> {
  const { destination, staging, tallies, signal } = options;
  const results = new Map<RecordKind, MergeResult>();
  for (const kind of RECORD_KINDS) {
    const tally = tallies.get(kind);
    if (tally === undefined) continue;
    const staged = recordsStaged(options, kind);
    if (staged.cut > 0) {
      tally.skip('damaged', staged.whole + staged.cut);
      continue;
    }
    const result = await destination.merge(kind, incomingOf(options, kind), staging.workFolder(kind), signal);
    if (result.replacements.length > 0 && result.after !== result.before + result.added) {
      throw new MoverError('UNEXPECTED', { detail: 'a merge that does not add up' });
    }
    results.set(kind, result);
  }
  return results;
}

/** Puts the new versions in their places, and counts what the destination then really holds. */
export async function replaceRecords(options: CommitOptions, merges: Merges): Promise<void> {
  for (const { replacements } of merges.values()) {
    for (const { to } of replacements) makeFolders(options, dirname(to));
  }
  for (const [kind, { replacements }] of merges) {
    for (const { from, to } of replacements) {
      try {
        await options.journal.replacing(from, to);
        renameSync(from, to);
      } catch (error) {
        throw writeFailure(error);
      }
    }
    await count(options, kind, merges.get(kind));
  }
}

async function count(
  options: CommitOptions,
  kind: RecordKind,
  result: MergeResult | undefined,
): Promise<void> {
  const tally = options.tallies.get(kind);
  if (tally === undefined || result === undefined) return;
  const lost = await missing(options, kind, result);
  const added = Math.max(0, result.added - lost);
  const merged = Math.max(0, result.merged - (lost - (result.added - added)));
  const same = Math.max(0, result.same - (lost - (result.added - added) - (result.merged - merged)));
  tally.added += added;
  tally.merged += merged;
  tally.same += same;
  tally.skip('damaged', lost);
  for (const { reason, count: times } of result.skipped) tally.skip(reason, times);
  // A segment may hold fewer records than the manifest says: those did not come either.
  const skipped = result.skipped.reduce((sum, { count: times }) => sum + times, 0);
  const told = recordsStaged(options, kind).whole;
  tally.skip('damaged', told - (result.added + result.merged + result.same + skipped));
}

/**
 * Records that arrived and that the destination does not have now. The new versions were read back before they were
 * renamed; being the very files that are there, they need not be read again. Where they are not, what arrived is merged once
 * more: what that would add or change is missing.
 */
async function missing(options: CommitOptions, kind: RecordKind, result: MergeResult): Promise<number> {
  const { destination, staging, signal } = options;
  if (result.replacements.length === 0 || destination.holds(kind, result.replacements)) return 0;
  const again = await destination.merge(kind, incomingOf(options, kind), staging.workFolder(kind), signal);
  return again.added + again.merged;
}

/** @throws MoverError `NO_SPACE`, `DESTINATION_FAILED`. */
function makeFolders({ journal }: CommitOptions, folder: string): void {
  const absent: string[] = [];
  for (let each = folder; !existsSync(each); each = dirname(each)) absent.push(each);
  const making = journal.making();
  try {
    for (const path of absent.reverse()) {
      making.before([{ type: 'folder', path }]);
      mkdirSync(path, { mode: 0o700 });
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

/** Records of the segments that are as they were verified, and of those that are not: cut, or gone. */
function recordsStaged(options: CommitOptions, kind: RecordKind): { whole: number; cut: number } {
  const records = { whole: 0, cut: 0 };
  for (const segment of segmentsOf(options, kind)) {
    records[isStaged(options.staging, segment) ? 'whole' : 'cut'] += segment.records;
  }
  return records;
}

const incomingOf = (options: CommitOptions, kind: RecordKind) => (): AsyncIterable<string> =>
  linesOf(segmentsOf(options, kind), options.staging.folder);

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
