/**
 * SQLite over files that are only read, decrypted as their pages are asked for: wa-sqlite, whose file system is ours. Not
 * one byte is written anywhere: no journal, no lock, no temporary file. A write-ahead log beside a database is read with it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as SQLite from 'wa-sqlite';
import createModule from 'wa-sqlite/dist/wa-sqlite.mjs';
import { yieldEvery } from '../../yield-every.ts';
import { NO_PAGES, type PageSource } from './page-source.ts';

export type Value = string | number | bigint | Uint8Array | null;
export type Row = readonly Value[];

const WASM = 'wa-sqlite/dist/wa-sqlite.wasm';
const LOG = '-wal';

/** Whoever asks for rows stops asking. */

/** A file system as SQLite calls it (https://sqlite.org/vfs.html). */
class ReadOnlyFiles {
  readonly mxPathName = 64;
  readonly name = 'read-only';
  readonly #known = new Map<string, PageSource>();
  readonly #open = new Map<number, PageSource>();

  add(name: string, pages: PageSource): void {
    this.#known.set(name, pages);
  }

  remove(name: string): void {
    this.#known.delete(name);
  }

  xOpen(name: string | null, id: number, flags: number, out: DataView): number {
    const pages = name === null ? undefined : this.#known.get(name);
    if (pages === undefined) return SQLite.SQLITE_CANTOPEN;
    this.#open.set(id, pages);
    out.setInt32(0, (flags & ~SQLite.SQLITE_OPEN_READWRITE) | SQLite.SQLITE_OPEN_READONLY, true);
    return SQLite.SQLITE_OK;
  }

  xClose(id: number): number {
    this.#open.delete(id);
    return SQLite.SQLITE_OK;
  }

  xRead(id: number, target: Uint8Array, position: number): number {
    const pages = this.#open.get(id);
    if (pages === undefined) return SQLite.SQLITE_IOERR;
    try {
      const read = pages.read(target, position);
      if (read === target.length) return SQLite.SQLITE_OK;
      target.fill(0, read);
      return SQLite.SQLITE_IOERR_SHORT_READ;
    } catch {
      return SQLite.SQLITE_IOERR;
    }
  }

  xWrite(): number {
    return SQLite.SQLITE_READONLY;
  }

  xTruncate(): number {
    return SQLite.SQLITE_READONLY;
  }

  xDelete(): number {
    return SQLite.SQLITE_READONLY;
  }

  xLock(): number {
    return SQLite.SQLITE_OK;
  }

  xUnlock(): number {
    return SQLite.SQLITE_OK;
  }

