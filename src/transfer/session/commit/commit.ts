/**
 * Takes what is verified from staging to its place. First every record kind is merged aside, where it can still fail
 * without a trace; then, with nothing left that may fail for want of space, merged files, files and apps are renamed. Nothing
 * at the destination is overwritten or deleted, and what is counted is what is found there afterwards.
 */
import { commitEntries } from './commit-entries.ts';
import type { CommitOptions } from './commit-options.ts';
import { RecordCommit } from './commit-records.ts';

/** @returns whether something stays in staging: the destination could not take it to its place, and may another time. */
export async function commit(options: CommitOptions): Promise<boolean> {
  const { journal, signal } = options;
  let finished = false;
  try {
    const records = new RecordCommit(options);
    await records.merge();
    signal.throwIfAborted();
    await records.replace();
    const left = await commitEntries(options);
    finished = true;
    return left;
  } finally {
    journal.close(finished && options.last !== false);
  }
}
