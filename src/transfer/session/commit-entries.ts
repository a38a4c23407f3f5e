/**
 * The files, folders and apps of a commit: renamed to their places in the manifest's order, and each looked at where it is
 * then. Its digest was verified while it was staged, and a rename changes no byte: a size tells the rest.
 */
import type { FileEntry } from '../kinds/entry.ts';
import { writeFailure } from '../stream/staged-file.ts';
import { stagedPath } from '../stream/staged-path.ts';
import { breather } from './breathe.ts';
import type { CommitOptions } from './commit-options.ts';
import { digestOfFile } from './digest-of-file.ts';
import { placeApp, type AppInProgress } from './place-app.ts';
import { isStaged } from './staged-size.ts';
import { TakenFolders } from './taken-folders.ts';

export async function commitEntries(options: CommitOptions): Promise<void> {
  const { pages, stateOf, reasonOf, tallies, progress, destination, journal } = options;
  const files = new FilePlaces(options);
  const breathe = breather();
  let app: AppInProgress | undefined;
  for (const page of pages) {
    let number = page.first - 1;
    for (const entry of page.entries) {
      number += 1;
      const state = stateOf(number);
      if (app !== undefined && (entry.type !== 'apk' || entry.path[0] !== app.name)) {
        await placeApp(options, app);
        app = undefined;
      }
      if (entry.type === 'folder') {
        destination.placeFolder(entry, journal.making());
      } else if (entry.type === 'file') {
        if (state === 'same') files.stays(entry);
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
      const breath = breathe();
      if (breath === undefined) continue;
      await breath;
      progress?.moved({});
    }
  }
  if (app !== undefined) await placeApp(options, app);
}

/** Takes files to their places and counts them. */
class FilePlaces {
  readonly #options: CommitOptions;
  readonly #taken: TakenFolders;

  constructor(options: CommitOptions) {
    this.#options = options;
    this.#taken = new TakenFolders(options);
  }

  /** One that the destination had before the move, and must have still. */
  stays(entry: FileEntry): void {
    this.#count(this.#options.destination.candidates(entry).length > 0 ? 'same' : 'damaged', entry);
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
    if (path === undefined) this.#count(await this.#placeAlone(entry, number), entry);
    else this.#countTaken(path, entry, number);
  }

  #countTaken(path: string, entry: FileEntry, number: number): void {
    if (this.#options.destination.sizeOf(path) === entry.size) this.#count('added', entry);
    else {
      this.#taken.giveBack(path, entry, number);
      this.#count('damaged', entry);
    }
  }

  /**
   * Renames one staged entry into place. Whether a file there is identical is told by content, and only when one of that
   * name and size is there, which after the manifest's comparison is rare.
   */
  async #placeAlone(entry: FileEntry, number: number): Promise<'added' | 'same' | 'damaged'> {
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
      return outcome === 'added' && !isWhole ? 'damaged' : outcome;
    } catch (error) {
      throw writeFailure(error);
    }
  }

  #count(outcome: 'added' | 'same' | 'damaged', { path }: FileEntry): void {
    const tally = this.#options.tallies.get('files');
    if (tally === undefined) return;
    if (outcome === 'damaged') tally.skip('damaged', 1, path);
    else tally[outcome] += 1;
  }
}
