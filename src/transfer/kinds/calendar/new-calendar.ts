/** A calendar out of a device's own rows, as iCalendar (RFC 5545), a component at a time. */
import { foldLine } from '../content-line.ts';
import { zoneDefinition } from './new-time-zone.ts';

const LINE_END = '\r\n';

/** When an event is. */
export interface EventTime {
  /** Milliseconds since 1970. */
  readonly ms: number;
  /** An IANA zone; undefined for UTC. */
  readonly zone?: string;
}

export interface Attendee {
  readonly name?: string;
  /** An address of e-mail, or with its scheme any other (`tel:…`). */
  readonly address: string;
  readonly role?: 'CHAIR' | 'REQ-PARTICIPANT' | 'OPT-PARTICIPANT' | 'NON-PARTICIPANT';
  readonly status?: 'NEEDS-ACTION' | 'ACCEPTED' | 'DECLINED' | 'TENTATIVE' | 'DELEGATED';
}

export interface Alarm {
  /** Before (negative) or after the start. */
  readonly offsetSeconds?: number;
  /** At this time; milliseconds since 1970. */
  readonly atMs?: number;
}

export interface NewEvent {
  readonly uid?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly location?: string;
  readonly url?: string;
  readonly start: EventTime;
  readonly end?: EventTime;
  /** An ISO duration (RFC 5545, 3.3.6), in place of an end. */
  readonly duration?: string;
  readonly allDay?: boolean;
  readonly status?: 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED';
  readonly transparent?: boolean;
  /** `PUBLIC`, `PRIVATE`, `CONFIDENTIAL`. */
  readonly privacy?: string;
  /** Values of RRULE, RDATE, EXRULE and EXDATE as they stand in a file. */
  readonly rules?: readonly string[];
  readonly excluded?: readonly EventTime[];
  /** Lines of the device's own, whole: `RDATE;TZID=…:…`. */
  readonly lines?: readonly string[];
  /** The occurrence of a series that this one replaces. */
  readonly replaces?: EventTime;
  readonly organizer?: Attendee;
  readonly attendees?: readonly Attendee[];
  readonly alarms?: readonly Alarm[];
}

/** @param name shown for the calendar. */
export async function* newCalendar(
  name: string | undefined,
  events: AsyncIterable<NewEvent> | Iterable<NewEvent>,
): AsyncGenerator<Uint8Array, void> {
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//OpenMover//EN'];
  if (name !== undefined) head.push(property('X-WR-CALNAME', name));
  yield lines(head);
  const zones = new Set<string>();
  for await (const event of events) {
    for (const { zone } of [event.start, ...(event.end === undefined ? [] : [event.end])]) {
      if (zone === undefined || zones.has(zone)) continue;
      zones.add(zone);
      const definition = zoneDefinition(zone);
      if (definition !== undefined) yield lines(definition);
    }
    yield lines(eventLines(event));
  }
  yield lines(['END:VCALENDAR']);
}

const lines = (texts: readonly string[]): Uint8Array =>
  Buffer.from(
    texts.map((text) => foldLine(Buffer.from(text).toString('latin1'), LINE_END) + LINE_END).join(''),
    'latin1',
  );

const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\p{Cc}/gu, (control) => (control === '\t' ? control : ''));

const property = (name: string, value: string): string => `${name}:${escaped(value)}`;
const parameter = (text: string): string => `"${text.replace(/[\p{Cc}"]/gu, ' ')}"`;

