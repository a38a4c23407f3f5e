/**
 * An event of iCalendar as Android keeps it (CalendarContract.Events, Reminders, Attendees): the reverse of calendar.ts. A
 * series has a duration and no end; its changed occurrences name it by its UID, which as `_sync_id` only a sync adapter writes.
 */
import type { Component } from '../../../kinds/calendar/component.ts';
import { durationSeconds, instantOf } from '../../../kinds/calendar/instant.ts';
import { utcTime } from '../../../kinds/calendar/new-calendar.ts';
import type { Line, Node } from '../../../kinds/calendar/tree.ts';
import { parseProperty } from '../../../kinds/content-line.ts';

export interface GuestRow {
  readonly address: string;
  readonly name: string | null;
  readonly status: number;
  readonly organizes: boolean;
  readonly type: number;
}

export interface EventColumns {
  readonly numbers: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
}

export interface EventRow extends EventColumns {
  /** Minutes before it begins. */
  readonly reminders: readonly number[];
  readonly guests: readonly GuestRow[];
}

const DAY_MS = 86_400_000;
const STATUSES: Readonly<Record<string, number>> = { TENTATIVE: 0, CONFIRMED: 1, CANCELLED: 2 };
const PRIVACY: Readonly<Record<string, number>> = { CONFIDENTIAL: 1, PRIVATE: 2, PUBLIC: 3 };
const ANSWERS: Readonly<Record<string, number>> = {
  ACCEPTED: 1,
  DECLINED: 2,
  'NEEDS-ACTION': 3,
  TENTATIVE: 4,
};
const REQUIRED = 1;
const OPTIONAL = 2;
const MOST_REMINDERS = 16;
const MOST_GUESTS = 500;

interface Moment {
  readonly ms: number;
  readonly allDay: boolean;
  /** An IANA zone, or `UTC`. */
  readonly zone: string;
}

/**
 * Undefined for what Android has no row for: a task, or an event that does not say when it is.
 * @param home the phone's own zone: a time without one is on the clock of whoever has it.
 */
export function eventRowOf({ name, tree }: Component, home: string): EventRow | undefined {
  if (name !== 'VEVENT') return undefined;
  const of = (wanted: string): readonly Line[] => tree.lines.filter((line) => line.name === wanted);
  const text = (wanted: string): string => {
    const [line] = of(wanted);
    return line === undefined ? '' : textOf(line);
  };
  const start = momentOf(of('DTSTART')[0], home);
  if (start === undefined) return undefined;
  const end = momentOf(of('DTEND')[0], home);
  const lengthMs = lengthOf(start, end, text('DURATION'));
  const uid = text('UID');
  const rules = (wanted: string): string =>
    of(wanted)
      .map((line) => valueOf(line).toUpperCase())
      .join('\n');
  const dates = (wanted: string): string => datesOf(of(wanted), home, start.allDay);
  const [rrule, rdate] = [rules('RRULE'), dates('RDATE')];
  const replaced = momentOf(of('RECURRENCE-ID')[0], home);
  const repeats = replaced === undefined && rrule + rdate !== '';
  const numbers: Record<string, number> = { dtstart: start.ms, allDay: start.allDay ? 1 : 0 };
  const texts: Record<string, string> = { eventTimezone: start.zone };
  if (repeats) texts['duration'] = durationText(lengthMs, start.allDay);
  else numbers['dtend'] = start.ms + lengthMs;
  if (end !== undefined && end.zone !== start.zone && !start.allDay) texts['eventEndTimezone'] = end.zone;
  const status = STATUSES[text('STATUS').toUpperCase()];
  if (status !== undefined) numbers['eventStatus'] = status;
  numbers['accessLevel'] = PRIVACY[text('CLASS').toUpperCase()] ?? 0;
  numbers['availability'] = text('TRANSP').toUpperCase() === 'TRANSPARENT' ? 1 : 0;
  const said = { title: text('SUMMARY'), description: text('DESCRIPTION'), eventLocation: text('LOCATION') };
  for (const [column, value] of Object.entries(said)) if (value !== '') texts[column] = value;
  if (uid !== '') texts['uid2445'] = uid;
  if (repeats) {
    const series = { rrule, rdate, exrule: rules('EXRULE'), exdate: dates('EXDATE'), _sync_id: uid };
    for (const [column, value] of Object.entries(series)) if (value !== '') texts[column] = value;
  }
  if (replaced !== undefined) {
    numbers['originalInstanceTime'] = replaced.ms;
    numbers['originalAllDay'] = replaced.allDay ? 1 : 0;
    if (uid !== '') texts['original_sync_id'] = uid;
  }
  return { numbers, texts, reminders: remindersOf(tree, start.ms, lengthMs), guests: guestsOf(tree) };
}

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

