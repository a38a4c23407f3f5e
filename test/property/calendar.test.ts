/** Laws of the calendar merge over random events, tasks and calendars. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldLine } from '../../src/transfer/kinds/content-line.ts';
import { calendarFormat, parseCalendarRecord } from '../../src/transfer/kinds/calendar/index.ts';
import { readAll, RecordFolder } from '../unit/kinds/record-folder.ts';

const words = fc.oneof(
  fc.constantFrom('', 'a;b', 'x,y', 'back\\slash', 'two\nlines', 'עברית', '日本', '😀👩‍👧', 'é'),
  fc.string({ unit: 'grapheme', maxLength: 100 }).map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, '')),
);
const escaped = words.map((text) => text.replace(/[\\,;]/g, '\\$&').replace(/\n/g, '\\n'));
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
  lineEnd: fc.constantFrom('\r\n', '\n'),
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
  const folded = lines.map((line) => foldLine(Buffer.from(line).toString('latin1'), lineEnd) + lineEnd);
  return Buffer.from(folded.join(''), 'latin1');
}

async function withFolder<T>(use: (folder: RecordFolder) => Promise<T>): Promise<T> {
  const folder = new RecordFolder(calendarFormat);
  try {
    return await use(folder);
  } finally {
    folder.remove();
  }
}

const componentsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => parseCalendarRecord(line)?.component.toString('latin1') ?? 'not a record');
const runs = { numRuns: 120 };

describe('calendars', () => {
  it('come out of read byte for byte, component by component', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(calendar, { maxLength: 3 }),
        fc.integer({ min: 1, max: 300 }),
        async (all, chunk) => {
          const { lines, skips } = await readAll(calendarFormat, Buffer.concat(all.map(write)), { chunk });
          expect(skips).toEqual([]);
          const events = all.flatMap(({ events: some, lineEnd }) =>
            some.map((each) =>
              eventLines(each)
                .map((line) => foldLine(Buffer.from(line).toString('latin1'), lineEnd) + lineEnd)
                .join(''),
            ),
          );
          const components = componentsOf(lines).filter((text) => !text.startsWith('BEGIN:VTIMEZONE'));
          expect(components).toEqual(events);
        },
      ),
      { numRuns: 300 },
    ));

  it('never stop the reader, whatever the bytes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
            fc
              .constantFrom(
                ...[
                  'BEGIN:VCALENDAR\r\n',
                  'END:VCALENDAR\n',
                  'BEGIN:VEVENT\n',
                  'END:VEVENT\r',
                  'BEGIN:VALARM\n',
                ],
                ...[
                  'END:VALARM\n',
                  'BEGIN:VTIMEZONE\nTZID:a\n',
                  'END:VTIMEZONE\n',
                  'UID:1\n',
                  'X;A="b:1\n',
                  '\ufeff',
                ],
              )
              .map((line) => Buffer.from(line)),
          ),
          { maxLength: 40 },
        ),
        fc.integer({ min: 1, max: 50 }),
        async (parts, chunk) => {
          const bytes = Buffer.concat(parts);
          const { lines } = await readAll(calendarFormat, bytes, { chunk });
          for (const line of lines) expect(parseCalendarRecord(line)).toBeDefined();
          expect((await readAll(calendarFormat, bytes, { chunk: bytes.length })).lines).toEqual(lines);
        },
      ),
      { numRuns: 30000 },
    ));

  it('lose nothing in a merge but older versions, define each time zone once, and again change no byte', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(calendar, { maxLength: 2 }),
        fc.array(calendar, { maxLength: 2 }),
        (there, incoming) =>
          withFolder(async (folder) => {
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
            const second = await folder.merge(lines);
            expect(second).toMatchObject({ added: 0, merged: 0, same: lines.length, replacements: [] });
            expect(folder.bytes()).toEqual(bytes);
          }),
      ),
      runs,
    ));
});
