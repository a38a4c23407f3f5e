import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarFormat, parseCalendarRecord } from '../../../../src/transfer/kinds/calendar/index.ts';
import { CalendarSplitter } from '../../../../src/transfer/kinds/calendar/calendar-splitter.ts';
import { readAll } from '../record-folder.ts';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/calendar/${name}`, import.meta.url));
const calendar = (...inside: string[]): string => `BEGIN:VCALENDAR\r\n${inside.join('')}END:VCALENDAR\r\n`;
const event = (uid: string, ...more: string[]): string =>
  ['BEGIN:VEVENT', `UID:${uid}`, ...more, 'END:VEVENT', ''].join('\r\n');
const zone = (id: string): string => `BEGIN:VTIMEZONE\r\nTZID:${id}\r\nEND:VTIMEZONE\r\n`;
const componentsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => parseCalendarRecord(line)?.component.toString('latin1') ?? 'not a record');

describe('reading calendars', () => {
  it('loses nothing: components, properties and time zones are in the records, byte for byte', async () => {
    for (const name of ['outlook.ics', 'phone.ics']) {
      const text = fixture(name).toString('latin1');
      for (const chunk of [1, 5, 100, text.length]) {
        const { lines, skips } = await readAll(calendarFormat, fixture(name), { chunk });
        const parts = lines.flatMap((line) => {
          const record = parseCalendarRecord(line);
          return record === undefined
            ? []
            : [record.component, record.properties, ...record.zones.map((z) => z.bytes)];
        });
        const linesOf = (value: string): string[] => value.split('\n').sort();
        const all = `BEGIN:VCALENDAR\n${parts.map((part) => part.toString('latin1')).join('')}END:VCALENDAR\n`;
        expect(linesOf(all)).toEqual(linesOf(text));
        expect(skips).toEqual([]);
      }
    }
  });

  it('gives records of one calendar the same mark, and those of another another', async () => {
    const text =
      calendar('X-WR-CALNAME:A\r\n', event('1'), event('2')) + calendar('X-WR-CALNAME:B\r\n', event('3'));
    const { lines } = await readAll(calendarFormat, text);
    const [first, second, third] = lines.map((line) => parseCalendarRecord(line)?.calendar);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });

  it('gives the time zones of a calendar that has nothing else', async () => {
    const { lines, skips } = await readAll(calendarFormat, calendar(zone('A'), zone('B')));
    expect(componentsOf(lines)).toEqual([zone('A'), zone('B')]);
    expect(skips).toEqual([]);
  });

  it.each(['', '\ufeff', '\r\n', calendar(), calendar('X-WR-CALNAME:\r\n')])(
    'finds nothing in %j',
    async (text) => {
      expect(await readAll(calendarFormat, text)).toEqual({ lines: [], skips: [] });
    },
  );

  it('takes components that stand in no calendar', async () => {
    const { lines, skips } = await readAll(calendarFormat, event('1') + event('2'));
    expect(componentsOf(lines)).toEqual([event('1'), event('2')]);
    expect(skips).toEqual([]);
  });

  it('understands small letters, blank lines, CR line ends and UTF-16', async () => {
    const small = `\r\n${calendar(event('1'))}\r\n`.toLowerCase();
    expect((await readAll(calendarFormat, small)).lines).toHaveLength(1);
    expect((await readAll(calendarFormat, calendar(event('1')).replaceAll('\r\n', '\r'))).lines).toHaveLength(
      1,
    );
    const wide = Buffer.from(`\ufeff${calendar(event('ü'))}`, 'utf16le');
    expect((await readAll(calendarFormat, wide, { chunk: 3 })).lines).toHaveLength(1);
  });

  it('reads the quoted-printable lines of vCalendar 1.0', async () => {
    const old = event('1', 'DESCRIPTION;ENCODING=QUOTED-PRINTABLE:one=0D=0A=', 'two');
    const { lines, skips } = await readAll(calendarFormat, calendar('VERSION:1.0\r\n', old));
    expect(componentsOf(lines)).toEqual([old]);
    expect(skips).toEqual([]);
  });

  it('gives a calendar that has a name and nothing in it as a record of its own', async () => {
    const named = await readAll(
      calendarFormat,
      calendar('X-WR-CALNAME:Work\r\n') + calendar('NAME:Home\r\n'),
    );
    expect(named.skips).toEqual([]);
    expect(named.lines.map((line) => parseCalendarRecord(line)?.properties.toString())).toEqual([
      ...['X-WR-CALNAME:Work\r\n', 'NAME:Home\r\n'],
    ]);
    expect((await readAll(calendarFormat, calendar(), { collection: 'Work' })).lines).toHaveLength(1);
  });

  it('keeps the name of the file it comes from, whichever characters that has', async () => {
    const { lines } = await readAll(calendarFormat, calendar(event('1')), { collection: 'Work: Team\\?' });
    expect(lines.map((line) => parseCalendarRecord(line)?.collection)).toEqual(['Work: Team\\?']);
  });

  it('skips one component that nests without end, and takes the others', async () => {
    const bad = 'BEGIN:X-A\r\n'.repeat(100) + 'END:X-A\r\n'.repeat(100);
    const { lines, skips } = await readAll(calendarFormat, calendar(event('0'), bad, event('2')));
    expect(componentsOf(lines)).toEqual([event('0'), event('2')]);
    expect(skips).toEqual(['malformed']);
  });

  const alarm = ['BEGIN:VALARM', 'ACTION:AUDIO', 'END:VALARM'];
  it.each([
    ['an END is lost', event('1').replace('END:VEVENT\r\n', ''), event('1')],
    ['an END inside is lost', event('1', ...alarm.slice(0, 2)), event('1', ...alarm)],
    ['ENDs are crossed', event('1', ...alarm.slice(0, 2), 'END:VTODO'), event('1', ...alarm)],
    [
      'a rule ends in a blank',
      event('1', 'RRULE:FREQ=WEEKLY;BYDAY=TH '),
      event('1', 'RRULE:FREQ=WEEKLY;BYDAY=TH'),
    ],
    [
      'a rule holds blanks',
      event('1', 'RRULE:FREQ=DAILY;BYDAY=MO, TU'),
      event('1', 'RRULE:FREQ=DAILY;BYDAY=MO,TU'),
    ],
    ['a rule is escaped', event('1', 'RRULE:FREQ=DAILY\\;COUNT=2'), event('1', 'RRULE:FREQ=DAILY;COUNT=2')],
    ['a parameter stands alone', event('1', 'X-APPLE-RADIUS=49.9'), event('1', 'X-APPLE-RADIUS:49.9')],
    [
      'text is not folded',
      event('1', 'DESCRIPTION:Dear Team,', 'please; come', 'all', 'SUMMARY:x'),
      event('1', 'DESCRIPTION:Dear Team,', ' \\nplease\\; come', ' \\nall', 'SUMMARY:x'),
    ],
    ['a line is none', event('1', 'garbage'), event('1', 'COMMENT:garbage')],
    ['a quote is open', event('1', 'DTSTART;TZID="x:20240101'), event('1', 'DTSTART;TZID=x:20240101')],
  ])('mends a component when %s, so that every reader takes it', async (_, bad, mended) => {
    const { lines, skips } = await readAll(calendarFormat, calendar(event('0'), bad, event('2')));
    expect(componentsOf(lines)).toEqual([event('0'), mended, event('2')]);
    expect(skips).toEqual([]);
    expect(() => void ICAL.parse(calendar(mended))).not.toThrow();
    expect(componentsOf((await readAll(calendarFormat, calendar(mended))).lines)).toEqual([mended]);
  });

  it.each([
    'RRULE:FREQ=NEVER',
    'RRULE:RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13',
    'RRULE:W1 MO TU',
    'DTSTART:soon',
  ])('keeps %s as it is, and the event with it', async (line) => {
    const { lines, skips } = await readAll(calendarFormat, calendar(event('1', line)));
    expect({ components: componentsOf(lines), skips }).toEqual({ components: [event('1', line)], skips: [] });
  });

  it('keeps what is complete of a file that is cut off', async () => {
    const text = calendar(zone('A'), event('1'), event('2'));
    const { lines, skips } = await readAll(calendarFormat, text.slice(0, text.indexOf('UID:2') + 3));
    expect(componentsOf(lines)).toEqual([event('1')]);
    expect(skips).toEqual(['malformed']);
  });

  it('reports what is no calendar', async () => {
    const noise = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 131 + (i >> 3)) & 0xff));
    const { lines, skips } = await readAll(
      calendarFormat,
      Buffer.concat([noise, Buffer.from(`\n${calendar(event('1'))}`)]),
    );
    expect(componentsOf(lines)).toEqual([event('1')]);
    expect(skips).toEqual(['malformed']);
  });

  it.each(['BEGIN:VEVENT\n', 'BEGIN:VCALENDAR\n', 'BEGIN:X-A\n', 'BEGIN:VCALENDAR\nBEGIN:X-A\n'])(
    'survives endless %j',
    async (line) => {
      const { lines } = await readAll(calendarFormat, line.repeat(300_000) + calendar(event('1')));
      expect(componentsOf(lines)).toEqual([event('1')]);
    },
  );

  it('moves a property of 100 MB', async () => {
    const big = event('1', `ATTACH;ENCODING=BASE64;VALUE=BINARY:${'QUJD'.repeat(25 * 1024 * 1024)}`);
    const { lines, skips } = await readAll(calendarFormat, calendar(big, event('2')), { chunk: 256 * 1024 });
    expect(lines.map((line) => parseCalendarRecord(line)?.component.length)).toEqual([
      big.length,
      event('2').length,
    ]);
    expect(skips).toEqual([]);
  });

  it('skips a component that is larger than a record may be', () => {
    const splitter = new CalendarSplitter(200);
    const text = calendar(event('1', `SUMMARY:${'x'.repeat(500)}`, 'X-A:1'), event('2'));
    const pieces = [...splitter.push(Buffer.from(text)), ...splitter.end()];
    expect(pieces.map((piece) => piece.type)).toEqual(['begin', 'skipped', 'gap', 'gap', 'component', 'end']);
    expect(Buffer.concat(pieces.map((piece) => piece.bytes)).toString()).toBe(text);
  });
});

describe('a record from the peer', () => {
  const good = { component: { text: event('1') }, calendar: '0123456789abcdef' };
  it('is taken when all of it is whole', () => {
    const line = JSON.stringify({ ...good, properties: { text: 'X-A:1\r\n' }, zones: [{ text: zone('A') }] });
    expect(parseCalendarRecord(line)).toMatchObject({
      component: Buffer.from(event('1')),
      collection: undefined,
    });
  });

  it.each([
    ['no JSON', '{'],
    ['two components', JSON.stringify({ ...good, component: { text: event('1') + event('2') } })],
    [
      'an END of the calendar',
      JSON.stringify({ ...good, component: { text: `${event('1')}END:VCALENDAR\r\n` } }),
    ],
    ['no component', JSON.stringify({ ...good, component: { text: 'X-A:1' } })],
    ['ENDs that do not match', JSON.stringify({ ...good, component: { text: event('1', 'BEGIN:VALARM') } })],
    ['properties that hold a component', JSON.stringify({ ...good, properties: { text: event('2') } })],
    ['properties that are none', JSON.stringify({ ...good, properties: { text: 'garbage' } })],
    ['a zone that is none', JSON.stringify({ ...good, zones: [{ text: event('2') }] })],
    ['a calendar that is a path', JSON.stringify({ ...good, collection: '..' })],
  ])('is refused with %s', (_, line) => {
    expect(parseCalendarRecord(line)).toBeUndefined();
  });
});
