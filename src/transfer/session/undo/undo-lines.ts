/**
 * The journal `undo` goes by: a line of JSON for each thing a move was about to make when nothing was in its place, and for
 * each record file it was about to replace. So what a line tells of was either made by the move or is not there; a line is
 * taken away again when something else had come to its place.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MoverError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isThereAndOurs } from '../../disk/own-folder.ts';
import { readBytes } from '../../disk/read-bytes.ts';
import { READ_ONLY } from '../../disk/read-only.ts';
import { isComponent } from '../../paths/safe-path.ts';

export const undoFolder = (parent: string): string => join(parent, '.openmover-undo');
export const journalPath = (parent: string): string => join(undoFolder(parent), 'journal.ndjson');
/**
 * Whether there is a journal, and it is ours: what it names is removed. @throws MoverError `NOT_OURS` for anything else of that
 * name; errors of the file system.
 */
export function hasJournal(parent: string): boolean {
  if (!isThereAndOurs(undoFolder(parent), 'folder')) return false;
  for (const path of [journalPath(parent), finishedMark(parent)]) isThereAndOurs(path, 'file');
  return true;
}

/** There once all of the move is committed. */
export const finishedMark = (parent: string): string => join(undoFolder(parent), 'finished');

/** Components below the destination. */
const path = z.array(z.string().refine(isComponent)).min(1);
const size = z.number().int().nonnegative();

const undoLineSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('folder'), path }),
  z.strictObject({ type: z.literal('file'), path, size, digest: z.string() }),
  /** `kept` is the name of the version before, in the journal's folder; null when there was none. */
  z.strictObject({
    type: z.literal('record'),
    path,
    size,
    digest: z.string(),
    kept: z
      .string()
      .regex(/^before-\d{1,6}$/)
      .nullable(),
  }),
]);
export type UndoLine = z.infer<typeof undoLineSchema>;

/** Every byte of a path as `\u0000`, its commas and quotes, and the rest of a line. */
const LINE_BYTES = 6 * LIMITS.pathBytes + 3 * LIMITS.pathDepth + 1024;

const never = new AbortController().signal;

/**
 * The lines of a journal in their order. One that was torn off when the process died is left out.
 * @throws MoverError `NOT_OURS`; `DESTINATION_FAILED` when a line is longer than any of ours.
 */
export async function* readUndoLines(parent: string): AsyncGenerator<UndoLine> {
  const journal = journalPath(parent);
  if (!hasJournal(parent) || !existsSync(journal)) return;
  let rest = Buffer.alloc(0);
  for await (const block of readBytes(journal, { flags: READ_ONLY, signal: never })) {
    let from = 0;
    for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, from)) {
      const line = parse(Buffer.concat([rest, block.subarray(from, end)]).toString());
      if (line !== undefined) yield line;
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    rest = Buffer.concat([rest, block.subarray(from)]);
    if (rest.length > LINE_BYTES) {
      throw new MoverError('DESTINATION_FAILED', { detail: `${journal} is damaged` });
    }
  }
  const line = parse(rest.toString());
  if (line !== undefined) yield line;
}

function parse(text: string): UndoLine | undefined {
  try {
    return undoLineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
