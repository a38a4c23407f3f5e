/**
 * The databases of a stand-in phone: a real SQLite table for each URI, with the columns that Android documents and those
 * of the rows it is given, so that `--where` and `--sort` are what they are on a phone.
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { PhoneData, Row } from './phone-data.ts';

export type Values = Record<string, string | number | null>;

/** Columns by table, those with a default as `name=value`. */
const COLUMNS: Readonly<Record<string, string>> = {
  sms:
    'thread_id address person date date_sent=0 protocol read=0 status=-1 type reply_path_present subject body ' +
    'service_center locked=0 sub_id=-1 error_code=0 creator seen=0',
  mms:
    'thread_id date date_sent=0 msg_box read=0 m_id sub sub_cs ct_t ct_l exp m_cls m_type v m_size pri rr rpt_a ' +
    'resp_st st tr_id retr_st retr_txt retr_txt_cs read_status ct_cls resp_txt d_tm d_rpt locked=0 sub_id=-1 seen=0 ' +
    'creator text_only=0',
  'mms/part': 'mid seq=0 ct name chset cd fn cid cl ctt_s ctt_t _data text',
  'mms/addr': 'msg_id contact_id address type charset',
  'mms-sms/canonical-addresses': 'address',
  'mms-sms/conversations':
    'date=0 message_count=0 recipient_ids snippet snippet_cs=0 read=1 archived=0 type=0 error=0',
  'call_log/calls':
    "number presentation=1 post_dial_digits='' via_number='' date duration type new name is_read countryiso " +
    'geocoded_location features=0 last_modified=0',
  'com.android.contacts/raw_contacts':
    'account_name account_type data_set sourceid contact_id deleted=0 starred=0 dirty=0 version=1 sync1 sync2 sync3 sync4',
  'com.android.contacts/data':
    'raw_contact_id contact_id mimetype is_primary=0 is_super_primary=0 data1 data2 data3 data4 data5 data6 data7 data8 ' +
    'data9 data10 data11 data12 data13 data14 data15',
  'com.android.contacts/groups':
    'account_name account_type title notes system_id deleted=0 group_visible=0 auto_add=0 favorites=0',
  'com.android.calendar/calendars':
    'account_name account_type name calendar_displayName calendar_color calendar_access_level visible=1 sync_events=0 ' +
    'ownerAccount calendar_timezone deleted=0 _sync_id',
  'com.android.calendar/events':
    'calendar_id title eventLocation description eventColor eventStatus dtstart dtend eventTimezone duration allDay=0 ' +
    'accessLevel=0 availability=0 hasAlarm=0 hasExtendedProperties=0 rrule rdate exrule exdate original_id original_sync_id ' +
    'originalInstanceTime originalAllDay lastDate hasAttendeeData=0 guestsCanModify=0 organizer isOrganizer eventEndTimezone ' +
    'uid2445 deleted=0 dirty=0 _sync_id sync_data1',
  'com.android.calendar/reminders': 'event_id minutes method=0',
  'com.android.calendar/attendees':
    'event_id attendeeName attendeeEmail attendeeStatus attendeeRelationship attendeeType',
};

const NOTHING_SAID = /^(?:mms|mms-sms|sms)(?:\/|$)/;

export class PhoneStore {
  readonly #database = new DatabaseSync(':memory:');
  readonly #columns = new Map<string, readonly string[]>();
  readonly blobs = new Map<string, Buffer>();
  /** App ops of the shell, by name. */
  readonly ops = new Map<string, string>();

  /** What a phone makes of a row that is written; undefined where it loses it. */
  spoil: (table: string, values: Values) => Values | undefined = (_, values) => values;

  constructor({ tables = {}, blobs = {} }: PhoneData) {
    const seeds = new Map<string, Row[]>();
    for (const [name, rows] of Object.entries(tables)) {
      const [, message] = /^mms\/(\d+)\/addr$/.exec(name) ?? [];
      if (message === undefined) seeds.set(name, [...rows]);
      else {
        const all = rows.map((row) => ({ ...row, msg_id: Number(message) }));
        seeds.set('mms/addr', [...(seeds.get('mms/addr') ?? []), ...all]);
      }
    }
    for (const [name, rows] of seeds) this.#make(name, rows);
    for (const [name, bytes] of Object.entries(blobs)) this.blobs.set(name, Buffer.from(bytes, 'base64'));
  }

  /** Whether the phone has such a table; those that Android has on every phone are made when they are first written. */
  has(table: string): boolean {
    return this.#columns.has(table);
  }

  make(table: string): void {
    if (!this.has(table)) this.#make(table, []);
  }

  columns(table: string): readonly string[] {
    return this.#columns.get(table) ?? [];
  }

  /** @throws Error of SQLite. */
  all(
    table: string,
    { where, sort }: { where?: string | undefined; sort?: string | undefined } = {},
  ): Values[] {
    this.make(table);
    const query = `SELECT * FROM "${table}"${where === undefined ? '' : ` WHERE (${where})`}${sort === undefined ? '' : ` ORDER BY ${sort}`}`;
    return this.#database.prepare(query).all() as Values[];
  }

  /** Undefined where there is a column the table does not have: Android logs that, and inserts nothing. */
  insert(table: string, given: Values): number | undefined {
    this.make(table);
    const values = this.spoil(table, given);
    if (values === undefined) return undefined;
    const names = Object.keys(values);
    if (names.some((name) => !this.columns(table).includes(name))) {
      if (NOTHING_SAID.test(table)) return undefined;
      throw new Error('java.lang.IllegalArgumentException: Column is unknown');
    }
    const sql = `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    return Number(this.#database.prepare(sql).run(...Object.values(values)).lastInsertRowid);
  }

  update(table: string, values: Values, where?: string): void {
    this.make(table);
    const set = Object.keys(values).map((name) => `"${name}" = ?`);
    const sql = `UPDATE "${table}" SET ${set.join(', ')}${where === undefined ? '' : ` WHERE (${where})`}`;
    this.#database.prepare(sql).run(...Object.values(values));
  }

  delete(table: string, where?: string): void {
    this.make(table);
    this.#database.exec(`DELETE FROM "${table}"${where === undefined ? '' : ` WHERE (${where})`}`);
  }

  #make(name: string, rows: readonly Row[]): void {
    const declared = (COLUMNS[name] ?? '').split(' ').filter((each) => each !== '');
    const known = new Map(declared.map((each) => [each.split('=')[0] ?? '', each.split('=')[1]]));
    for (const row of rows.slice(0, 1_000)) {
      for (const column of Object.keys(row)) if (!known.has(column)) known.set(column, undefined);
    }
    known.delete('_id');
    const columns = [...known].map(
      ([column, usual]) => `"${column}"${usual === undefined ? '' : ` DEFAULT ${usual}`}`,
    );
    this.#database.exec(`CREATE TABLE "${name}" (${['_id INTEGER PRIMARY KEY', ...columns].join(', ')})`);
    this.#columns.set(name, ['_id', ...known.keys()]);
    for (const row of rows) {
      const names = Object.keys(row);
      const sql = `INSERT INTO "${name}" (${names.map((each) => `"${each}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
      this.#database.prepare(sql).run(...Object.values(row).map(seeded));
    }
  }
}

const seeded = (value: string | number | null): SQLInputValue =>
  typeof value === 'string' && value.startsWith('blob:') ? Buffer.from(value.slice(5)) : value;