  xFileSize(id: number, out: DataView): number {
    out.setBigInt64(0, BigInt(this.#open.get(id)?.size ?? 0), true);
    return SQLite.SQLITE_OK;
  }

  xAccess(name: string, _flags: number, out: DataView): number {
    out.setInt32(0, this.#known.has(name) ? 1 : 0, true);
    return SQLite.SQLITE_OK;
  }

  xSectorSize(): number {
    return 4_096;
  }

  xSync(): number {
    return SQLite.SQLITE_OK;
  }

  xCheckReservedLock(_id: number, out: DataView): number {
    out.setInt32(0, 0, true);
    return SQLite.SQLITE_OK;
  }

  xFileControl(): number {
    return SQLite.SQLITE_NOTFOUND;
  }

  xDeviceCharacteristics(): number {
    return 0;
  }
}

/** One SQLite for all databases of a backup. */
export class SqliteReader {
  readonly #api: SQLiteAPI;
  readonly #files: ReadOnlyFiles;
  #opened = 0;

  private constructor(api: SQLiteAPI, files: ReadOnlyFiles) {
    this.#api = api;
    this.#files = files;
  }

  static async load(): Promise<SqliteReader> {
    const wasmBinary = readFileSync(createRequire(import.meta.url).resolve(WASM));
    const api = SQLite.Factory(await createModule({ wasmBinary }));
    const files = new ReadOnlyFiles();
    // The package's types of xRead are those of an older version.
    api.vfs_register(files, false);
    return new SqliteReader(api, files);
  }

  /**
   * Takes over the two sources and closes them with the database.
   * @throws Error of SQLite for what is no database.
   */
  async open(pages: PageSource, log: PageSource = NO_PAGES): Promise<Database> {
    this.#opened += 1;
    const name = `database-${String(this.#opened)}`;
    this.#files.add(name, pages);
    this.#files.add(name + LOG, log);
    const close = (): void => {
      this.#files.remove(name);
      this.#files.remove(name + LOG);
      pages.close();
      log.close();
    };
    try {
      const handle = await this.#api.open_v2(name, SQLite.SQLITE_OPEN_READONLY, this.#files.name);
      const database = new Database(this.#api, handle, close);
      // Alone with the files, SQLite keeps the index of the log in memory of its own and needs none that is shared.
      await database.all('PRAGMA locking_mode=EXCLUSIVE');
      await database.all('PRAGMA temp_store=MEMORY');
      await database.readTables();
      return database;
    } catch (error) {
      close();
      throw error;
    }
  }
}

export class Database {
  readonly #api: SQLiteAPI;
  readonly #handle: number;
  readonly #close: () => void;
  /** Columns by table, names in lower case. */
  readonly #columns = new Map<string, ReadonlySet<string>>();

  constructor(api: SQLiteAPI, handle: number, close: () => void) {
    this.#api = api;
    this.#handle = handle;
    this.#close = close;
  }

  async readTables(): Promise<void> {
    for (const [table] of await this.all("SELECT name FROM sqlite_master WHERE type = 'table'")) {
      if (typeof table !== 'string') continue;
      const columns = await this.all(`PRAGMA table_info("${table.replaceAll('"', '""')}")`);
      const names = columns.map(([, name]) => String(name).toLowerCase());
      this.#columns.set(table.toLowerCase(), new Set(names));
    }
  }

  has(table: string, column?: string): boolean {
    const columns = this.#columns.get(table.toLowerCase());
    return columns !== undefined && (column === undefined || columns.has(column.toLowerCase()));
  }

  /** The column where this version of iOS has it, else NULL: for a list of columns in a query. */
  column(table: string, name: string, as = `${table}.${name}`): string {
    return this.has(table, name) ? as : 'NULL';
  }

  /** @throws Error of SQLite for a damaged page. */
  async *rows(sql: string, values: readonly Value[] = []): AsyncGenerator<Row, void> {
    // SQLite answers at once, and promises alone never let the event loop turn.
    const pause = yieldEvery();
    for await (const statement of this.#api.statements(this.#handle, sql)) {
      if (values.length > 0) this.#api.bind_collection(statement, [...values]);
      while ((await this.#api.step(statement)) === SQLite.SQLITE_ROW) {
        await pause();
        // A blob is a view of SQLite's memory until the next step.
        yield this.#api
          .row(statement)
          .map((value): Value => (value instanceof Uint8Array ? Buffer.from(value) : (value as Value)));
      }
    }
  }

  async all(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of this.rows(sql, values)) rows.push(row);
    return rows;
  }

  async close(): Promise<void> {
    try {
      await this.#api.close(this.#handle);
    } finally {
      this.#close();
    }
  }
}

/**
 * Rows of another query beside those of a first, both in the order of one number: those that belong to each are had by a
 * single pass, whatever indexes there are.
 */
export class Beside {
  readonly #rows: AsyncIterator<Row>;
  #next: Row | undefined;
  #begun = false;

  /** @param rows the first column is what they are ordered by. */
  constructor(rows: AsyncGenerator<Row, void>) {
    this.#rows = rows[Symbol.asyncIterator]();
  }

  /** Those of `id`, asked for in ascending order. */
  async of(id: number): Promise<Row[]> {
    if (!this.#begun) {
      this.#begun = true;
      await this.#step();
    }
    const found: Row[] = [];
    for (let next = this.#next; next !== undefined && Number(next[0]) <= id; next = this.#next) {
      if (Number(next[0]) === id) found.push(next);
      await this.#step();
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#rows.return?.();
  }

  async #step(): Promise<void> {
    const step = await this.#rows.next();
    this.#next = step.done === true ? undefined : step.value;
  }
}

export const textOf = (value: Value | undefined): string | undefined => {
  if (value === null || value === undefined) return undefined;
  const text = value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
  return text === '' ? undefined : text;
};

export const numberOf = (value: Value | undefined): number | undefined => {
  if (value === null || value === undefined || value instanceof Uint8Array) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
};

/** Seconds between 1970 and 2001, from when Apple counts. */
const COCOA_EPOCH = 978_307_200;

/** Milliseconds since 1970 of seconds since 2001. */
export const cocoaMs = (seconds: number): number => (seconds + COCOA_EPOCH) * 1_000;
