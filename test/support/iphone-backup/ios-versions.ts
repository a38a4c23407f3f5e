/** The same few things as iOS 12, 15 and 18 keep them: tables and columns came and went. */
import { binaryPlist } from './binary-plist.ts';
import { cocoa, database, typedStream } from './databases.ts';
import type { BackedUpFile } from './make-backup.ts';

/** Of a message; iOS 16 brought edits and "Recently Deleted". */
const SINCE_12 = `ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT, replace INTEGER DEFAULT 0,
  service_center TEXT, handle_id INTEGER DEFAULT 0, subject TEXT, country TEXT, attributedBody BLOB, version INTEGER DEFAULT 0,
  type INTEGER DEFAULT 0, service TEXT, account TEXT, error INTEGER DEFAULT 0, date INTEGER, date_read INTEGER,
  date_delivered INTEGER, is_delivered INTEGER DEFAULT 0, is_from_me INTEGER DEFAULT 0, is_read INTEGER DEFAULT 0,
  item_type INTEGER DEFAULT 0, group_title TEXT, balloon_bundle_id TEXT, payload_data BLOB, associated_message_guid TEXT,
  associated_message_type INTEGER DEFAULT 0, message_summary_info BLOB`;
const SINCE_18 = `, thread_originator_guid TEXT, date_retracted INTEGER DEFAULT 0, date_edited INTEGER DEFAULT 0,
  associated_message_emoji TEXT, is_pending_satellite_send INTEGER DEFAULT 0`;
const AROUND_MESSAGES = `
  CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL, country TEXT, service TEXT NOT NULL,
    uncanonicalized_id TEXT, person_centric_id TEXT, UNIQUE (id, service));
  CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, style INTEGER, state INTEGER,
    chat_identifier TEXT, service_name TEXT, room_name TEXT, display_name TEXT);
  CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, created_date INTEGER DEFAULT 0,
    filename TEXT, uti TEXT, mime_type TEXT, transfer_state INTEGER DEFAULT 0, transfer_name TEXT, total_bytes INTEGER DEFAULT 0);
  CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER, message_date INTEGER DEFAULT 0, PRIMARY KEY (chat_id, message_id));
  CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER, UNIQUE (chat_id, handle_id));
  CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER, UNIQUE (message_id, attachment_id));`;

const at = (day: number): bigint => BigInt(cocoa(`2024-01-0${String(day)}T00:00:00Z`)) * 1_000_000_000n;
const PREVIEW = '~/Library/SMS/Attachments/0a/10/G/7A.pluginPayloadAttachment';

const stream = (text: string): { t: Buffer; d: number } => ({ t: typedStream(text), d: 1 });
/** Its second part was edited twice, its third unsent. */
const EDITED = binaryPlist({
  ust: true,
  otr: { '0': { lo: 0, le: 5 }, '1': { lo: 5, le: 5 }, '2': { lo: 10, le: 5 } },
  ec: {
    '1': [stream('then'), stream('then, perhaps'), stream('then, surely')],
    '0': [stream('at five'), stream('At six')],
  },
  rp: [2],
});
const UNSENT = binaryPlist({ ust: true, otr: { '0': { lo: 0, le: 5 } }, rp: [0] });

function messages(hasEdits: boolean): Buffer {
  const schema = `CREATE TABLE message (${SINCE_12}${hasEdits ? SINCE_18 : ''});${AROUND_MESSAGES}
    ${hasEdits ? 'CREATE TABLE chat_recoverable_message_join (chat_id INTEGER, message_id INTEGER, delete_date INTEGER);' : ''}`;
  return database(schema, {
    'handle (ROWID, id, service)': [[1, '+491705551234', 'iMessage']],
    'chat (ROWID, guid, style, chat_identifier)': [[1, 'iMessage;-;+491705551234', 45, '+491705551234']],
    'chat_handle_join (chat_id, handle_id)': [[1, 1]],
    'message (ROWID, guid, text, attributedBody, handle_id, date, balloon_bundle_id)': [
      [1, 'm1', 'See https://example.org', null, 1, at(1), 'com.apple.messages.URLBalloonProvider'],
      [2, 'm2', null, typedStream('styled'), 1, at(2), null],
      [3, 'm3', null, null, 1, at(3), 'com.apple.messages.MSMessageExtensionBalloonPlugin:GAME'],
    ],
    ...(hasEdits
      ? {
          'message (ROWID, guid, text, handle_id, date, date_edited, message_summary_info)': [
            [4, 'm4', 'at five', 1, at(4), at(5), EDITED],
            [5, 'm5', null, 1, at(5), at(6), UNSENT],
          ],
        }
      : {}),
    'chat_message_join (chat_id, message_id)': [1, 2, 3, ...(hasEdits ? [4, 5] : [])].map((id) => [1, id]),
    'attachment (ROWID, guid, filename, transfer_name)': [[1, 'a1', PREVIEW, '7A.pluginPayloadAttachment']],
    message_attachment_join: [[1, 1]],
  }).bytes;
}

