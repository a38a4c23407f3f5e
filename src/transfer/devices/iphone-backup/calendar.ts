/** Calendar.sqlitedb as iCalendar. Tables as documented by ios-backup-parser and iLEAPP (MIT). */
import {
  type Alarm,
  type Attendee,
  type NewEvent,
  newCalendar,
  utcTime,
} from '../../kinds/calendar/new-calendar.ts';
import type { ReportSkip } from '../../kinds/kind.ts';
import type { RecordStream } from '../spooled-source.ts';
import { Beside, cocoaMs, type Database, numberOf, type Row, textOf } from './sqlite.ts';

const EVENT = 2;
const ORGANIZER = 8;
/** Apple's zone for a time that is the same on every clock. */
const FLOATING = '_float';
const FREQUENCIES = ['', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
const STATUSES = { 1: 'CONFIRMED', 2: 'TENTATIVE', 3: 'CANCELLED' } as const;
const ANSWERS = { 1: 'ACCEPTED', 2: 'DECLINED', 3: 'TENTATIVE', 7: 'NEEDS-ACTION' } as const;
/** Parts of a recurrence's specifier (`D=0MO,0WE;M=-1`) and what RFC 5545 calls them. */
const SPECIFIERS: Readonly<Record<string, string>> = {
  ...{ D: 'BYDAY', M: 'BYMONTHDAY', O: 'BYMONTH', W: 'BYWEEKNO', Y: 'BYYEARDAY', S: 'BYSETPOS' },
};

/** A stream a calendar, those without events left out. */
export async function* calendarStreams(
  database: Database,
  skip: ReportSkip,
): AsyncGenerator<RecordStream, void> {
  const calendars = await database.all('SELECT ROWID, title FROM Calendar ORDER BY ROWID');
  const several = calendars.length > 1;
  for (const [id, title] of calendars) {
    const count = await database.all(`SELECT count(*) FROM CalendarItem WHERE ${OF_CALENDAR(database)}`, [
      id ?? null,
    ]);
    if (Number(count[0]?.[0] ?? 0) === 0) continue;
    const name = textOf(title);
    yield {
      collection: several ? name : undefined,
      bytes: newCalendar(name, eventsOf(database, Number(id), skip)),
    };
  }
  const orphans = await database.all(
    `SELECT count(*) FROM CalendarItem WHERE entity_type = ${String(EVENT)} AND calendar_id NOT IN (SELECT ROWID FROM Calendar)`,
  );
  // A calendar that was removed takes its events with it; iOS clears them away later.
  const removed = Number(orphans[0]?.[0] ?? 0);
  if (removed > 0) skip('deleted', removed, ['calendar']);
}

/** Apple's calendar of national holidays and lunar days repeats what every device makes itself. */
const OF_CALENDAR = (database: Database): string =>
  `calendar_id = ? AND entity_type = ${String(EVENT)}${
    database.has('CalendarItem', 'calendar_scale') ? " AND coalesce(calendar_scale, '') <> 'gregorian'" : ''
  }`;

async function* eventsOf(
  database: Database,
  calendar: number,
  skip: ReportSkip,
): AsyncGenerator<NewEvent, void> {
  const beside = (table: string, owner: string, columns: readonly string[]): Beside =>
    new Beside(
      database.has(table)
        ? database.rows(
            `SELECT ${owner}, ${columns.map((name) => database.column(table, name)).join(', ')} FROM ${table} ORDER BY ${owner}, ROWID`,
          )
        : none(),
    );
  const recurrences = beside('Recurrence', 'owner_id', [
    'frequency',
    'interval',
    'count',
    'end_date',
    'specifier',
  ]);
  const alarms = beside('Alarm', 'calendaritem_owner_id', ['trigger_interval', 'trigger_date']);
  const exceptions = beside('ExceptionDate', 'owner_id', ['date']);
  const people = new Beside(participants(database));
  const column = (name: string): string => database.column('CalendarItem', name);
  const uid = ['unique_identifier', 'UUID', 'external_id'].find((name) => database.has('CalendarItem', name));
  const rows = database.rows(
    `SELECT CalendarItem.ROWID, summary, description, start_date, start_tz, end_date, all_day, l.title, l.address,
       ${['end_tz', 'status', 'availability', 'url', 'orig_item_id', 'orig_date'].map(column).join(', ')},
       ${uid === undefined ? 'NULL' : `CalendarItem.${uid}`}
     FROM CalendarItem LEFT JOIN Location l ON l.ROWID = CalendarItem.location_id
     WHERE ${OF_CALENDAR(database)} ORDER BY CalendarItem.ROWID`,
    [calendar],
  );
  for await (const row of rows) {
    const id = Number(row[0]);
    const [repeats, bells, left, guests] = [
      await recurrences.of(id),
      await alarms.of(id),
      await exceptions.of(id),
      await people.of(id),
    ];
    const event = eventOf(row, { repeats, bells, left, guests });
    if (event === undefined) skip('malformed', 1, ['calendar', textOf(row[1]) ?? '?']);
    else yield event;
  }
}

interface Around {
  readonly repeats: readonly Row[];
  readonly bells: readonly Row[];
  readonly left: readonly Row[];
  readonly guests: readonly Row[];
}

function eventOf(row: Row, { repeats, bells, left, guests }: Around): NewEvent | undefined {
  const started = numberOf(row[3]);
  if (started === undefined) return undefined;
  const allDay = numberOf(row[6]) === 1;
  const zone = zoneOf(textOf(row[4]));
  const endZone = zoneOf(textOf(row[9])) ?? zone;
  const time = (seconds: number, at: string | undefined): NewEvent['start'] => ({
    ms: cocoaMs(seconds),
    ...(at === undefined || allDay ? {} : { zone: at }),
  });
  const ended = numberOf(row[5]);
  const summary = textOf(row[1]);
  const description = textOf(row[2]);
  const place = [textOf(row[7]), textOf(row[8])].filter((text) => text !== undefined).join('\n');
  const status = STATUSES[(numberOf(row[10]) ?? 0) as keyof typeof STATUSES] as
    NewEvent['status'] | undefined;
  const url = textOf(row[12]);
  const replaced = numberOf(row[14]);
  const uid = textOf(row[15]);
  const attendees = guests.map((guest) => ({ type: numberOf(guest[1]), person: attendeeOf(guest) }));
  const organizer = attendees.find(({ type }) => type === ORGANIZER)?.person;
  return {
    start: time(started, zone),
    // All day, Apple ends a second before midnight; the standard ends at the next day.
    ...(ended === undefined
      ? {}
      : { end: allDay ? time(Math.ceil(ended / 86_400) * 86_400, undefined) : time(ended, endZone) }),
    allDay,
    ...(uid === undefined ? {} : { uid }),
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(place === '' ? {} : { location: place }),
    ...(url === undefined ? {} : { url }),
    ...(status === undefined ? {} : { status }),
    ...(numberOf(row[11]) === 1 ? { transparent: true } : {}),
    rules: repeats.flatMap(ruleOf),
    excluded: left.flatMap(([, date]) => {
      const seconds = numberOf(date);
      return seconds === undefined ? [] : [time(seconds, zone)];
    }),
    ...((numberOf(row[13]) ?? 0) > 0 && replaced !== undefined ? { replaces: time(replaced, zone) } : {}),
    ...(organizer === undefined ? {} : { organizer }),
    attendees: attendees.flatMap(({ type, person }) =>
      type === ORGANIZER || person === undefined ? [] : [person],
    ),
    alarms: bells.flatMap(([, interval, date]): Alarm[] => {
      const [offsetSeconds, at] = [numberOf(interval), numberOf(date)];
      if (at !== undefined && at !== 0) return [{ atMs: cocoaMs(at) }];
      return offsetSeconds === undefined ? [] : [{ offsetSeconds }];
    }),
  };
}

const zoneOf = (zone: string | undefined): string | undefined => (zone === FLOATING ? undefined : zone);

function ruleOf([, frequency, interval, count, end, specifier]: Row): string[] {
  const name = FREQUENCIES[numberOf(frequency) ?? 0];
  if (name === undefined || name === '') return [];
  const parts = [`FREQ=${name}`];
  const [every, times, until] = [numberOf(interval) ?? 1, numberOf(count) ?? 0, numberOf(end)];
  if (every > 1) parts.push(`INTERVAL=${String(every)}`);
  if (times > 0) parts.push(`COUNT=${String(times)}`);
  else if (until !== undefined && until !== 0) parts.push(`UNTIL=${utcTime(cocoaMs(until))}`);
  for (const part of (textOf(specifier) ?? '').split(';')) {
    const [letter = '', list = ''] = part.split('=', 2);
    const known = SPECIFIERS[letter];
    // "0MO" is every Monday, "1MO" the first.
    const values = list.split(',').map((value) => value.replace(/^\+?0(?=[A-Z])/, ''));
    if (known !== undefined && /^[-\dA-Z,]+$/.test(values.join(',')))
      parts.push(`${known}=${values.join(',')}`);
  }
  return [parts.join(';')];
}

function participants(database: Database): AsyncGenerator<Row, void> {
  if (!database.has('Participant')) return none();
  const named = database.has('Identity') && database.has('Participant', 'identity_id');
  return database.rows(
    `SELECT p.owner_id, p.entity_type, p.email, ${database.column('Participant', 'phone_number', 'p.phone_number')}, p.status,
       ${named ? 'i.display_name, i.address' : 'NULL, NULL'}
     FROM Participant p ${named ? 'LEFT JOIN Identity i ON i.ROWID = p.identity_id' : ''} ORDER BY p.owner_id, p.ROWID`,
  );
}

function attendeeOf([, , email, phone, status, name, address]: Row): Attendee | undefined {
  const mail = textOf(email) ?? textOf(address)?.replace(/^mailto:/i, '');
  const number = textOf(phone);
  const uri = mail ?? (number === undefined ? undefined : `tel:${number}`);
  if (uri === undefined) return undefined;
  const person = textOf(name);
  const answer = ANSWERS[(numberOf(status) ?? 0) as keyof typeof ANSWERS] as Attendee['status'] | undefined;
  return {
    address: uri,
    ...(person === undefined ? {} : { name: person }),
    ...(answer === undefined ? {} : { status: answer }),
  };
}

async function* none(): AsyncGenerator<Row, void> {
  // Where this version of iOS has no such table.
}
