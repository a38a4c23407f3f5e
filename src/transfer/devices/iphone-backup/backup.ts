/**
 * A backup of an iPhone or iPad, as Finder, iTunes and Apple Devices make them: Manifest.db says where each file of the
 * device is, by the SHA-1 of its domain and path. Only read: nothing is written into it, not even a lock.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MoverError } from '../../errors.ts';
import { sortByCodePoint } from '../../kinds/files/order.ts';
import type { ReadOptions } from '../spooled-source.ts';
import { type FileFacts, readFileFacts } from './backup-file.ts';
import { type Keybag, keyOfClass, parseKeybag, unlockKeybag } from './keybag.ts';
import { NO_PAGES, openEncrypted, openPlain, type PageSource } from './page-source.ts';
import { type Dictionary, isDictionary, MOST_BYTES, parsePropertyList, textIn } from './property-list.ts';
import { type Database, type Row, SqliteReader } from './sqlite.ts';

export interface BackupInfo {
  /** The folder. It is named by the device's UDID, so it is never shown. */
  readonly folder: string;
  /** "Anna’s iPhone". */
  readonly name: string;
  /** "iPhone12,1". */
  readonly model: string | undefined;
  /** Of iOS. */
  readonly version: string | undefined;
  readonly date: Date | undefined;
  readonly encrypted: boolean;
  /** iOS 9 and older: files lie flat beside Manifest.mbdb. */
  readonly flat: boolean;
  /** The backup was not finished, or is being made. */
  readonly unfinished: boolean;
}

/** A file of the device that the backup has. */
export interface BackupFile extends FileFacts {
  readonly domain: string;
  readonly path: string;
  readonly id: string;
  /** Bytes as they are read. */
  readonly size: number;
}

const MANIFEST = 'Manifest.db';

/** What the files beside a backup say of it; undefined where there is none. */
export function readBackupInfo(folder: string): BackupInfo | undefined {
  const manifest = readList(join(folder, 'Manifest.plist'));
  const hasFiles = exists(join(folder, MANIFEST));
  const flat = !hasFiles && exists(join(folder, 'Manifest.mbdb'));
  if (manifest === undefined && !flat && !hasFiles) return undefined;
  const info = readList(join(folder, 'Info.plist'));
  const status = readList(join(folder, 'Status.plist'));
  const lockdown = isDictionary(manifest?.['Lockdown']) ? manifest['Lockdown'] : undefined;
  const date = info?.['Last Backup Date'] ?? manifest?.['Date'] ?? status?.['Date'];
  const snapshot = textIn(status, 'SnapshotState');
  return {
    folder,
    name:
      textIn(info, 'Display Name') ??
      textIn(info, 'Device Name') ??
      textIn(lockdown, 'DeviceName') ??
      'iPhone',
    model: textIn(info, 'Product Type') ?? textIn(lockdown, 'ProductType'),
    version: textIn(info, 'Product Version') ?? textIn(lockdown, 'ProductVersion'),
    date: date instanceof Date && !Number.isNaN(date.getTime()) ? date : undefined,
    encrypted: manifest?.['IsEncrypted'] === true,
    flat,
    // The list of files without what says how to open it: copied in part.
    unfinished: (manifest === undefined && !flat) || (snapshot !== undefined && snapshot !== 'finished'),
  };
}

export class Backup {
  readonly info: BackupInfo;
  readonly #manifest: Dictionary;
  readonly #sqlite: SqliteReader;
  #keys: ReadonlyMap<number, Buffer> | undefined;
  #files: Database | undefined;

  private constructor(info: BackupInfo, manifest: Dictionary, sqlite: SqliteReader) {
    this.info = info;
    this.#manifest = manifest;
    this.#sqlite = sqlite;
  }

  /** @throws MoverError `SOURCE_INVALID` for what this cannot read. */
  static async open(info: BackupInfo): Promise<Backup> {
    if (info.flat) throw new MoverError('SOURCE_INVALID', { sentence: TOO_OLD });
    const manifest = readList(join(info.folder, 'Manifest.plist'));
    if (manifest === undefined || !exists(join(info.folder, MANIFEST))) throw incomplete();
    return new Backup(info, manifest, await SqliteReader.load());
  }

