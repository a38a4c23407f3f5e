/**
 * One attempt's staging on a phone: a folder on its shared storage, which the gallery does not look into. Every entry lies in
 * it under a name made of what it is, so that staging itself is the memory when a move goes on.
 */
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { ApkEntry, Entry, FileEntry, FolderEntry } from '../../../kinds/entry.ts';
import type { RecordKind, SkipReason } from '../../../kinds/kind.ts';
import { STAGING_PREFIX } from '../../../paths/safe-path.ts';
import type { DeviceIo } from '../../device-io.ts';
import type { NameRules } from '../../name-rules.ts';
import type { DeviceStaging, PlacedOnDevice, StagedOnDevice, WrittenRecords } from '../../port.ts';
import type { PhoneLink } from '../link.ts';
import type { Puller } from '../pull.ts';
import { commandText, quoted } from '../shell.ts';
import { SHARED_STORAGE } from '../storage.ts';
import { listFolder, statFiles } from '../sync.ts';
import { scanMedia } from './media.ts';
import { probeNames } from './names.ts';
import { placeApp } from './place-app.ts';
import { PhoneFolders, placeFiles, placeFolders, placeOnPhone, type Placing } from './place-files.ts';
import { Pusher, SMALL_BYTES } from './push.ts';
import { PhoneJournal } from './undo-journal.ts';

const NAME = /^\.openmover-[0-9a-f]{8}$/;
/** For a phone that may be gone by now. */
const CLOSING_MS = 10_000;
/** Entries looked for one by one; more are found by listing all. */
const LOOKED_FOR = 64;

export interface PhoneParts {
  readonly link: PhoneLink;
  readonly puller: Puller;
  readonly sdk: number;
  readonly tell: DeviceIo['tell'];
  /** Adds records by the rules of their kind. */
  readonly writeRecords: (
    records: {
      readonly kind: RecordKind;
      readonly incoming: () => AsyncIterable<string>;
      readonly dryRun: boolean;
      readonly signal: AbortSignal;
    },
    journal: PhoneJournal,
  ) => Promise<WrittenRecords>;
  /** Nothing is taken to its place. */
  readonly dryRun: boolean;
}

interface Staged {
  readonly path: string;
  readonly size: number;
}

/** Staging that earlier attempts left on a phone. */
export async function stagingFolders(link: PhoneLink, signal: AbortSignal): Promise<string[]> {
  const entries = await listFolder(link, SHARED_STORAGE, signal);
  return entries.filter(({ name }) => NAME.test(name)).map(({ name }) => `${SHARED_STORAGE}/${name}`);
}

export class PhoneStaging implements DeviceStaging {
  readonly names: NameRules;
  readonly #parts: PhoneParts;
  readonly #folder: string;
  readonly #older: readonly string[];
  /** What earlier attempts have, by the names of entries. */
  readonly #left: ReadonlyMap<string, Staged>;
  readonly #pusher: Pusher;
  readonly #journal: PhoneJournal;
  readonly #folders = new PhoneFolders();
  /** SHA-256 of what this attempt wrote, by path. */
  readonly #digests = new Map<string, string>();
  /** Where files came to, for the gallery of an older Android. */
  readonly #places: string[] = [];

  private constructor(
    parts: PhoneParts,
    opened: {
      readonly folder: string;
      readonly names: NameRules;
      readonly older: readonly string[];
      readonly left: ReadonlyMap<string, Staged>;
      readonly keepUndo: boolean;
    },
  ) {
    this.#parts = parts;
    this.#folder = opened.folder;
    this.names = opened.names;
    this.#older = opened.older;
    this.#left = opened.left;
    this.#pusher = new Pusher(parts.link, parts.puller);
    this.#journal = new PhoneJournal(parts.link, opened.keepUndo);
  }

  static async open(
    parts: PhoneParts,
    { dryRun, keepUndo }: { readonly dryRun: boolean; readonly keepUndo: boolean },
    signal: AbortSignal,
  ): Promise<PhoneStaging> {
    const { link } = parts;
    const older = dryRun ? [] : await stagingFolders(link, signal);
    const left = new Map<string, Staged>();
    for (const folder of older) {
      for (const { name, size } of await listStaging(link, folder, signal)) {
        const known = left.get(name);
        if (known === undefined || known.size < size) left.set(name, { path: `${folder}/${name}`, size });
      }
    }
    const folder = `${SHARED_STORAGE}/${STAGING_PREFIX}${randomBytes(4).toString('hex')}`;
    await commandText(link, `mkdir ${folder} && : > ${folder}/.nomedia`, { signal });
    const names = await probeNames(link, folder, signal);
    return new PhoneStaging(parts, { folder, names, older, left, keepUndo: keepUndo && !dryRun });
  }

  get resumed(): boolean {
    return this.#left.size > 0;
  }

  pathOf(entry: Entry): string {
    return `${this.#folder}/${nameOf(entry)}`;
  }

