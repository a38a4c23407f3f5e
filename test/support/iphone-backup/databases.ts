/** The databases of an iPhone with the tables and columns that iOS gives them, and a few people's data. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

type Rows = Readonly<Record<string, readonly (readonly SQLInputValue[])[]>>;

/** The bytes of a database, and of its log where that was not written back. */
export function database(
  schema: string,
  rows: Rows,
  withLog = false,
): { readonly bytes: Buffer; readonly log: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'openmover-test-'));
  const path = join(folder, 'database');
  const db = new DatabaseSync(path);
  if (withLog) db.exec('PRAGMA journal_mode=WAL');
  db.exec(schema);
  if (withLog) db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.exec('BEGIN');
  for (const [table, list] of Object.entries(rows)) {
    for (const row of list)
      db.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`).run(...row);
  }
  db.exec('COMMIT');
  const bytes = readFileSync(path);
  const log = withLog ? readFileSync(`${path}-wal`) : Buffer.alloc(0);
  db.close();
  rmSync(folder, { recursive: true });
  return { bytes, log };
}

/** Seconds since 2001. */
export const cocoa = (iso: string): number => Date.parse(iso) / 1_000 - 978_307_200;

export const CONTACTS = `
  CREATE TABLE ABPerson (ROWID INTEGER PRIMARY KEY, First TEXT, Last TEXT, Middle TEXT, FirstPhonetic TEXT, MiddlePhonetic TEXT,
    LastPhonetic TEXT, Organization TEXT, Department TEXT, Note TEXT, Kind INTEGER, Birthday TEXT, JobTitle TEXT, Nickname TEXT,
    Prefix TEXT, Suffix TEXT);
  CREATE TABLE ABMultiValue (UID INTEGER PRIMARY KEY, record_id INTEGER, property INTEGER, identifier INTEGER, label INTEGER, value TEXT);
  CREATE TABLE ABMultiValueLabel (value TEXT);
  CREATE TABLE ABMultiValueEntry (parent_id INTEGER, key INTEGER, value TEXT);
  CREATE TABLE ABMultiValueEntryKey (value TEXT);
  CREATE TABLE ABGroup (ROWID INTEGER PRIMARY KEY, Name TEXT);
  CREATE TABLE ABGroupMembers (UID INTEGER PRIMARY KEY, group_id INTEGER, member_type INTEGER, member_id INTEGER);`;

export const IMAGES = `
  CREATE TABLE ABFullSizeImage (ROWID INTEGER PRIMARY KEY, record_id INTEGER, crop_x INTEGER, data BLOB);
  CREATE TABLE ABThumbnailImage (record_id INTEGER, format INTEGER, data BLOB);`;

export const MESSAGES = `
  CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, attributedBody BLOB, handle_id INTEGER, service TEXT,
    date INTEGER, is_from_me INTEGER, is_read INTEGER, associated_message_type INTEGER, item_type INTEGER, date_retracted INTEGER,
    subject TEXT);
  CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);
  CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT, display_name TEXT);
  CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY, guid TEXT, filename TEXT, mime_type TEXT, transfer_name TEXT);
  CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);
  CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER);
  CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER);
  CREATE TABLE chat_recoverable_message_join (chat_id INTEGER, message_id INTEGER, delete_date INTEGER);`;

export const CALLS = `
  CREATE TABLE ZCALLRECORD (Z_PK INTEGER PRIMARY KEY, ZANSWERED INTEGER, ZCALLTYPE INTEGER, ZORIGINATED INTEGER, ZDATE TIMESTAMP,
    ZDURATION FLOAT, ZADDRESS VARCHAR);
  CREATE TABLE ZHANDLE (Z_PK INTEGER PRIMARY KEY, ZTYPE INTEGER, ZVALUE VARCHAR);
  CREATE TABLE Z_2REMOTEPARTICIPANTHANDLES (Z_2REMOTEPARTICIPANTCALLS INTEGER, Z_4REMOTEPARTICIPANTHANDLES INTEGER);`;

export const CALENDAR = `
  CREATE TABLE Calendar (ROWID INTEGER PRIMARY KEY, store_id INTEGER, title TEXT);
  CREATE TABLE Location (ROWID INTEGER PRIMARY KEY, title TEXT, address TEXT);
  CREATE TABLE CalendarItem (ROWID INTEGER PRIMARY KEY, summary TEXT, description TEXT, start_date REAL, start_tz TEXT, end_date REAL,
    end_tz TEXT, all_day INTEGER, calendar_id INTEGER, location_id INTEGER, status INTEGER, url TEXT, entity_type INTEGER,
    calendar_scale TEXT, orig_item_id INTEGER, orig_date REAL, unique_identifier TEXT);
  CREATE TABLE Recurrence (ROWID INTEGER PRIMARY KEY, frequency INTEGER, interval INTEGER, count INTEGER, end_date REAL, specifier TEXT, owner_id INTEGER);
  CREATE TABLE ExceptionDate (ROWID INTEGER PRIMARY KEY, owner_id INTEGER, date REAL);
  CREATE TABLE Alarm (ROWID INTEGER PRIMARY KEY, trigger_date REAL, trigger_interval INTEGER, calendaritem_owner_id INTEGER);
  CREATE TABLE Participant (ROWID INTEGER PRIMARY KEY, entity_type INTEGER, status INTEGER, identity_id INTEGER, owner_id INTEGER, email TEXT, phone_number TEXT);
  CREATE TABLE Identity (ROWID INTEGER PRIMARY KEY, display_name TEXT, address TEXT);`;

export const PHOTOS = `
  CREATE TABLE ZASSET (Z_PK INTEGER PRIMARY KEY, ZDIRECTORY VARCHAR, ZFILENAME VARCHAR, ZTRASHEDSTATE INTEGER, ZDATECREATED TIMESTAMP);
  CREATE TABLE ZADDITIONALASSETATTRIBUTES (Z_PK INTEGER PRIMARY KEY, ZASSET INTEGER, ZORIGINALFILENAME VARCHAR);`;

/** A typedstream as Messages writes it: "streamtyped", classes, then `+`, the length and the text. */
export function typedStream(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length =
    bytes.length < 0x80
      ? Buffer.from([bytes.length])
      : Buffer.from([0x81, bytes.length & 255, bytes.length >> 8]);
  return Buffer.concat([
    Buffer.from('\u0004\u000bstreamtyped', 'latin1'),
    Buffer.from([0x81, 0xe8, 0x03, 0x84, 0x01, 0x40, 0x84, 0x84, 0x84, 0x12]),
    Buffer.from('NSAttributedString\0', 'latin1'),
    Buffer.from([0x84, 0x84, 0x08]),
    Buffer.from('NSObject\0\u0085', 'latin1'),
    Buffer.from([0x92, 0x84, 0x84, 0x84, 0x08]),
    Buffer.from('NSString', 'latin1'),
    Buffer.from([0x01, 0x94, 0x84, 0x01]),
    Buffer.from('+'),
    length,
    bytes,
    Buffer.from([0x86, 0x84, 0x02, 0x69, 0x49]),
  ]);
}