function eventLines(event: NewEvent): string[] {
  const { summary, description, location, url, allDay = false } = event;
  const out = ['BEGIN:VEVENT'];
  if (event.uid !== undefined) out.push(property('UID', event.uid));
  out.push(timeProperty('DTSTART', event.start, allDay));
  if (event.end !== undefined) out.push(timeProperty('DTEND', event.end, allDay));
  else if (event.duration !== undefined) out.push(`DURATION:${event.duration}`);
  if (event.replaces !== undefined) out.push(timeProperty('RECURRENCE-ID', event.replaces, allDay));
  for (const [name, value] of Object.entries({ summary, description, location })) {
    if (value !== undefined && value !== '') out.push(property(name.toUpperCase(), value));
  }
  // A URI is no text: its commas are its own.
  if (url !== undefined && url !== '') out.push(`URL:${url.replace(/\p{Cc}/gu, '')}`);
  for (const rule of event.rules ?? []) out.push(`RRULE:${rule}`);
  for (const time of event.excluded ?? []) out.push(timeProperty('EXDATE', time, allDay));
  out.push(...(event.lines ?? []));
  if (event.status !== undefined) out.push(`STATUS:${event.status}`);
  if (event.transparent !== undefined) out.push(`TRANSP:${event.transparent ? 'TRANSPARENT' : 'OPAQUE'}`);
  if (event.privacy !== undefined) out.push(`CLASS:${event.privacy}`);
  if (event.organizer !== undefined) out.push(attendeeProperty('ORGANIZER', event.organizer));
  for (const attendee of event.attendees ?? []) out.push(attendeeProperty('ATTENDEE', attendee));
  for (const alarm of event.alarms ?? []) out.push(...alarmLines(alarm, summary ?? ''));
  out.push('END:VEVENT');
  return out;
}

function attendeeProperty(name: string, { name: person, address, role, status }: Attendee): string {
  const parameters = [
    ...(person === undefined ? [] : [`;CN=${parameter(person)}`]),
    ...(role === undefined ? [] : [`;ROLE=${role}`]),
    ...(status === undefined ? [] : [`;PARTSTAT=${status}`]),
  ];
  const uri = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `mailto:${address}`;
  return `${name}${parameters.join('')}:${uri.replace(/\p{Cc}/gu, '')}`;
}

function alarmLines({ offsetSeconds, atMs }: Alarm, summary: string): string[] {
  const trigger =
    atMs === undefined
      ? `TRIGGER:${durationOf(offsetSeconds ?? 0)}`
      : `TRIGGER;VALUE=DATE-TIME:${utcTime(atMs)}`;
  return [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    property('DESCRIPTION', summary === '' ? 'Reminder' : summary),
    trigger,
    'END:VALARM',
  ];
}

/** RFC 5545, 3.3.6. */
function durationOf(seconds: number): string {
  const whole = Math.abs(Math.round(seconds));
  const [days, rest] = [Math.floor(whole / 86_400), whole % 86_400];
  const [hours, minutes, left] = [Math.floor(rest / 3_600), Math.floor((rest % 3_600) / 60), rest % 60];
  const time = `${hours > 0 ? `${String(hours)}H` : ''}${minutes > 0 ? `${String(minutes)}M` : ''}${left > 0 ? `${String(left)}S` : ''}`;
  const day = days > 0 ? `${String(days)}D` : '';
  const text = day + (time === '' ? '' : `T${time}`);
  return `${seconds < 0 ? '-' : ''}P${text === '' ? 'T0S' : text}`;
}

function timeProperty(name: string, { ms, zone }: EventTime, allDay: boolean): string {
  if (allDay) return `${name};VALUE=DATE:${utcTime(ms).slice(0, 8)}`;
  if (zone === undefined || zone === 'UTC') return `${name}:${utcTime(ms)}`;
  const local = localTime(ms, zone);
  return local === undefined ? `${name}:${utcTime(ms)}` : `${name};TZID=${zone}:${local}`;
}

export const utcTime = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `19981231T235960` on a clock of the zone; undefined for a zone that nobody knows. */
function localTime(ms: number, zone: string): string | undefined {
  try {
    let clock = clocks.get(zone);
    if (clock === undefined) {
      const two = '2-digit';
      clock = new Intl.DateTimeFormat('en-US', {
        ...{ timeZone: zone, calendar: 'iso8601', hourCycle: 'h23', year: 'numeric' },
        ...{ month: two, day: two, hour: two, minute: two, second: two },
      });
      clocks.set(zone, clock);
    }
    const parts = new Map(clock.formatToParts(ms).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    return `${part('year').padStart(4, '0')}${part('month')}${part('day')}T${part('hour')}${part('minute')}${part('second')}`;
  } catch {
    return undefined;
  }
}
