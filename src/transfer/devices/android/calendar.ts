/** Calendars as iCalendar (CalendarContract of Android's SDK), a stream each. */
import { createHash } from 'node:crypto';
import {
  type Alarm,
  type Attendee,
  type EventTime,
  type NewEvent,
  newCalendar,
} from '../../kinds/calendar/new-calendar.ts';
import type { ReportSkip } from '../../kinds/kind.ts';
import type { RecordStream } from '../spooled-source.ts';
import { ContentRefused } from './content-rows.ts';
import type { ContentReader, ContentRow, Table } from './content-query.ts';

export const AUTHORITY = 'content://com.android.calendar';
const STATUSES = { 0: 'TENTATIVE', 1: 'CONFIRMED', 2: 'CANCELLED' } as const;
const PRIVACY = { 1: 'CONFIDENTIAL', 2: 'PRIVATE', 3: 'PUBLIC' } as const;
const ANSWERS = { 1: 'ACCEPTED', 2: 'DECLINED', 3: 'NEEDS-ACTION', 4: 'TENTATIVE' } as const;
const FREE = 1;
const ORGANIZER = 2;
/** The event's calendar does not say how long before. */
const DEFAULT_MINUTES = -1;

/** Birthdays and holidays that a phone makes out of contacts and its country, and makes again. */
export const MADE = /[.#](?:contacts|holiday|weeknum)@group\.v\.calendar\.google\.com$/i;

export async function* calendarStreams(
  content: ContentReader,
  skip: ReportSkip,
): AsyncGenerator<RecordStream, void> {
  const calendars = await content.rows({
    uri: `${AUTHORITY}/calendars`,
    numbers: [],
    texts: ['calendar_displayName', 'ownerAccount'],
  });
  const beside = new Beside(content);
  const several = calendars.length > 1;
  for (const calendar of calendars) {
    const where = `deleted=0 AND calendar_id=${String(calendar.id)}`;
    const count = (await content.ids(`${AUTHORITY}/events`, where)).length;
    if (count === 0) continue;
    if (MADE.test(calendar.text('ownerAccount') ?? '')) {
      skip('no-equivalent', count, ['calendar']);
      continue;
    }
    const name = calendar.text('calendar_displayName') ?? undefined;
    yield {
      collection: several ? name : undefined,
      bytes: newCalendar(name, eventsOf(content, where, beside)),
    };
  }
}

export const EVENTS: Table = {
  uri: `${AUTHORITY}/events`,
  numbers: [
    ...['calendar_id', 'dtstart', 'dtend', 'allDay', 'eventStatus', 'availability', 'accessLevel'],
    ...['original_id', 'originalInstanceTime', 'originalAllDay'],
  ],
  texts: [
    ...['title', 'description', 'eventLocation', 'rrule', 'rdate', 'exrule', 'exdate', 'duration'],
    ...['eventTimezone', 'eventEndTimezone', 'uid2445', '_sync_id', 'original_sync_id', 'organizer'],
  ],
  written: ['title'],
};

async function* eventsOf(
  content: ContentReader,
  where: string,
  beside: Beside,
): AsyncGenerator<NewEvent, void> {
  const chunks = content.chunks({ ...EVENTS, where });
  /** A changed occurrence of a series has the series' own. */
  const uids = new Map<number, string>();
  for await (const rows of chunks) {
    await beside.load(rows);
    const uid = uidsOf(rows, uids);
    for (const row of rows) {
      const event = eventOf(row, beside, uid(row));
      if (event !== undefined) yield event;
    }
  }
}

/** Undefined for a row without a start. @param uid of the series, for an occurrence of one that was changed. */
export function eventOf(row: ContentRow, beside: BesideEvent, uid: string): NewEvent | undefined {
  const started = row.number('dtstart');
  if (started === null || !isTime(started)) return undefined;
  const allDay = row.number('allDay') === 1;
  const zone = allDay ? undefined : zoneOf(row.text('eventTimezone'));
  const time = (ms: number, at = zone): EventTime => ({ ms, ...(at === undefined ? {} : { zone: at }) });
  const ended = row.number('dtend');
  const duration = durationOf(row.text('duration'));
  const replaced = row.number('originalInstanceTime');
  const status = STATUSES[row.number('eventStatus') as keyof typeof STATUSES] as
    NewEvent['status'] | undefined;
  const privacy = PRIVACY[row.number('accessLevel') as keyof typeof PRIVACY] as string | undefined;
  const people = beside.people(row.id);
  const organizer = people.find(({ organizes }) => organizes)?.person;
  return {
    uid,
    ...texts({
      summary: row.text('title'),
      description: row.text('description'),
      location: row.text('eventLocation'),
    }),
    start: time(started),
    ...(ended !== null && isTime(ended)
      ? { end: time(ended, zoneOf(row.text('eventEndTimezone')) ?? zone) }
      : duration === undefined
        ? {}
        : { duration }),
    allDay,
    ...(status === undefined ? {} : { status }),
    ...(row.number('availability') === FREE ? { transparent: true } : {}),
    ...(privacy === undefined ? {} : { privacy }),
    rules: (row.text('rrule') ?? '').split('\n').filter((rule) => /^[A-Z0-9=;,:+-]+$/i.test(rule)),
    lines: [
      ...dateLines('RDATE', row.text('rdate'), allDay),
      ...dateLines('EXDATE', row.text('exdate'), allDay),
      ...(row.text('exrule') ?? '')
        .split('\n')
        .filter((rule) => /^[A-Z0-9=;,:+-]+$/i.test(rule))
        .map((rule) => `EXRULE:${rule}`),
    ],
    ...(replaced === null || !isTime(replaced)
      ? {}
      : { replaces: time(replaced, row.number('originalAllDay') === 1 ? undefined : zone) }),
    ...(organizer === undefined ? {} : { organizer }),
    attendees: people.flatMap(({ organizes, person }) => (organizes ? [] : [person])),
    alarms: beside.alarms(row.id),
  };
}

const isTime = (ms: number): boolean => Math.abs(ms) <= 8.64e15;

/** Those Android writes for a calendar without zones are UTC. */
const zoneOf = (zone: string | null): string | undefined =>
  zone === null || zone === '' || zone === 'UTC' || !/^[\w+/-]+$/.test(zone) ? undefined : zone;

/** Android itself writes `P3600S`, which RFC 5545 does not take. */
function durationOf(text: string | null): string | undefined {
  const [, sign = '', seconds] = /^([+-]?)P(\d+)S$/.exec(text ?? '') ?? [];
  if (seconds !== undefined) return `${sign}PT${seconds}S`;
  return text !== null && /^[+-]?P[\dDTHMSW]+$/.test(text) ? text : undefined;
}

/** `20240101T090000Z,20240102T090000Z`, with `TZID=…;` or `Europe/Berlin;` before it where they are local. */
function dateLines(name: string, text: string | null, allDay: boolean): string[] {
  return (text ?? '').split('\n').flatMap((line) => {
    const [, zone, dates] =
      /^(?:(?:TZID=)?([\w+/-]+)[;:])?(\d{8}(?:T\d{6}Z?)?(?:,\d{8}(?:T\d{6}Z?)?)*)$/.exec(line) ?? [];
    if (dates === undefined) return [];
    if (allDay) return [`${name};VALUE=DATE:${dates.replace(/T\d{6}Z?/g, '')}`];
    if (!dates.includes('T')) return [`${name};VALUE=DATE:${dates}`];
    return [zone === undefined || dates.includes('Z') ? `${name}:${dates}` : `${name};TZID=${zone}:${dates}`];
  });
}

/** The UID of each of some rows; those that may be series first. */
export function uidsOf(rows: readonly ContentRow[], known: Map<number, string>): (row: ContentRow) => string {
  for (const row of rows) known.set(row.id, uidOf(row));
  return (row) =>
    known.get(row.number('original_id') ?? row.id) ?? row.text('original_sync_id') ?? uidOf(row);
}

/** Its own, or one that the same event has again at the next move. */
export function uidOf(row: ContentRow): string {
  const known = row.text('uid2445') ?? row.text('_sync_id');
  if (known !== null && known !== '') return known;
  const said = ['title', 'rrule', 'duration'].map((column) => row.text(column));
  const when = ['dtstart', 'dtend', 'allDay'].map((column) => row.number(column));
  return `${createHash('sha256')
    .update(JSON.stringify([said, when]))
    .digest('hex')
    .slice(0, 32)}@openmover`;
}

/** Reminders and guests of some events at a time. */
export interface BesideEvent {
  alarms(event: number): readonly Alarm[];
  people(event: number): readonly { readonly organizes: boolean; readonly person: Attendee }[];
}

export class Beside implements BesideEvent {
  readonly #content: ContentReader;
  #alarms = new Map<number, Alarm[]>();
  #people = new Map<number, { organizes: boolean; person: Attendee }[]>();

  constructor(content: ContentReader) {
    this.#content = content;
  }

  alarms(event: number): readonly Alarm[] {
    return this.#alarms.get(event) ?? [];
  }

  people(event: number): readonly { readonly organizes: boolean; readonly person: Attendee }[] {
    return this.#people.get(event) ?? [];
  }

  async load(events: readonly ContentRow[]): Promise<void> {
    this.#alarms = new Map();
    this.#people = new Map();
    const [first, last] = [events[0]?.id ?? 0, events.at(-1)?.id ?? 0];
    const where = `event_id>=${String(first)} AND event_id<=${String(last)}`;
    for (const row of await this.#rows('reminders', where, ['event_id', 'minutes'], [])) {
      add(this.#alarms, row.number('event_id') ?? -1, alarmOf(row.number('minutes')));
    }
    const numbers = ['event_id', 'attendeeRelationship', 'attendeeStatus'];
    for (const row of await this.#rows('attendees', where, numbers, ['attendeeName', 'attendeeEmail'])) {
      const person = attendeeOf({
        address: row.text('attendeeEmail'),
        name: row.text('attendeeName'),
        status: row.number('attendeeStatus'),
      });
      if (person === undefined) continue;
      const organizes = row.number('attendeeRelationship') === ORGANIZER;
      add(this.#people, row.number('event_id') ?? -1, { organizes, person });
    }
  }

  /** None where the phone has no such table. */
  async #rows(
    table: string,
    where: string,
    numbers: readonly string[],
    texts: readonly string[],
  ): Promise<ContentRow[]> {
    try {
      return await this.#content.rows({ uri: `${AUTHORITY}/${table}`, where, numbers, texts });
    } catch (error) {
      if (!(error instanceof ContentRefused)) throw error;
      return [];
    }
  }
}

export const alarmOf = (minutes: number | null): Alarm => ({
  offsetSeconds: minutes === null || minutes === DEFAULT_MINUTES ? -600 : -60 * minutes,
});

export function attendeeOf(row: {
  readonly address: string | null;
  readonly name: string | null;
  readonly status: number | null;
}): Attendee | undefined {
  const { address, name } = row;
  if (address === null || address === '') return undefined;
  const status = ANSWERS[row.status as keyof typeof ANSWERS] as Attendee['status'] | undefined;
  return {
    address,
    ...(name === null || name === '' ? {} : { name }),
    ...(status === undefined ? {} : { status }),
  };
}

function add<Value>(to: Map<number, Value[]>, key: number, value: Value): void {
  const list = to.get(key) ?? [];
  list.push(value);
  to.set(key, list);
}

/** Without those that are empty. */
function texts(
  fields: Readonly<Record<'summary' | 'description' | 'location', string | null>>,
): Pick<NewEvent, 'summary' | 'description' | 'location'> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''));
}
