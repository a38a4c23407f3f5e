/**
 * Four calendars of one person: appointments in two time zones, series with exceptions and moved instances, all-day and
 * floating events, birthdays and anniversaries, tasks, alarms. Source of the form: RFC 5545.
 */
import { escaped, folded } from './fold.ts';
import { anyDay, compact, FIRST_DAY_MS, LAST_DAY_MS, localStamp, momentOf, utcStamp } from './moments.ts';
import { makePerson } from './people.ts';
import type { Random } from './random.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

export interface Calendar {
  /** Name of its file, without `.ics`. */
  readonly name: string;
  readonly text: () => Generator<string>;
}

const BERLIN = `BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`;

const NEW_YORK = `BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE`;

const TITLES: readonly [string, ...string[]] = [
  'Zahnarzt 🦷',
  'Team-Meeting, Raum 4; bitte pünktlich',
  'עם סבתא',
  '打ち合わせ',
  'Dinner w/ Zoë & José',
  'عيد ميلاد',
  'Лекція: алгоритми',
];
const PLACES: readonly [string, ...string[]] = [
  'Café Größenwahn, Hauptstr. 5',
  '会議室B',
  'https://meet.example.com/abc',
  'Central Park',
];
const TASKS: readonly [string, ...string[]] = ['Steuererklärung', 'Buy 🎁 for Mum', '本を返す'];

/** How the components are distributed over the calendars, in hundredths. */
const SHARES = { personal: 50, work: 30, birthdays: 15, tasks: 5 } as const;

/** `count` components (VEVENT and VTODO) in all. */
export function makeCalendars(random: Random, count: number): Calendar[] {
  const work = Math.floor((count * SHARES.work) / 100);
  const birthdays = Math.floor((count * SHARES.birthdays) / 100);
  const tasks = Math.floor((count * SHARES.tasks) / 100);
  const personal = count - work - birthdays - tasks;
  // Of another seed are other events: no two people have one event of the same UID by chance.
  const owner = random.fork('calendar').int(0, 0x7fff_ffff).toString(36);
  const calendars = [
    { name: 'personal', count: personal, title: 'Persönlich', zone: BERLIN, zoneId: 'Europe/Berlin' },
    { name: 'work', count: work, title: 'Work', zone: NEW_YORK, zoneId: 'America/New_York' },
    {
      name: 'birthdays',
      count: birthdays,
      title: 'Birthdays & anniversaries 🎂',
      zone: undefined,
      zoneId: '',
    },
    { name: 'tasks', count: tasks, title: '用事', zone: undefined, zoneId: '' },
  ];
  return calendars
    .filter((calendar) => calendar.count > 0)
    .map(({ name, count: components, title, zone, zoneId }) => ({
      name,
      *text() {
        const dice = random.fork(`calendar/${name}`);
        yield lines(
          'BEGIN:VCALENDAR',
          'VERSION:2.0',
          'PRODID:-//Sample//Calendar//EN',
          'CALSCALE:GREGORIAN',
          `X-WR-CALNAME:${escaped(title)}`,
          'X-APPLE-CALENDAR-COLOR:#1BADF8',
        );
        if (zone !== undefined) yield `${zone.replace(/\n/g, '\r\n')}\r\n`;
        if (name === 'birthdays') yield* yearlyDays(dice, owner, random, components);
        else if (name === 'tasks') yield* todos(dice, owner, components);
        else yield* appointments(dice, owner, name, zoneId, components);
        yield 'END:VCALENDAR\r\n';
      },
    }));
}

const lines = (...list: readonly string[]): string => list.map(folded).join('');

function component(type: string, uid: string, ...content: readonly string[]): string {
  return lines(`BEGIN:${type}`, `UID:${uid}`, `DTSTAMP:${utcStamp(FIRST_DAY_MS)}`, ...content, `END:${type}`);
}

const alarm = (trigger: string): string[] => [
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'DESCRIPTION:Reminder',
  `TRIGGER:${trigger}`,
  'END:VALARM',
];

const uidOf = (owner: string, name: string, index: number): string =>
  `${owner}-${name}-${String(index)}@sample.example.com`;