const CALL = `Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZANSWERED INTEGER, ZCALLTYPE INTEGER,
  ZORIGINATED INTEGER, ZDATE TIMESTAMP, ZDURATION FLOAT`;

function calls(peopleColumn: string | undefined): Buffer {
  const call = [1, 1, 1, 0, cocoa('2024-02-01T10:00:00Z'), 60];
  if (peopleColumn === undefined) {
    return database(`CREATE TABLE ZCALLRECORD (${CALL}, ZADDRESS BLOB)`, {
      'ZCALLRECORD (Z_PK, ZANSWERED, ZCALLTYPE, ZORIGINATED, ZDATE, ZDURATION, ZADDRESS)': [
        [...call, Buffer.from('+49301')],
      ],
    }).bytes;
  }
  return database(
    `CREATE TABLE ZCALLRECORD (${CALL}, ZADDRESS VARCHAR);
     CREATE TABLE ZHANDLE (Z_PK INTEGER PRIMARY KEY, ZTYPE INTEGER, ZNORMALIZEDVALUE VARCHAR, ZVALUE VARCHAR);
     CREATE TABLE Z_2REMOTEPARTICIPANTHANDLES (Z_2REMOTEPARTICIPANTCALLS INTEGER, ${peopleColumn} INTEGER);`,
    {
      'ZCALLRECORD (Z_PK, ZANSWERED, ZCALLTYPE, ZORIGINATED, ZDATE, ZDURATION)': [call],
      'ZHANDLE (Z_PK, ZVALUE)': [[7, '+49301']],
      Z_2REMOTEPARTICIPANTHANDLES: [[1, 7]],
    },
  ).bytes;
}

const GROUP = 'PhotoData/CPLAssets/group12';
const ASSET = '7B0F2A11-0000-4000-8000-000000000001';

function photos(table: string): Buffer {
  const columns = 'ZDIRECTORY VARCHAR, ZFILENAME VARCHAR, ZTRASHEDSTATE INTEGER, ZDATECREATED TIMESTAMP';
  return database(
    `CREATE TABLE ${table} (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ${columns});
     CREATE TABLE ZADDITIONALASSETATTRIBUTES (Z_PK INTEGER PRIMARY KEY, ZASSET INTEGER, ZORIGINALFILENAME VARCHAR);`,
    {
      [`${table} (Z_PK, ZDIRECTORY, ZFILENAME, ZTRASHEDSTATE, ZDATECREATED)`]: [
        [1, GROUP, `${ASSET}.HEIC`, 0, cocoa('2023-08-09T10:11:12Z')],
        [2, 'DCIM/100APPLE', 'IMG_0002.JPG', 1, cocoa('2023-08-10T10:11:12Z')],
      ],
      'ZADDITIONALASSETATTRIBUTES (Z_PK, ZASSET, ZORIGINALFILENAME)': [[1, 1, 'IMG_4711.HEIC']],
    },
  ).bytes;
}

const filesOf = (sms: Buffer, history: Buffer, library: Buffer): BackedUpFile[] => [
  { domain: 'HomeDomain', path: 'Library/SMS/sms.db', bytes: sms },
  { domain: 'MediaDomain', path: PREVIEW.slice(2), bytes: Buffer.from('a property list') },
  { domain: 'HomeDomain', path: 'Library/CallHistoryDB/CallHistory.storedata', bytes: history },
  { domain: 'CameraRollDomain', path: 'Media/PhotoData/Photos.sqlite', bytes: library },
  ...[`${GROUP}/${ASSET}.HEIC`, `${GROUP}/${ASSET}.MOV`, 'DCIM/100APPLE/IMG_0002.JPG'].map((path) => ({
    ...{ domain: 'CameraRollDomain', path: `Media/${path}`, bytes: Buffer.from(path) },
  })),
];

interface Version {
  readonly version: string;
  readonly files: readonly BackedUpFile[];
  readonly texts: readonly string[];
}

const TEXTS = ['See https://example.org', 'styled'];
export const VERSIONS: readonly Version[] = [
  {
    version: '12.5.7',
    files: filesOf(messages(false), calls(undefined), photos('ZGENERICASSET')),
    texts: TEXTS,
  },
  {
    version: '15.8',
    files: filesOf(messages(false), calls('Z_4REMOTEPARTICIPANTHANDLES'), photos('ZASSET')),
    texts: TEXTS,
  },
  {
    version: '18.1',
    files: filesOf(messages(true), calls('Z_4REMOTEPARTICIPANTHANDLES'), photos('ZASSET')),
    texts: [...TEXTS, 'At six\nthen, surely'],
  },
];
