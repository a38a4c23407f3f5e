/**
 * The journal `undo` goes by: a line of JSON for each thing a move was about to make when nothing was in its place, and for
 * each record file it was about to replace. So what a line tells of was either made by the move or is not there; a line is
 * taken away again when something else had come to its place.
 */
import { createReadStream, lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { READ_ONLY } from '../read-only.ts';

export const undoFolder = (parent: string): string => join(parent, '.openmover-undo');
export const journalPath = (parent: string): string => join(undoFolder(parent), 'journal.ndjson');
/** A folder, and no link to one. */
export const isRealFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** There once all of the move is committed. */
export const finishedMark = (parent: string): string => join(undoFolder(parent), 'finished');

/** The journal lies where others may write: it must not lead out of the destination. */
const isComponent = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);

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

/** The lines of a journal in their order. One that was torn off when the process died is left out. */
export async function* readUndoLines(parent: string): AsyncGenerator<UndoLine> {
  const journal = journalPath(parent);
  if (lstatSync(journal, { throwIfNoEntry: false })?.isFile() !== true) return;
  const fd = openSync(journal, READ_ONLY);
  const lines = createInterface({ input: createReadStream(journal, { fd }), crlfDelay: Infinity });
  for await (const text of lines) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      continue;
    }
    const line = undoLineSchema.safeParse(value);
    if (line.success) yield line.data;
  }
}