  async find(
    entries: readonly Entry[],
    signal: AbortSignal,
  ): Promise<({ readonly staged: string; readonly length: number } | undefined)[]> {
    const own = await this.#ownSizes(entries, signal);
    const { link } = this.#parts;
    // Without the shell protocol a file cannot be gone on with.
    const goesOn = await link.has('shell_v2');
    const found = [];
    for (const entry of entries) {
      const [whole, part] = [nameOf(entry), partOf(entry)];
      const leftPart = this.#left.get(part);
      const path = `${this.#folder}/${part}`;
      if (own.get(whole) === entry.size) found.push({ staged: this.pathOf(entry), length: entry.size });
      else if (goesOn && isPartOf(entry, own.get(part))) {
        found.push({ staged: path, length: own.get(part) ?? 0 });
      } else if (this.#left.get(whole)?.size === entry.size) {
        found.push({ staged: this.#left.get(whole)?.path ?? '', length: entry.size });
      } else if (goesOn && leftPart !== undefined && isPartOf(entry, leftPart.size)) {
        // A part is this attempt's to go on with.
        const make = `mkdir -p ${quoted(`${this.#folder}/${PARTS}`)}`;
        await commandText(link, `${make} && mv ${quoted(leftPart.path)} ${quoted(path)}`, { signal });
        found.push({ staged: path, length: leftPart.size });
      } else found.push(undefined);
    }
    return found;
  }

  async #ownSizes(entries: readonly Entry[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const { link } = this.#parts;
    if (entries.length > LOOKED_FOR) {
      const all = await listStaging(link, this.#folder, signal);
      return new Map(all.map(({ name, size }) => [name, size]));
    }
    const names = entries.flatMap((entry) => [nameOf(entry), partOf(entry)]);
    const files = await statFiles(
      link,
      names.map((name) => `${this.#folder}/${name}`),
      signal,
    );
    return new Map([...files].map(([path, { size }]) => [path.slice(this.#folder.length + 1), size]));
  }

  async write(
    entry: Entry,
    from: number,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<string> {
    const path = this.pathOf(entry);
    const mtimeMs = 'mtimeMs' in entry ? entry.mtimeMs : 0;
    const pushed =
      from === 0 && entry.size <= SMALL_BYTES
        ? await this.#pusher.small(path, await buffer(bytes), mtimeMs, signal)
        : await this.#pusher.large(
            { part: `${this.#folder}/${partOf(entry)}`, whole: path },
            from,
            { bytes, mtimeMs },
            signal,
          );
    if (entry.type === 'file') this.#digests.set(path, pushed.sha256);
    return pushed.digest;
  }

  async placeFiles(
    files: readonly StagedOnDevice<FileEntry>[],
    signal: AbortSignal,
  ): Promise<readonly PlacedOnDevice[]> {
    const placed = await placeFiles(this.#placing(signal), files, this.#folders);
    for (const [index, { entry }] of files.entries()) {
      const outcome = placed[index];
      if (outcome?.outcome !== 'added') continue;
      const name = outcome.name ?? entry.path.at(-1) ?? '';
      this.#places.push(placeOnPhone([...entry.path.slice(0, -1), name]));
    }
    return placed;
  }

  placeFolders(folders: readonly FolderEntry[], signal: AbortSignal): Promise<void> {
    return placeFolders(this.#placing(signal), folders, this.#folders);
  }

  #placing(signal: AbortSignal): Placing {
    return {
      link: this.#parts.link,
      journal: this.#journal,
      signal,
      sha256Of: (staged) => this.#digests.get(staged),
    };
  }

  placeApp(
    apks: readonly StagedOnDevice<ApkEntry>[],
    signal: AbortSignal,
  ): Promise<'added' | 'same' | SkipReason> {
    const { link, tell } = this.#parts;
    return placeApp({ link, journal: this.#journal, tell, signal }, apks);
  }

  writeRecords(
    kind: RecordKind,
    incoming: () => AsyncIterable<string>,
    signal: AbortSignal,
  ): Promise<WrittenRecords> {
    const { writeRecords, dryRun } = this.#parts;
    return writeRecords({ kind, incoming, dryRun, signal }, this.#journal);
  }

  async settle(signal: AbortSignal): Promise<void> {
    const { link, sdk } = this.#parts;
    await this.#journal.finish(signal);
    await commandText(link, 'sync', { signal });
    if (this.#places.length > 0) await scanMedia(link, { sdk, places: this.#places }, signal);
  }

  /** A folder of ours in which nothing is goes. */
  async close(): Promise<void> {
    const { link } = this.#parts;
    const signal = AbortSignal.timeout(CLOSING_MS);
    try {
      if ((await listStaging(link, this.#folder, signal)).length === 0) {
        await removeFolder(link, this.#folder, signal);
      }
    } catch {
      // A phone that is gone keeps what it has for a later run.
    }
  }

  async drop(): Promise<void> {
    const { link } = this.#parts;
    const signal = AbortSignal.timeout(CLOSING_MS);
    await removeFolder(link, this.#folder, signal);
    for (const folder of this.#older) {
      if ((await listStaging(link, folder, signal)).length === 0) await removeFolder(link, folder, signal);
    }
  }
}

export async function removeFolder(link: PhoneLink, folder: string, signal: AbortSignal): Promise<void> {
  await commandText(link, `rm -rf ${quoted(folder)}`, { signal });
}

/** Files below a staging folder, by their paths in it. */
export async function listStaging(
  link: PhoneLink,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly size: number }[]> {
  const files: { readonly name: string; readonly size: number }[] = [];
  for (const { name, failed } of await listFolder(link, folder, signal)) {
    if (failed || name === '.nomedia') continue;
    for (const inner of await listFolder(link, `${folder}/${name}`, signal)) {
      if (!inner.failed) files.push({ name: `${name}/${inner.name}`, size: inner.size });
    }
  }
  return files;
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

/**
 * Where an entry lies in staging once it is whole: files of one folder together and under their own names, so that one command
 * takes them all to their place.
 */
function nameOf(entry: Entry): string {
  if (entry.type === 'segment') return `${entry.kind}/${String(entry.index)}-${String(entry.size)}`;
  return `${short(JSON.stringify([entry.kind, entry.path.slice(0, -1)]))}/${entry.path.at(-1) ?? ''}`;
}

const PARTS = 'parts';

/** And as long as it is not: another size or time is another entry. */
const partOf = (entry: Entry): string => `${PARTS}/${short(JSON.stringify(entry))}`;

const isPartOf = (entry: Entry, size: number | undefined): boolean =>
  size !== undefined && size > 0 && size <= entry.size;