function* appointments(
  random: Random,
  owner: string,
  name: string,
  zone: string,
  count: number,
): Generator<string> {
  let left = count;
  for (let index = 0; left > 0; index++) {
    const uid = uidOf(owner, name, index);
    const start = Math.floor(momentOf(random, index, count) / HOUR_MS) * HOUR_MS;
    const zoned = (property: string, ms: number): string => `${property};TZID=${zone}:${localStamp(ms)}`;
    const common = [
      `SUMMARY:${escaped(random.pick(TITLES))}`,
      ...(random.chance(0.4) ? [`LOCATION:${escaped(random.pick(PLACES))}`] : []),
      ...(random.chance(0.2) ? [`DESCRIPTION:${escaped('Bring:\n- laptop, charger\n- 🍪')}`] : []),
      ...(random.chance(0.1) ? ['X-SAMPLE-TRAVEL-TIME;VALUE=DURATION:PT30M'] : []),
      ...(random.chance(0.5) ? alarm(random.pick(['-PT15M', '-P1D', 'PT0S'])) : []),
    ];
    left -= 1;
    if (left > 0 && random.chance(0.1)) {
      // A series with a day left out and one instance moved by an hour.
      const moved = start + 2 * WEEK_MS;
      yield component(
        'VEVENT',
        uid,
        zoned('DTSTART', start),
        'DURATION:PT1H',
        'RRULE:FREQ=WEEKLY;COUNT=12',
        zoned('EXDATE', start + WEEK_MS),
        'SEQUENCE:1',
        ...common,
      );
      yield component(
        'VEVENT',
        uid,
        zoned('RECURRENCE-ID', moved),
        zoned('DTSTART', moved + HOUR_MS),
        'DURATION:PT1H',
        'SEQUENCE:2',
        `SUMMARY:${escaped('Moved ⏰')}`,
      );
      left -= 1;
      continue;
    }
    const shape = random.pick(['zoned', 'zoned', 'utc', 'floating', 'all-day', 'android'] as const);
    const times: Readonly<Record<typeof shape, readonly string[]>> = {
      zoned: [zoned('DTSTART', start), zoned('DTEND', start + HOUR_MS)],
      utc: [`DTSTART:${utcStamp(start)}`, `DTEND:${utcStamp(start + 2 * HOUR_MS)}`],
      floating: [`DTSTART:${localStamp(start)}`, 'DURATION:PT45M'],
      'all-day': [`DTSTART;VALUE=DATE:${localStamp(start).slice(0, 8)}`],
      // Android writes durations in seconds, without the T that RFC 5545 asks for.
      android: [`DTSTART:${utcStamp(start)}`, 'DURATION:P3600S'],
    };
    yield component('VEVENT', uid, ...times[shape], ...common);
  }
}

function* yearlyDays(random: Random, owner: string, people: Random, count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    const { full } = makePerson(people, index);
    const anniversary = random.chance(0.3);
    yield component(
      'VEVENT',
      uidOf(owner, 'yearly', index),
      `DTSTART;VALUE=DATE:${compact(anyDay(random, 1950, 2020))}`,
      'RRULE:FREQ=YEARLY',
      `SUMMARY:${escaped(anniversary ? `💍 ${full}` : `🎂 ${full}`)}`,
      `CATEGORIES:${anniversary ? 'ANNIVERSARY' : 'BIRTHDAY'}`,
      'TRANSP:TRANSPARENT',
      ...alarm('-P1D'),
    );
  }
}

function* todos(random: Random, owner: string, count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    const done = random.chance(0.5);
    yield component(
      'VTODO',
      uidOf(owner, 'task', index),
      `SUMMARY:${escaped(random.pick(TASKS))}`,
      `DUE:${utcStamp(LAST_DAY_MS + random.int(1, 400) * 24 * HOUR_MS)}`,
      `PRIORITY:${String(random.int(1, 9))}`,
      ...(done ? ['STATUS:COMPLETED', `COMPLETED:${utcStamp(LAST_DAY_MS)}`] : ['STATUS:NEEDS-ACTION']),
    );
  }
}
