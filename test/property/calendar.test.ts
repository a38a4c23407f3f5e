/** Laws of the calendar merge over random events, tasks and calendars. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarFormat, parseCalendarRecord } from '../../src/transfer/kinds/calendar/index.ts';
import { readAll } from '../unit/kinds/record-folder.ts';
import {
  chunkBytes,
  contentLine,
  expectNoChange,
  expectReaderNeverStops,
  lineEnds,
  MERGE_RUNS,
  READ_RUNS,
  withFolder,
  words,
} from './record-harness.ts';

const escaped = words().map((text) => text.replace(/[\\,;]/g, '\\$&').replace(/\n/g, '\\n'));
const zoneNames = fc.constantFrom('Europe/Berlin', 'Asia/Tokyo', 'Customized Time Zone');
const time = fc.oneof(
  fc.constantFrom(';VALUE=DATE:20240229', ':20240101T100000', ':20240101T100000Z', ':99999999T999999'),
  zoneNames.map((zone) => `;TZID=${zone}:20240101T100000`),
);

const more = fc.oneof(
  escaped.map((text) => `DESCRIPTION:${text}`),
  escaped.map((text) => `X-CUSTOM;X-P="a:b;c":${text}`),
  fc.constantFrom('RRULE:FREQ=WEEKLY;COUNT=3', 'EXDATE:20240108T100000', 'CATEGORIES:a,b', 'DURATION:P3600S'),
  fc.constantFrom('BEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM', 'GEO:1.5;2.5', 'X-EMPTY:'),
);

interface Event {
  readonly type: string;
  readonly uid: number | undefined;
  readonly recurrence: boolean;
  readonly sequence: number;
  readonly summary: string;
  readonly start: string;
  readonly more: readonly string[];
}
const event: fc.Arbitrary<Event> = fc.record({
  type: fc.constantFrom('VEVENT', 'VTODO', 'VJOURNAL', 'X-HABIT'),
  uid: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
  recurrence: fc.boolean(),
  sequence: fc.integer({ min: 0, max: 2 }),
  summary: escaped,
  start: time,
  more: fc.array(more, { maxLength: 4 }),
});
interface Calendar {
  readonly name: string;
  readonly events: readonly Event[];
  readonly zones: readonly string[];
  readonly zonesLast: boolean;
  readonly lineEnd: string;
}
const calendar: fc.Arbitrary<Calendar> = fc.record({
  name: fc.constantFrom('', 'Work', 'Home'),
  events: fc.array(event, { maxLength: 6 }),
  zones: fc.uniqueArray(
    fc.tuple(zoneNames, fc.constantFrom('+0100', '-0500')).map(([zone, offset]) => `${zone} ${offset}`),
    { maxLength: 3, selector: (zone) => zone.slice(0, -6) },
  ),
  zonesLast: fc.boolean(),
  lineEnd: lineEnds,
});

function eventLines(each: Event): string[] {
  return [
    `BEGIN:${each.type}`,
    ...(each.uid === undefined ? [] : [`UID:${each.uid}@example.org`]),
    ...(each.recurrence ? ['RECURRENCE-ID:20240108T100000Z'] : []),
    `SEQUENCE:${each.sequence}`,
    `SUMMARY:${each.summary}`,
    `DTSTART${each.start}`,
    ...each.more.flatMap((lines) => lines.split('\n')),
    `END:${each.type}`,
  ];
}

function write({ name, events, zones, zonesLast, lineEnd }: Calendar): Buffer {
  const zoneLines = zones.flatMap((zone) => {
    const offset = zone.slice(-5);
    const standard = ['DTSTART:19700101T000000', `TZOFFSETFROM:${offset}`, `TZOFFSETTO:${offset}`];
    return [
      'BEGIN:VTIMEZONE',
      `TZID:${zone.slice(0, -6)}`,
      'BEGIN:STANDARD',
      ...standard,
      'END:STANDARD',
      'END:VTIMEZONE',
    ];
  });
  const components = events.flatMap(eventLines);
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...(name === '' ? [] : [`X-WR-CALNAME:${name}`])],
    ...(zonesLast ? [...components, ...zoneLines] : [...zoneLines, ...components]),
    'END:VCALENDAR',
  ];
  return Buffer.from(lines.map((line) => contentLine(line, lineEnd)).join(''), 'latin1');
}

const componentsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => parseCalendarRecord(line)?.component.toString('latin1') ?? 'not a record');

describe('calendars', () => {
  it('come out of read byte for byte, component by component', () =>
    fc.assert(
      fc.asyncProperty(fc.array(calendar, { maxLength: 3 }), chunkBytes, async (all, chunk) => {
        const { lines, skips } = await readAll(calendarFormat, Buffer.concat(all.map(write)), { chunk });
        expect(skips).toEqual([]);
        const events = all.flatMap(({ events: some, lineEnd }) =>
          some.map((each) =>
            eventLines(each)
              .map((line) => contentLine(line, lineEnd))
              .join(''),
          ),
        );
        const components = componentsOf(lines).filter(
          (text) => text !== '' && !text.startsWith('BEGIN:VTIMEZONE'),
        );
        expect(components).toEqual(events);
      }),
      READ_RUNS,
    ));

  it('never stop the reader, whatever the bytes', () =>
    expectReaderNeverStops(
      calendarFormat,
      [
        ...(['BEGIN:VCALENDAR\r\n', 'END:VCALENDAR\n', 'BEGIN:VEVENT\n', 'END:VEVENT\r'] as const),
        ...['BEGIN:VALARM\n', 'END:VALARM\n', 'BEGIN:VTIMEZONE\nTZID:a\n', 'END:VTIMEZONE\n'],
        ...['UID:1\n', 'X;A="b:1\n', '\ufeff'],
      ],
      parseCalendarRecord,
    ));

  it('lose nothing in a merge but older versions, define each time zone once, and again change no byte', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(calendar, { maxLength: 2 }),
        fc.array(calendar, { maxLength: 2 }),
        (there, incoming) =>
          withFolder(calendarFormat, async (folder) => {
            folder.put(Buffer.concat(there.map(write)));
            const source = Buffer.concat(incoming.map(write));
            const { lines } = await readAll(calendarFormat, source);
            const before = await folder.read();
            const first = await folder.merge(lines);
            expect(first.added + first.merged + first.same).toBe(lines.length);
            const bytes = folder.bytes();
            const after = await folder.read();
            expect(after.skips).toEqual([]);

            const parsed = (some: readonly string[]) =>
              some
                .flatMap((line) => parseCalendarRecord(line)?.parsed ?? [])
                .filter((each) => each.zone === undefined);
            const now = parsed(after.lines);
            // Time zones that arrive without an event count as added too, and are no events.
            const grown = now.length - parsed(before.lines).length;
            expect(grown).toBeLessThanOrEqual(first.added);
            expect(grown).toBeGreaterThanOrEqual(first.added - (lines.length - parsed(lines).length));
            for (const each of parsed([...before.lines, ...lines])) {
              const kept = now.some(
                (other) =>
                  other.content === each.content ||
                  (other.key !== undefined &&
                    other.key === each.key &&
                    other.revision.sequence >= each.revision.sequence),
              );
              expect(kept).toBe(true);
            }
            for (const text of bytes
              .toString('latin1')
              .split(/BEGIN:VCALENDAR/)
              .slice(1)) {
              const zones = text.match(/^TZID:.*$/gm) ?? [];
              expect(new Set(zones).size).toBe(zones.length);
            }
            expect(first.after).toBe(first.before + first.added);
            await expectNoChange(folder, lines);
          }),
      ),
      MERGE_RUNS,
    ));
});