const valueOf = (line: Line): string => utf8(parseProperty(line.written)?.value ?? '').trim();

const textOf = (line: Line): string =>
  valueOf(line).replace(/\\([\\,;nN])/g, (_, c: string) => (/n/i.test(c) ? '\n' : c));

function momentOf(line: Line | undefined, home: string): Moment | undefined {
  if (line === undefined) return undefined;
  return moment(line.value, line.tzid, home);
}

/** @param value as `instantOf` gives it. */
function moment(value: string, tzid: string | undefined, home: string): Moment | undefined {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(value) ?? [];
  if (year !== undefined) {
    return { ms: Date.UTC(Number(year), Number(month) - 1, Number(day)), allDay: true, zone: 'UTC' };
  }
  if (value.startsWith('@')) {
    return { ms: Number(value.slice(1)) * 1_000, allDay: false, zone: zoneOf(tzid) ?? 'UTC' };
  }
  // Without a zone, or with one that only the file knows.
  const [, wall = ''] = /^(\d{8}T\d{6})/.exec(value) ?? [];
  const here = wall === '' ? '' : instantOf(wall, home);
  return here.startsWith('@') ? { ms: Number(here.slice(1)) * 1_000, allDay: false, zone: home } : undefined;
}

/** The zone by its name in the IANA database: some programs put a path before it. */
function zoneOf(tzid: string | undefined): string | undefined {
  if (tzid === undefined) return undefined;
  const parts = tzid.split('/').filter((part) => part !== '');
  return [tzid, parts.slice(-3).join('/'), parts.slice(-2).join('/')].find((name) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name });
      return true;
    } catch {
      return false;
    }
  });
}

function lengthOf(start: Moment, end: Moment | undefined, duration: string): number {
  const seconds = durationSeconds(duration) ?? 0;
  const length = Math.max(0, end === undefined ? seconds * 1_000 : end.ms - start.ms);
  // RFC 5545, 3.6.1: a day, or no time at all. Android cuts the end of an all-day event to its day.
  return start.allDay ? Math.max(DAY_MS, Math.floor(length / DAY_MS) * DAY_MS) : length;
}

const durationText = (ms: number, allDay: boolean): string =>
  allDay ? `P${String(Math.max(1, Math.round(ms / DAY_MS)))}D` : `P${String(Math.round(ms / 1_000))}S`;

/** `20240115T090000Z,20240122T090000Z`, as RecurrenceSet of Android reads it. */
function datesOf(lines: readonly Line[], home: string, allDay: boolean): string {
  const dates = lines.flatMap(({ items, value, tzid }) =>
    (items ?? [value]).flatMap((item) => {
      const at = moment(item, tzid, home);
      if (at === undefined) return [];
      return [allDay ? `${utcTime(at.ms).slice(0, 8)}T000000Z` : utcTime(at.ms)];
    }),
  );
  return [...new Set(dates)].sort().join(',');
}

function remindersOf(tree: Node, startMs: number, lengthMs: number): number[] {
  const minutes = tree.children.flatMap((child) => {
    if (child.name !== 'VALARM') return [];
    const trigger = child.lines.find(({ name }) => name === 'TRIGGER');
    if (trigger === undefined) return [];
    const { value, parameters } = trigger;
    const offset = value.startsWith('@')
      ? Number(value.slice(1)) - startMs / 1_000
      : Number(value) + (parameters.includes('RELATED=END') ? lengthMs / 1_000 : 0);
    return Number.isFinite(offset) ? [Math.max(0, Math.round(-offset / 60))] : [];
  });
  return [...new Set(minutes)].slice(0, MOST_REMINDERS);
}

function guestsOf({ lines }: Node): GuestRow[] {
  const seen = new Set<string>();
  const guests = lines.flatMap((line): GuestRow[] => {
    if (line.name !== 'ATTENDEE' && line.name !== 'ORGANIZER') return [];
    const property = parseProperty(line.written);
    const address = valueOf(line).replace(/^mailto:/i, '');
    const organizes = line.name === 'ORGANIZER';
    if (address === '' || seen.size === seen.add(`${line.name} ${address.toLowerCase()}`).size) return [];
    const parameter = (name: string): string =>
      utf8(property?.parameters.find((each) => each.name === name)?.value ?? '').replaceAll('"', '');
    const name = parameter('CN');
    return [
      {
        ...{ address, organizes, name: name === '' ? null : name },
        status: ANSWERS[parameter('PARTSTAT').toUpperCase()] ?? 0,
        type: parameter('ROLE').toUpperCase() === 'OPT-PARTICIPANT' ? OPTIONAL : REQUIRED,
      },
    ];
  });
  return guests.slice(0, MOST_GUESTS);
}
