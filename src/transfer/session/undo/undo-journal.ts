/**
 * What a move changes at the destination, written down before it is done so that `undo` can take it back: the files and
 * folders it makes, and the record files it replaces, kept as they were. It lies in `.openmover-undo` inside the
 * destination, holds paths, sizes and digests of content and nothing of devices or people, and stays until the move is
 * taken back, the person drops it, or the next move changes something.
 *
 * A line is with the system before the change it tells of, so that a process killed between the two leaves nothing that
 * `undo` does not know of. A power cut is another matter: neither the lines nor the renames are synced one by one.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  createWriteStream,
  existsSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CreatedPath, CreationObserver } from '../../devices/port.ts';
import { ownershipOf } from '../../disk/own-folder.ts';
import type { Digest } from '../../disk/digest.ts';
import { componentsBelow } from '../../paths/path-below.ts';
import { writeFailure } from '../../disk/errno.ts';
import { writeAll } from '../../disk/write-all.ts';
import { digestOfFile } from '../digest-of-file.ts';
import {
  finishedMark,
  hasJournal,
  journalPath,
  readUndoLines,
  undoFolder,
  type UndoLine,
} from './undo-lines.ts';

interface FileContent {
  readonly size: number;
  readonly digest: Digest;
}

/** Content of a file that is made; undefined for one that nothing is known of, which stays out of the journal. */
type ContentOf = (made: CreatedPath) => FileContent | undefined;

/**
 * `keep` begins anew at the first change; `continue` goes on with the journal of a move that was broken off while it was
 * committed; `drop` writes nothing, and at the first change removes what an earlier move left.
 */
export type JournalMode = 'keep' | 'continue' | 'drop';

export interface Noted extends CreationObserver {
  /** Paths of the files that were made in the last step. */
  files(): readonly string[];
}

/** Not through a link: a folder that is gone on with may have been prepared by somebody. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** Lines of what a whole folder brings are gathered up to here: characters. */
const GATHERED = 64 * 1024;

export class UndoJournal {
  readonly #parent: string;
  readonly #mode: JournalMode;
  #fd: number | undefined;
  #begun = false;
  #kept = 0;
  #gathered: string[] = [];
  #gatheredLength = 0;
  /** Bytes written. */
  #end = 0;
  #groupAt = 0;

  private constructor(parent: string, mode: JournalMode) {
    this.#parent = parent;
    this.#mode = mode;
  }

  /** Nothing is changed before the move changes something, save that a journal to go on with is brought up to date. */
  static async open(parent: string, mode: JournalMode): Promise<UndoJournal> {
    if (mode !== 'continue') return new UndoJournal(parent, mode);
    const goesOn = hasJournal(parent) && !existsSync(finishedMark(parent));
    if (goesOn) await dropWhatIsNotThere(parent);
    return new UndoJournal(parent, goesOn ? 'continue' : 'keep');
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
    const { size } = lstatSync(from);
    const digest = (await digestOfFile(from, size)) ?? '';
    this.#gather({ type: 'record', path: this.below(to), size, digest, kept });
    this.#flush();
  }

  /** Listens to a destination that makes things, and writes them down if this journal keeps. */
  making(contentOf: ContentOf = () => undefined): Noted {
    let files: readonly string[] = [];
    return {
      before: (made) => {
        files = made.flatMap(({ type, path }) => (type === 'file' ? [path] : []));
        this.#begin();
        if (this.#fd === undefined) return;
        this.#flush();
        this.#groupAt = this.#end;
        for (const each of made) this.#add(each, contentOf(each));
        this.#flush();
      },
      failed: () => {
        files = [];
        this.cut(this.#groupAt);
      },
      files: () => files,
    };
  }

  /** One of many things that are about to be made in one step, of which the destination will tell the first. */
  gather(line: Extract<UndoLine, { type: 'folder' | 'file' }>): void {
    this.#begin();
    if (this.#fd === undefined) return;
    this.#gather(line);
    if (this.#gatheredLength >= GATHERED) this.#flush();
  }

  /** The place to cut at, should it not come to what is gathered next. */
  mark(): number {
    this.#begin();
    this.#flush();
    return this.#end;
  }

  /** Takes away the lines after a mark: what they tell of was not made. */
  cut(mark: number): void {
    if (this.#fd === undefined) return;
    this.#gathered = [];
    this.#gatheredLength = 0;
    ftruncateSync(this.#fd, mark);
    this.#end = mark;
  }

  /** @param finished whether the move was committed to its end. */
  close(finished: boolean): void {
    const wrote = this.#fd !== undefined;
    if (this.#fd !== undefined) {
      this.#flush();
      closeSync(this.#fd);
      this.#fd = undefined;
    }
    // One that is gone on with may have had nothing left to change.
    if (finished && (wrote || (this.#mode === 'continue' && !this.#begun))) {
      const mark = finishedMark(this.#parent);
      rmSync(mark, { force: true });
      writeFileSync(mark, '', { mode: 0o600, flag: 'wx' });
    }
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const folder = undoFolder(this.#parent);
    if (this.#mode !== 'continue' && ownershipOf(folder, 'folder') === 'ours') {
      rmSync(folder, { recursive: true, force: true });
    }
    if (this.#mode === 'drop') return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#fd = openSync(journalPath(this.#parent), APPEND, 0o600);
    this.#end = fstatSync(this.#fd).size;
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
        copyFileSync(file, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      }
      return name;
    }
  }

  /** Components of a path below the destination, as lines have them. */
  below(absolute: string): string[] {
    return componentsBelow(this.#parent, absolute);
  }

  #add({ type, path }: CreatedPath, content: FileContent | undefined): void {
    if (type === 'folder') this.#gather({ type, path: this.below(path) });
    else if (content !== undefined) this.#gather({ type, path: this.below(path), ...content });
  }

  #gather(line: UndoLine): void {
    const text = `${JSON.stringify(line)}\n`;
    this.#gathered.push(text);
    this.#gatheredLength += text.length;
  }

  #flush(): void {
    if (this.#fd === undefined || this.#gathered.length === 0) return;
    const bytes = Buffer.from(this.#gathered.join(''));
    this.#gathered = [];
    this.#gatheredLength = 0;
    writeAll(this.#fd, bytes);
    this.#end += bytes.length;
  }
}

/**
 * The journal of a move that was broken off, without the lines of what had not been made yet: it will be told of again
 * when it is made.
 */
async function dropWhatIsNotThere(parent: string): Promise<void> {
  const fresh = `${journalPath(parent)}.new`;
  try {
    rmSync(fresh, { force: true });
    await pipeline(linesOfWhatIsThere(parent), createWriteStream(fresh, { mode: 0o600, flags: 'wx' }));
    renameSync(fresh, journalPath(parent));
  } catch (error) {
    throw writeFailure(error);
  }
}

async function* linesOfWhatIsThere(parent: string): AsyncGenerator<string> {
  for await (const line of readUndoLines(parent)) {
    const there = lstatSync(join(parent, ...line.path), { throwIfNoEntry: false });
    const made = line.type === 'folder' ? there?.isDirectory() : there?.isFile();
    // A record file that there was has a version that is kept, whatever became of the new one.
    const replaced = line.type === 'record' && line.kept !== null;
    if (made === true || replaced) yield `${JSON.stringify(line)}\n`;
  }
}
