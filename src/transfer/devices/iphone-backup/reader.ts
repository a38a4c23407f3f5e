/** A backup as a device: each kind out of its database. */
import type { DeviceFacts } from '../../compat/facts.ts';
import { MoverError } from '../../errors.ts';
import type { ApkEntry, FileEntry } from '../../kinds/entry.ts';
import type { RecordKind } from '../../kinds/kind.ts';
import { backupDocument } from '../../kinds/xml/document.ts';
import type { DeviceIo } from '../device-io.ts';
import type { Content } from '../port.ts';
import type { DeviceApp, DeviceReader, ReadOptions, RecordStream } from '../spooled-source.ts';
import type { Backup, BackupFile } from './backup.ts';
import { calendarStreams } from './calendar.ts';
import { callElements } from './calls.ts';
import { filesOfBackup } from './camera-roll.ts';
import { contactCards } from './contacts.ts';
import { messageElements } from './messages.ts';
import type { Database } from './sqlite.ts';

const HOME = 'HomeDomain';
const PLACES: Readonly<Record<RecordKind, { readonly path: string; readonly table: string }>> = {
  contacts: { path: 'Library/AddressBook/AddressBook.sqlitedb', table: 'ABPerson' },
  messages: { path: 'Library/SMS/sms.db', table: 'message' },
  calls: { path: 'Library/CallHistoryDB/CallHistory.storedata', table: 'ZCALLRECORD' },
  calendar: { path: 'Library/Calendar/Calendar.sqlitedb', table: 'CalendarItem' },
};
const PICTURES = 'Library/AddressBook/AddressBookImages.sqlitedb';

const PIECE_BYTES = 256 * 1024;

export class BackupReader implements DeviceReader {
  readonly device: DeviceFacts;
  readonly #backup: Backup;
  readonly #io: DeviceIo;
  readonly #files = new Map<string, BackupFile>();

  constructor(backup: Backup, io: DeviceIo) {
    this.device = { platform: 'ios', name: backup.info.name };
    this.#backup = backup;
    this.#io = io;
  }

  async *records(kind: RecordKind, { skip, signal }: ReadOptions): AsyncGenerator<RecordStream, void> {
    if (kind === 'calls' && !this.#backup.info.encrypted) {
      this.#io.tell({ message: 'Call history is only in backups with a password; this one has none.' });
      return;
    }
    const { path, table } = PLACES[kind];
    let database: Database | undefined;
    try {
      database = await this.#backup.database(HOME, path);
      if (database === undefined) return;
      if (!database.has(table)) {
        skip('malformed', 1, [path]);
        return;
      }
      yield* this.#streams(kind, database, { skip, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof MoverError) throw error;
      // What was read before the damage has moved on already.
      skip('malformed', 1, [path]);
    } finally {
      await database?.close();
    }
  }

  async *#streams(
    kind: RecordKind,
    database: Database,
    options: ReadOptions,
  ): AsyncGenerator<RecordStream, void> {
    switch (kind) {
      case 'contacts': {
        const pictures = await this.#backup.database(HOME, PICTURES).catch(() => undefined);
        try {
          yield { collection: undefined, bytes: contactCards(database, pictures) };
        } finally {
          await pictures?.close();
        }
        return;
      }
      case 'messages':
        yield {
          collection: undefined,
          bytes: backupDocument('smses', messageElements(database, this.#backup, options)),
        };
        return;
      case 'calls':
        yield { collection: undefined, bytes: backupDocument('calls', callElements(database)) };
        return;
      case 'calendar':
        yield* calendarStreams(database, options.skip);
    }
  }

  async *files(options: ReadOptions): AsyncGenerator<FileEntry, void> {
    for await (const { entry, file } of filesOfBackup(this.#backup, options)) {
      this.#files.set(entry.path.join('/'), file);
      yield entry;
    }
  }

  /** Apps of an iPhone run on no Android phone. */
  async *apps(): AsyncGenerator<DeviceApp, void> {
    // None.
  }

  content(entry: FileEntry | ApkEntry): Content {
    const file = this.#files.get(entry.path.join('/'));
    if (file === undefined) throw new MoverError('UNEXPECTED', { detail: 'a file that no scan has met' });
    return { type: 'stream', open: (from, signal) => this.#stream(file, from, signal) };
  }

  close(): Promise<void> {
    this.#files.clear();
    return this.#backup.close();
  }

  async *#stream(file: BackupFile, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const pages = this.#backup.pages(file);
    try {
      for (let position = from; position < pages.size;) {
        signal.throwIfAborted();
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, pages.size - position));
        const read = pages.read(piece, position);
        if (read === 0) return;
        position += read;
        yield await Promise.resolve(piece.subarray(0, read));
      }
    } finally {
      pages.close();
    }
  }
}
