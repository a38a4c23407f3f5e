/**
 * What a move changes at the destination, written down while it is committed so that `undo` can take it back: the files
 * and folders it made, and the record files it replaced, kept as they were. It lies in `.openmover-undo` inside the
 * destination, holds paths, sizes and digests of content and nothing of devices or people, and stays until the move is
 * taken back, the person drops it, or the next move changes something.
 *
 * One line of JSON a change. A record file's line is written before it is replaced, a file's after it is placed: a process
 * killed in between leaves at most one file that `undo` does not know of, and never a line that lies.
 */
import {
  closeSync,
  copyFileSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import type { Made } from '../devices/port.ts';
import type { Digest } from '../stream/digest.ts';
import { digestOfFile } from './digest-of-file.ts';

export const undoFolder = (parent: string): string => join(parent, '.openmover-undo');
export const journalPath = (parent: string): string => join(undoFolder(parent), 'journal.ndjson');
const finishedMark = (parent: string): string => join(undoFolder(parent), 'finished');

const path = z.array(z.string().min(1)).min(1);
const size = z.number().int().nonnegative();

/** Paths are components below the destination. */
export const undoLineSchema = z.discriminatedUnion('type', [
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

export class UndoJournal {
  readonly #parent: string;
  readonly #mode: 'keep' | 'continue' | 'drop';
  #fd: number | undefined;
  #begun = false;
  #kept = 0;

  /**
   * @param mode `keep` begins anew at the first change; `continue` goes on with that of a move that was broken off while
   *   it was committed; `drop` writes nothing, and at the first change removes what an earlier move left.
   */
  constructor(parent: string, mode: 'keep' | 'continue' | 'drop') {
    this.#parent = parent;
    this.#mode = mode;
  }

  /** Whether what is told is written down. */
  get keeps(): boolean {
    return this.#mode !== 'drop';
  }

  /** To be called before a record file is replaced by `from`, or comes where none was. */
  async replacing(from: string, to: string): Promise<void> {
    this.#begin();
    if (this.#fd === undefined) return;
    const kept = existsSync(to) ? this.#keep(to) : null;
    const { size: bytes } = lstatSync(from);
    const digest = (await digestOfFile(from, bytes)) ?? '';
    this.#write({ type: 'record', path: this.#below(to), size: bytes, digest, kept });
  }

  /** @param content of a file. */
  made(made: Made, content?: { readonly size: number; readonly digest: Digest }): void {
    this.#begin();
    if (this.#fd === undefined) return;
    const below = this.#below(made.path);
    if (made.type === 'folder') this.#write({ type: 'folder', path: below });
    else if (content !== undefined) this.#write({ type: 'file', path: below, ...content });
  }

  /** @param finished whether the move was committed to its end. */
  close(finished: boolean): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    if (finished) writeFileSync(finishedMark(this.#parent), '', { mode: 0o600 });
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const folder = undoFolder(this.#parent);
    const goesOn = this.#mode === 'continue' && existsSync(folder) && !existsSync(finishedMark(this.#parent));
    if (!goesOn) rmSync(folder, { recursive: true, force: true });
    if (this.#mode === 'drop') return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#fd = openSync(journalPath(this.#parent), 'a', 0o600);
    // A line that was torn off when the process died must not spoil the next one.
    if (goesOn) writeSync(this.#fd, '\n');
  }

  /** By a second name where the file system has them: the replacement then takes the first name only. */
  #keep(file: string): string {
    for (;;) {
      const name = `before-${String(this.#kept)}`;
      this.#kept += 1;
      const place = join(undoFolder(this.#parent), name);
      if (existsSync(place)) continue;
      try {
        linkSync(file, place);
      } catch {
        copyFileSync(file, place, constants.COPYFILE_EXCL);
      }
      return name;
    }
  }

  #below(absolute: string): string[] {
    return relative(this.#parent, absolute).split(sep);
  }

  #write(line: UndoLine): void {
    if (this.#fd !== undefined) writeSync(this.#fd, `${JSON.stringify(line)}\n`);
  }
}
