/**
 * The files of a phone's shared storage, depth first and by code point. Caches are left behind, and what Android keeps
 * apps' own things in where a shell may not look there.
 */
import { LIMITS } from '../../limits.ts';
import { nameOnDevice, travelName } from '../../paths/raw-path.ts';
import { checkName, isStagingName } from '../../paths/safe-path.ts';
import type { FileEntry, FolderEntry } from '../../kinds/entry.ts';
import { compareCodePoints } from '../../kinds/files/order.ts';
import type { SkipReason } from '../../kinds/kind.ts';
import type { ReadOptions } from '../spooled-source.ts';
import type { PhoneLink } from './link.ts';
import { commandText, quoted } from './shell.ts';
import { type PhoneEntry, SyncService } from './sync.ts';

export const SHARED_STORAGE = '/sdcard';

const TYPE = 0o170000;
const FOLDER = 0o040000;
const FILE = 0o100000;
const LINK = 0o120000;

/** Where a file of the manifest is on the phone. */
export const pathOnPhone = (path: readonly string[]): string =>
  [SHARED_STORAGE, ...path.map(nameOnDevice)].join('/');

export interface StorageOptions extends ReadOptions {
  readonly isCredential: (path: readonly string[]) => boolean;
  /** The same by what is in the file, for names that only hint at it. */
  readonly holdsCredentials: (path: readonly string[]) => Promise<boolean>;
}

/** What apps can make again, and keeps a phone's gallery quick. */
function isCache(path: readonly string[]): boolean {
  const name = path.at(-1)?.toLowerCase();
  if (name === '.thumbnails') return true;
  return name === 'cache' && path.length === 4 && isAppData(path);
}

/** `Android/data` and `Android/obb`: Android 11 and newer keep all programs but the app itself out. */
const isAppData = ([first, second]: readonly string[]): boolean =>
  first === 'Android' && (second === 'data' || second === 'obb');

export async function* readStorage(
  link: PhoneLink,
  options: StorageOptions,
): AsyncGenerator<FileEntry | FolderEntry, void> {
  const listing = new Listing(link, options.signal);
  try {
    await listing.begin();
    yield* new Walk(listing, options).folder([], [], undefined);
  } finally {
    await listing.close();
  }
}

interface Folder {
  /** Whether anything in it moves: a folder that comes about by its content is not an entry. */
  readonly moves: boolean;
  /** Whether anything in it was told as left behind. */
  readonly told: boolean;
}

class Walk {
  readonly #listing: Listing;
  readonly #options: StorageOptions;
  readonly #closedAppData = new Set<string>();

  constructor(listing: Listing, options: StorageOptions) {
    this.#listing = listing;
    this.#options = options;
  }