  /**
   * Opens the list of files.
   * @param password UTF-8; needed where the backup is encrypted. The caller wipes it.
   * @returns false when the password does not open it.
   */
  async unlock(password?: Buffer): Promise<boolean> {
    const path = join(this.info.folder, MANIFEST);
    if (this.info.encrypted) {
      const keys = password === undefined ? undefined : await unlockKeybag(this.#keybag(), password);
      if (keys === undefined) return false;
      this.#keys = keys;
      const stored = this.#manifest['ManifestKey'];
      const key = Buffer.isBuffer(stored) ? keyOfClass(keys, stored) : undefined;
      if (key === undefined) throw incomplete();
      this.#files = await this.#open(openEncrypted(path, key), NO_PAGES);
    } else {
      const log = `${path}-wal`;
      this.#files = await this.#open(openPlain(path), exists(log) ? openPlain(log) : NO_PAGES);
    }
    return true;
  }

  /** A file of the device; undefined when the backup has none of that name, or lists it and has not got it. */
  async file(domain: string, path: string): Promise<BackupFile | undefined> {
    return this.#fileWith(createHash('sha1').update(`${domain}-${path}`).digest('hex'));
  }

  /**
   * Files below a folder of a domain, in the order of their paths; `undefined` with the path of each that the backup lists
   * and has not got. They are read in the order in which the list has them, and sorted here: by the index of paths each
   * row would be another page, which is slow where pages are decrypted.
   */
  async filesBelow(
    domain: string,
    folder: string,
    { skip, signal }: ReadOptions,
  ): Promise<{ readonly path: string; readonly file: BackupFile | undefined }[]> {
    const rows = this.#list().rows(
      `SELECT fileID, domain, relativePath, file FROM Files
       WHERE domain = ?1 AND +relativePath > ?2 AND +relativePath < ?3 AND +flags = 1`,
      // The character after the slash: paths below the folder, and no others, lie between.
      [domain, `${folder}/`, `${folder}0`],
    );
    const found = new Map<string, BackupFile | undefined>();
    try {
      for await (const row of rows) {
        signal.throwIfAborted();
        found.set(String(row[2]), this.#fileOf(row));
      }
    } catch {
      signal.throwIfAborted();
      // A damaged page of the list costs the files that it and those after it name.
      skip('unreadable', 1, folder.split('/'));
    }
    return sortByCodePoint([...found.keys()]).map((path) => ({ path, file: found.get(path) }));
  }

  /** A database of the device with its log; undefined when the backup has none. @throws Error of SQLite for a damaged one. */
  async database(domain: string, path: string): Promise<Database | undefined> {
    const file = await this.file(domain, path);
    if (file === undefined) return undefined;
    const log = await this.file(domain, `${path}-wal`);
    return this.#open(this.pages(file), log === undefined ? NO_PAGES : this.pages(log));
  }

  /** @throws errors of the file system. */
  pages(file: BackupFile): PageSource {
    const path = this.#pathOf(file.id);
    if (this.#keys === undefined) return openPlain(path);
    const key = file.wrappedKey === undefined ? undefined : keyOfClass(this.#keys, file.wrappedKey);
    if (key === undefined) throw new Error('a file without a key that opens it');
    return openEncrypted(path, key, file.size);
  }

  async close(): Promise<void> {
    for (const key of this.#keys?.values() ?? []) key.fill(0);
    this.#keys = undefined;
    await this.#files?.close();
    this.#files = undefined;
  }

  async #open(pages: PageSource, log: PageSource): Promise<Database> {
    return this.#sqlite.open(pages, log);
  }

  #keybag(): Keybag {
    const bytes = this.#manifest['BackupKeyBag'];
    if (!Buffer.isBuffer(bytes)) throw incomplete();
    return parseKeybag(bytes);
  }

  #list(): Database {
    if (this.#files === undefined) throw new TypeError('the backup is not open');
    return this.#files;
  }

  /** By the key of the list: other columns have an index each, and a domain may hold most of the files. */
  async #fileWith(id: string): Promise<BackupFile | undefined> {
    const columns = 'SELECT fileID, domain, relativePath, file FROM Files';
    for await (const row of this.#list().rows(`${columns} WHERE fileID = ? AND flags = 1`, [id])) {
      return this.#fileOf(row);
    }
    return undefined;
  }

  #fileOf([id, domain, path, blob]: Row): BackupFile | undefined {
    if (typeof id !== 'string' || !/^[0-9a-f]{40}$/i.test(id)) return undefined;
    const facts = blob instanceof Uint8Array ? readFileFacts(Buffer.from(blob)) : undefined;
    const held = statSync(this.#pathOf(id), { throwIfNoEntry: false });
    if (facts === undefined || held?.isFile() !== true) return undefined;
    const size = this.#keys === undefined ? held.size : (facts.size ?? 0);
    // What was copied in part is shorter than its list says.
    if (held.size < (facts.size ?? 0)) return undefined;
    return { ...facts, domain: String(domain), path: String(path), id, size };
  }

  #pathOf(id: string): string {
    return join(this.info.folder, id.slice(0, 2), id);
  }
}

const TOO_OLD =
  'This backup was made by iOS 9 or older, in a form that OpenMover does not read. Make a new one with Finder, iTunes or Apple Devices.';

const incomplete = (): MoverError =>
  new MoverError('SOURCE_INVALID', {
    sentence: 'This backup is not complete. Let it finish, or make a new one, and choose it again.',
  });

function readList(path: string): Dictionary | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  return size === undefined || size > MOST_BYTES ? undefined : parsePropertyList(readFileSync(path));
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
