/**
 * The record kinds of a commit: merged aside, where failing leaves no trace, then renamed, then proved against what the
 * destination holds. A kind commits whole or not at all.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MoverError } from '../../errors.ts';
import type { SegmentEntry } from '../../kinds/entry.ts';
import { isUnchanged } from '../../kinds/file-identity.ts';
import type { MergeResult, RecordKind } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';
import { readAt } from '../../disk/read-bytes.ts';
import { READ_ONLY } from '../../disk/read-only.ts';
import { writeFailure } from '../../disk/errno.ts';
import { stagedPath } from '../../lanes/staged-path.ts';
import type { CommitOptions } from './commit-options.ts';
import { segmentLines } from '../segment-lines.ts';
import { isStaged } from '../staging/staged-size.ts';

/** How often a kind is merged again because somebody wrote to one of its files meanwhile. */
const MOST_MERGES = 5;

/** Merges the staged records of all kinds aside, and then puts the new versions in their places. */
export class RecordCommit {
  readonly #options: CommitOptions;
  /** The staged segments of each kind, in order. */
  readonly #segments: ReadonlyMap<RecordKind, readonly SegmentEntry[]>;
  readonly #merges = new Map<RecordKind, MergeResult>();

  constructor(options: CommitOptions) {
    this.#options = options;
    this.#segments = segmentsByKind(options);
  }

  /** Writes the new versions of all record files aside. Nothing at the destination has changed yet. */
  async merge(): Promise<void> {
    for (const [kind, segments] of this.#segments) {
      const staged = this.#staged(segments);
      if (staged.cut > 0) {
        this.#options.tallies.get(kind)?.skip('damaged', staged.whole + staged.cut);
        continue;
      }
      this.#merges.set(kind, await this.#mergeWhole(kind, segments));
    }
  }

  /**
   * Puts the new versions in their places, and counts what the destination then really holds. A file that somebody wrote
   * to since it was read is merged again, so that their change stays.
   * @throws MoverError `DESTINATION_FAILED` when they write to it all the time.
   */
  async replace(): Promise<void> {
    for (const { replacements } of this.#merges.values()) {
      for (const { to } of replacements) this.#makeFolders(dirname(to));
    }
    for (const [kind, first] of this.#merges) {
      let merge = first;
      for (let merges = 1; !(await this.#rename(merge)); merges += 1) {
        if (merges === MOST_MERGES)
          throw new MoverError('DESTINATION_FAILED', {
            detail: `another program keeps writing to the ${kind}`,
          });
        merge = await this.#mergeWhole(kind, this.#segments.get(kind) ?? []);
        for (const { to } of merge.replacements) this.#makeFolders(dirname(to));
      }
      // Once some of its files have the new records, merging again finds those to be the same: the first merge tells.
      const { added, merged, same } = merge.added + merge.merged < first.added + first.merged ? first : merge;
      await this.#count(kind, { ...merge, added, merged, same });
    }
  }

  /** False when a file is not as it was when it was read: that one and those after it are left alone. */
  async #rename({ replacements }: MergeResult): Promise<boolean> {
    const { journal } = this.#options;
    for (const { from, to, was } of replacements) {
      const mark = journal.keeps ? journal.mark() : undefined;
      try {
        await journal.replacing(from, to);
        if (!isUnchanged(to, was)) {
          if (mark !== undefined) journal.cut(mark);
          return false;
        }
        renameSync(from, to);
      } catch (error) {
        throw writeFailure(error);
      }
    }
    return true;
  }

  /** @throws MoverError `UNEXPECTED` for a merge that does not add up. */
  async #mergeWhole(kind: RecordKind, segments: readonly SegmentEntry[]): Promise<MergeResult> {
    const result = await this.#mergeOnce(kind, segments);
    if (result.replacements.length > 0 && result.after !== result.before + result.added) {
      throw new MoverError('UNEXPECTED', { detail: 'a merge that does not add up' });
    }
    return result;
  }

  #mergeOnce(kind: RecordKind, segments: readonly SegmentEntry[]): Promise<MergeResult> {
    const { destination, staging, signal } = this.#options;
    const incoming = (): AsyncIterable<string> => linesOf(segments, staging.folder);
    return destination.merge(kind, incoming, staging.workFolder(kind), signal);
  }

  async #count(kind: RecordKind, result: MergeResult): Promise<void> {
    const tally = this.#options.tallies.get(kind);
    const segments = this.#segments.get(kind);
    if (tally === undefined || segments === undefined) return;
    const lost = await this.#missing(kind, segments, result);
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
    const told = this.#staged(segments).whole;
    tally.skip('damaged', told - (result.added + result.merged + result.same + skipped));
  }

  /**
   * Records that arrived and that the destination does not have now. The new versions were read back before they were
   * renamed; being the very files that are there, they need not be read again. Where they are not, what arrived is merged
   * once more: what that would add or change is missing.
   */
  async #missing(
    kind: RecordKind,
    segments: readonly SegmentEntry[],
    { replacements }: MergeResult,
  ): Promise<number> {
    if (replacements.length === 0 || this.#options.destination.holds(kind, replacements)) return 0;
    const again = await this.#mergeOnce(kind, segments);
    return again.added + again.merged;
  }

  /** Records of the segments that are as they were verified, and of those that are not: cut, or gone. */
  #staged(segments: readonly SegmentEntry[]): { whole: number; cut: number } {
    const records = { whole: 0, cut: 0 };
    for (const segment of segments) {
      records[isStaged(this.#options.staging, segment) ? 'whole' : 'cut'] += segment.records;
    }
    return records;
  }

  /** @throws MoverError `NO_SPACE`, `DESTINATION_FAILED`. */
  #makeFolders(folder: string): void {
    const absent: string[] = [];
    for (let each = folder; !existsSync(each); each = dirname(each)) absent.push(each);
    const making = this.#options.journal.making();
    try {
      for (const path of absent.reverse()) {
        making.before([{ type: 'folder', path }]);
        mkdirSync(path, { mode: 0o700 });
      }
    } catch (error) {
      throw writeFailure(error);
    }
  }
}

/** A kind of which nothing is staged has nothing to merge. */
function segmentsByKind({ pages, stateOf }: CommitOptions): Map<RecordKind, SegmentEntry[]> {
  const segments = new Map<RecordKind, SegmentEntry[]>();
  for (const [number, segment] of pages.segments()) {
    if (stateOf(number) !== 'staged') continue;
    const known = segments.get(segment.kind);
    if (known === undefined) segments.set(segment.kind, [segment]);
    else known.push(segment);
  }
  return segments;
}

/** The records of the segments, one segment in memory at a time. */
async function* linesOf(segments: Iterable<SegmentEntry>, staging: string): AsyncGenerator<string> {
  let memory = Buffer.allocUnsafeSlow(LIMITS.segmentBytes);
  for (const segment of segments) {
    if (segment.size > memory.length) memory = Buffer.allocUnsafeSlow(segment.size);
    const bytes = await readSegment(stagedPath(staging, segment), memory.subarray(0, segment.size));
    yield* segmentLines(bytes);
  }
}

async function readSegment(path: string, memory: Buffer): Promise<Buffer> {
  const file = await open(path, READ_ONLY);
  try {
    return await readAt(file, 0, memory);
  } finally {
    await file.close();
  }
}
