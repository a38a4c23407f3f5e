/**
 * Top folders of `files/` that are taken over whole, in one rename each. What they bring is written down before, for `undo`,
 * and every file is looked at afterwards where it is now.
 */
import { lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry, FileEntry } from '../../kinds/entry.ts';
import type { ManifestPages } from '../../lanes/manifest-pages.ts';
import { pathBelow } from '../../paths/path-below.ts';
import { yieldEvery } from '../../yield-every.ts';
import type { CommitOptions } from './commit-options.ts';

/** Nearly every file is in a folder that was taken before: a promise for each would cost more than finding it. */
type MaybePromise<T> = T | Promise<T>;

/** Of a folder that was taken: the last entry in the row that was written down, and when, by the file system's clock. */
interface Row {
  readonly last: number;
  readonly takenAtMs: number;
}

export class WholeFolderCommit {
  readonly #options: CommitOptions;
  /** Where each top folder is now; undefined when its entries are to be placed one by one. */
  readonly #tops = new Map<string, string | undefined>();
  readonly #rows = new Map<string, Row>();

  constructor(options: CommitOptions) {
    this.#options = options;
  }

  /** Where the file of an entry has come to with its folder; undefined when it is to be placed by itself. */
  find({ path }: FileEntry, number: number): MaybePromise<string | undefined> {
    if (!this.#options.whole || path.length === 1) return undefined;
    const [top = ''] = path;
    const below = path.slice(1);
    const taken = this.#tops.get(top);
    if (taken === undefined) return this.#tops.has(top) ? undefined : this.#findNew(top, below, number);
    const row = this.#rows.get(top);
    const found = pathBelow(taken, below);
    if (row === undefined || number <= row.last) return found;
    return this.#continue(taken, top, number, row).then(() => found);
  }

  async #findNew(top: string, below: readonly string[], number: number): Promise<string | undefined> {
    const taken = await this.#take(top, number);
    this.#tops.set(top, taken);
    return taken === undefined ? undefined : pathBelow(taken, below);
  }

  /**
   * Takes a file back that is not what was verified, when nobody has changed it since it came: then it was cut while it
   * was staged, and a file is whole or absent. One changed in the same tick of the clock is left: it may be somebody's.
   */
  giveBack(path: string, { path: [top = ''] }: FileEntry, number: number): void {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    const row = this.#rows.get(top);
    if (stats?.isFile() !== true || row === undefined || stats.ctimeMs >= row.takenAtMs) return;
    renameSync(path, join(this.#options.staging.folder, `cut-${String(number)}`));
  }

  async #take(top: string, number: number): Promise<string | undefined> {
    const { destination, staging, journal } = this.#options;
    const target = destination.freePathFor(top);
    if (target === undefined) return undefined;
    const mark = journal.keeps ? journal.mark() : 0;
    const last = journal.keeps ? await this.#writeDown(target, top, number) : Number.POSITIVE_INFINITY;
    if (!destination.adoptFolder(top, join(staging.folder, 'files', top), journal.making())) {
      if (journal.keeps) journal.cut(mark);
      return undefined;
    }
    this.#rows.set(top, { last, takenAtMs: lstatSync(target).ctimeMs });
    return target;
  }

  /** A manifest that comes back to a top folder after others: what is in it has come already. */
  async #continue(target: string, top: string, number: number, row: Row): Promise<void> {
    this.#rows.set(top, { ...row, last: await this.#writeDown(target, top, number) });
  }

  /** Writes down a row of entries of one top folder, and the folders on the way to each. Gives the last of them. */
  async #writeDown(target: string, top: string, number: number): Promise<number> {
    const { journal, pages, digestOfStaged } = this.#options;
    const nextTurn = yieldEvery();
    const place = journal.below(target);
    let last = number;
    let inside: readonly string[] = [];
    for (const [at, entry] of entriesFrom(pages, number)) {
      if (!('path' in entry) || entry.kind !== 'files' || entry.path[0] !== top) break;
      last = at;
      if (entry.type !== 'file') continue;
      const below = entry.path.slice(1);
      const folder = below.slice(0, -1);
      for (let depth = shared(inside, folder) + 1; depth <= folder.length; depth += 1) {
        journal.gather({ type: 'folder', path: [...place, ...folder.slice(0, depth)] });
      }
      inside = folder;
      const digest = digestOfStaged(at);
      if (digest !== undefined) {
        journal.gather({ type: 'file', path: [...place, ...below], size: entry.size, digest });
      }
      const turn = nextTurn();
      if (turn !== undefined) await turn;
    }
    return last;
  }
}

/** How many components two paths begin with alike. */
function shared(one: readonly string[], other: readonly string[]): number {
  let depth = 0;
  while (depth < one.length && one[depth] === other[depth]) depth += 1;
  return depth;
}

function* entriesFrom(pages: ManifestPages, number: number): Generator<[number, Entry]> {
  for (let page = pages.find(number); page !== undefined;) {
    let at = page.first;
    for (const entry of page.entries) {
      if (at >= number) yield [at, entry];
      at += 1;
    }
    page = pages.find(page.first + page.entries.length);
  }
}