  /** @param refused why nothing in it moves: what is below is counted and named all the same. */
  async *folder(
    path: readonly string[],
    onPhone: readonly string[],
    refused: SkipReason | undefined,
  ): AsyncGenerator<FileEntry | FolderEntry, Folder> {
    const entries = await this.#listing.list(onPhone);
    if (entries === undefined) {
      this.#closed(path, refused);
      return { moves: false, told: true };
    }
    entries.sort((a, b) => compareCodePoints(a.name, b.name));
    let [moves, told] = [false, false];
    for (const entry of entries) {
      this.#options.signal.throwIfAborted();
      const below = [...path, travelName(entry.name)];
      const there = [...onPhone, entry.name];
      if ((entry.mode & TYPE) === FOLDER && !entry.failed) {
        const reason = refused ?? folderReason(below);
        const inner = yield* this.folder(below, there, reason);
        if (reason !== undefined && !inner.told) this.#options.skip(reason, 1, below);
        else if (!inner.moves && !inner.told) yield { type: 'folder', kind: 'files', path: below, size: 0 };
        moves ||= inner.moves || reason === undefined;
        told ||= inner.told || reason !== undefined;
        continue;
      }
      const size = await this.#listing.sizeOf(entry, there);
      const reason = refused ?? (await this.#reasonToLeave(entry, below, size));
      if (reason === undefined) {
        moves = true;
        yield fileEntry(entry, below, size ?? 0);
      } else {
        told = true;
        if (entry.failed) this.#closed(below, refused);
        else this.#options.skip(reason, 1, below);
      }
    }
    return { moves, told };
  }

  /** What the phone does not let a shell look at. Of the folders that are apps' own, each is told once as a whole. */
  #closed(path: readonly string[], refused: SkipReason | undefined): void {
    if (!isAppData(path)) {
      this.#options.skip(refused ?? 'unreadable', 1, path);
      return;
    }
    const top = path.slice(0, 2);
    const key = top.join('/');
    if (this.#closedAppData.has(key)) return;
    this.#closedAppData.add(key);
    this.#options.skip('app-data', 1, top);
  }

  async #reasonToLeave(
    { mode, failed }: PhoneEntry,
    path: readonly string[],
    size: number | undefined,
  ): Promise<SkipReason | undefined> {
    if (failed) return 'unreadable';
    if ((mode & TYPE) === LINK) return 'link';
    if ((mode & TYPE) !== FILE) return 'special';
    const name = nameReason(path);
    if (name !== undefined) return name;
    if (size === undefined) return 'unreadable';
    if (this.#options.isCredential(path)) return 'credential';
    if (size > LIMITS.fileBytes) return 'too-large';
    return (await this.#options.holdsCredentials(path)) ? 'credential' : undefined;
  }
}

const folderReason = (path: readonly string[]): SkipReason | undefined =>
  isCache(path) ? 'cache' : nameReason(path);

function nameReason(path: readonly string[]): SkipReason | undefined {
  const problem = checkName(path.at(-1) ?? '');
  if (problem === 'not-unicode') return 'name-not-unicode';
  if (problem !== undefined || path.length > LIMITS.pathDepth) return 'name-not-portable';
  if (Buffer.byteLength(path.join('/')) > LIMITS.pathBytes) return 'name-not-portable';
  return path.length === 1 && isStagingName(path[0] ?? '') ? 'name-not-portable' : undefined;
}

const fileEntry = (entry: PhoneEntry, path: readonly string[], size: number): FileEntry => ({
  type: 'file',
  kind: 'files',
  path,
  size,
  mtimeMs: entry.mtimeSeconds * 1000,
  executable: (entry.mode & 0o100) !== 0,
});

/** Folders as the phone lists them, over one service that is opened again when the phone was away. */
class Listing {
  readonly #link: PhoneLink;
  readonly #signal: AbortSignal;
  #service: SyncService | undefined;
  #version: 1 | 2 = 1;
  #statVersion: 1 | 2 = 1;
  /** Files of 4 GiB and more, whose size version 1 cuts. */
  #large = new Set<string>();

  constructor(link: PhoneLink, signal: AbortSignal) {
    this.#link = link;
    this.#signal = signal;
  }

  async begin(): Promise<void> {
    const signal = this.#signal;
    await this.#link.patiently(signal, async () => {
      this.#version = (await this.#link.has('ls_v2')) ? 2 : 1;
      this.#statVersion = (await this.#link.has('stat_v2')) ? 2 : 1;
    });
    if (this.#version === 2) return;
    const find = `cd ${SHARED_STORAGE}/ && find . -type f -size +4294967295c 2>/dev/null`;
    const { output } = await commandText(this.#link, find, { signal });
    this.#large = new Set(output.split(/\r?\n/).map((path) => path.replace(/^\.\/+/, '')));
  }

  /** Undefined when the phone does not let it be listed. */
  async list(folder: readonly string[]): Promise<PhoneEntry[] | undefined> {
    const place = `${[SHARED_STORAGE, ...folder].join('/')}/`;
    const entries = await this.#ask((service) => service.list(place, this.#version));
    if (entries.length > 0) return entries;
    // An empty answer may be a refusal (AOSP, file_sync_service.cpp, `do_list`).
    const { exitCode } = await commandText(this.#link, `ls -a ${quoted(place)} >/dev/null 2>&1`, {
      signal: this.#signal,
    });
    return exitCode === 0 ? entries : undefined;
  }

  /** Bytes of a file; undefined where that cannot be known. */
  async sizeOf({ size, failed }: PhoneEntry, onPhone: readonly string[]): Promise<number | undefined> {
    const path = onPhone.join('/');
    if (failed || !this.#large.has(path)) return size;
    const place = `${SHARED_STORAGE}/${path}`;
    if (this.#statVersion === 2) return (await this.#ask((service) => service.stat(place, 2)))?.size;
    const { output } = await commandText(this.#link, `stat -c %s ${quoted(place)}`, { signal: this.#signal });
    return /^\d{1,15}\s*$/.test(output) ? Number(output) : undefined;
  }

  async close(): Promise<void> {
    await this.#service?.close();
    this.#service = undefined;
  }

  #ask<T>(work: (service: SyncService) => Promise<T>): Promise<T> {
    return this.#link.patiently(this.#signal, async () => {
      try {
        this.#service ??= await SyncService.open(this.#link, this.#signal);
        return await work(this.#service);
      } catch (error) {
        await this.close();
        throw error;
      }
    });
  }
}
