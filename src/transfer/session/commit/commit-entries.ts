/**
 * The files, folders and apps of a commit: renamed to their places in the manifest's order, and each looked at where it is
 * then. Its digest was verified while it was staged, and a rename changes no byte: a size tells the rest.
 */
import { basename } from 'node:path';
import type { FileEntry, FolderEntry } from '../../kinds/entry.ts';
import { isOfOnePlace, writeFailure } from '../../disk/errno.ts';
import { stagedPath } from '../../lanes/staged-path.ts';
import { yieldEvery } from '../../yield-every.ts';
import type { CommitOptions } from './commit-options.ts';
import { digestOfFile } from '../digest-of-file.ts';
import { placeApp, type AppInProgress } from './place-app.ts';
import { isStaged } from '../staging/staged-size.ts';
import { WholeFolderCommit } from './whole-folder-commit.ts';

/** @returns whether something stays in staging, because it could not be taken to its place. */
export async function commitEntries(options: CommitOptions): Promise<boolean> {
  const { pages, stateOf, reasonOf, tallies, progress } = options;
  const files = new FilePlaces(options);
  const nextTurn = yieldEvery();
  let app: AppInProgress | undefined;
  let appsLeft = 0;
  for (const page of pages) {
    let number = page.first - 1;
    for (const entry of page.entries) {
      number += 1;
      const state = stateOf(number);
      if (app !== undefined && (entry.type !== 'apk' || entry.path[0] !== app.name)) {
        if (!(await placeApp(options, app))) appsLeft += 1;
        app = undefined;
      }
      if (entry.type === 'folder') {
        placeFolder(options, entry);
      } else if (entry.type === 'file') {
        if (state === 'same') files.stays(entry, number);
        else if (state === 'staged') {
          const placing = files.place(entry, number);
          if (placing !== undefined) await placing;
        } else if (state === 'skipped') tallies.get('files')?.skip(reasonOf(number), 1, entry.path);
      } else if (entry.type === 'apk') {
        if (state === 'covered') continue;
        app ??= { name: entry.path[0], entries: [], reason: undefined };
        app.entries.push({ number, entry, state });
        if (state === 'skipped') app.reason ??= reasonOf(number);
      } else if (state === 'skipped') {
        tallies.get(entry.kind)?.skip(reasonOf(number), entry.records);
      }
      const turn = nextTurn();
      if (turn === undefined) continue;
      await turn;
      progress?.moved({});
    }
  }
  if (app !== undefined && !(await placeApp(options, app))) appsLeft += 1;
  return files.left || appsLeft > 0;
}

/** A folder that cannot be made is not counted: what would be in it is. */
function placeFolder({ destination, journal }: CommitOptions, entry: FolderEntry): void {
  try {
    destination.placeFolder(entry, journal.making());
  } catch (error) {
    if (!isOfOnePlace(error)) throw writeFailure(error);
  }
}

/** Takes files to their places and counts them. */
class FilePlaces {
  readonly #options: CommitOptions;
  readonly #taken: WholeFolderCommit;
  /** Placed beside something else of their name, and not yet counted. */
  readonly #beside = new Set<number>();
  /** Whether one stays in staging. */
  left = false;

  constructor(options: CommitOptions) {
    this.#options = options;
    this.#taken = new WholeFolderCommit(options);
  }

  /** One that the destination had before the move, and must have still. */
  stays(entry: FileEntry, number: number): void {
    const isThere = this.#options.destination.candidates(entry).length > 0;
    this.#count(isThere ? 'same' : 'damaged', entry, number);
  }

  /** Done when it gives no promise. */
  place(entry: FileEntry, number: number): Promise<void> | undefined {
    const found = this.#taken.find(entry, number);
    if (typeof found !== 'string') return this.#placeFound(found, entry, number);
    this.#countTaken(found, entry, number);
    return undefined;
  }

  async #placeFound(
    found: Promise<string | undefined> | undefined,
    entry: FileEntry,
    number: number,
  ): Promise<void> {
    const path = await found;
    if (path === undefined) this.#count(await this.#placeAlone(entry, number), entry, number);
    else this.#countTaken(path, entry, number);
  }

  #countTaken(path: string, entry: FileEntry, number: number): void {
    if (this.#options.destination.sizeOf(path) === entry.size) this.#count('added', entry, number);
    else {
      this.#taken.giveBack(path, entry, number);
      this.#count('damaged', entry, number);
    }
  }

  /**
   * Renames one staged entry into place. Whether a file there is identical is told by content, and only when one of that
   * name and size is there, which after the manifest's comparison is rare.
   */
  async #placeAlone(entry: FileEntry, number: number): Promise<'added' | 'same' | 'damaged' | 'refused'> {
    const { destination, staging, journal, digestOfStaged } = this.#options;
    if (!isStaged(staging, entry)) return 'damaged';
    const staged = stagedPath(staging.folder, entry);
    const identical = new Set<string>();
    const there = destination.candidates(entry);
    if (there.length > 0) {
      const digest = await digestOfFile(staged, entry.size);
      for (const path of there) {
        // Two that cannot be read are not known to be one.
        if (digest !== undefined && (await digestOfFile(path, entry.size)) === digest) identical.add(path);
      }
    }
    const making = journal.making(() => {
      const digest = digestOfStaged(number);
      return digest === undefined ? undefined : { size: entry.size, digest };
    });
    try {
      const outcome = destination.place(entry, staged, (path) => identical.has(path), making);
      const isWhole = making.files().every((path) => destination.sizeOf(path) === entry.size);
      if (outcome === 'added' && !isWhole) return 'damaged';
      const [placed] = making.files();
      if (outcome === 'added' && placed !== undefined) this.#noteName(entry, number, basename(placed));
      return outcome;
    } catch (error) {
      if (!isOfOnePlace(error)) throw writeFailure(error);
      // Its line is in the journal, and it was not made.
      if (making.files().length > 0) making.failed();
      this.left = true;
      return 'refused';
    }
  }

  /** Something else had its name: it is kept beside that. */
  #noteName({ path }: FileEntry, number: number, name: string): void {
    if (name === path.at(-1)) return;
    this.#options.tallies.get('files')?.rename(path, [...path.slice(0, -1), name]);
    this.#beside.add(number);
  }

  #count(outcome: 'added' | 'same' | 'damaged' | 'refused', { path }: FileEntry, number: number): void {
    const tally = this.#options.tallies.get('files');
    if (tally === undefined) return;
    if (outcome === 'damaged' || outcome === 'refused') tally.skip(outcome, 1, path);
    else tally[outcome] += 1;
    if (outcome !== 'added') return;
    if (this.#beside.delete(number) || this.#options.isRenamed?.(number) === true) tally.renamed += 1;
  }
}
