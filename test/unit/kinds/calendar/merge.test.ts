import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarFormat, parseCalendarRecord } from '../../../../src/transfer/kinds/calendar/index.ts';
import { counts, readAll, RecordFolder } from '../record-folder.ts';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/calendar/${name}`, import.meta.url));
const HEAD = 'VERSION:2.0\r\nPRODID:-//Test//EN\r\n';
const calendar = (...inside: string[]): string =>
  `BEGIN:VCALENDAR\r\n${HEAD}${inside.join('')}END:VCALENDAR\r\n`;
const event = (uid: string, ...more: string[]): string =>
  ['BEGIN:VEVENT', `UID:${uid}`, ...more, 'END:VEVENT', ''].join('\r\n');
const zone = (id: string, offset = '+0100'): string =>
  [
    ...[
      'BEGIN:VTIMEZONE',
      `TZID:${id}`,
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      `TZOFFSETFROM:${offset}`,
    ],
    ...[`TZOFFSETTO:${offset}`, 'END:STANDARD', 'END:VTIMEZONE', ''],
  ].join('\r\n');
const occurrences = (text: string, part: string): number => text.split(part).length - 1;

let folder: RecordFolder;
beforeEach(() => {
  folder = new RecordFolder(calendarFormat);
});
afterEach(() => {
  folder.remove();
});

describe('merging calendars', () => {
  it.each(['outlook.ics', 'phone.ics'])(
    'brings all of %s into an empty destination, and again changes no byte',
    async (name) => {
      const first = await folder.mergeFile(fixture(name));
      expect(first).toMatchObject({ merged: 0, same: 0, skipped: [] });
      const linesOf = (bytes: Buffer): string[] => bytes.toString('latin1').split(/\r?\n/).sort();
      expect(linesOf(folder.bytes())).toEqual(linesOf(fixture(name)));
      expect(() => void ICAL.parse(folder.bytes().toString())).not.toThrow();
      const again = await folder.mergeFile(fixture(name));
      expect(counts(again)).toEqual({ added: 0, merged: 0, same: first.added, skipped: [], files: [] });
    },
  );

  it('adds to the calendar of the same name and leaves every other byte alone', async () => {
    const there = `\n${calendar('X-WR-CALNAME:Work\r\n', event('1')).replaceAll('\r\n', '\n')}\n\n`;
    folder.put(there);
    await folder.mergeFile(calendar('X-WR-CALNAME:Work\r\n', event('2')));
    expect(folder.text()).toBe(there.replace('END:VCALENDAR', `${event('2')}END:VCALENDAR`));
  });

  it('keeps calendars of other names apart, in one file', async () => {
    folder.put(calendar('X-WR-CALNAME:Work\r\n', event('1')));
    await folder.mergeFile(
      calendar('X-WR-CALNAME:Home\r\n', event('2')) + calendar('X-WR-CALNAME:Work\r\n', event('3')),
    );
    expect(folder.text()).toBe(
      calendar('X-WR-CALNAME:Work\r\n', event('1'), event('3')) +
        calendar('X-WR-CALNAME:Home\r\n', event('2')),
    );
  });

  it('keeps collections in files of their own, the same event in two of them too', async () => {
    const home = await readAll(calendarFormat, calendar(event('1')), { collection: 'Home' });
    const work = await readAll(calendarFormat, calendar(event('1')), { collection: 'Work' });
    const lines = [...home.lines, ...work.lines];
    expect(counts(await folder.merge(lines))).toMatchObject({ added: 2 });
    expect([folder.text('Home'), folder.text('Work')]).toEqual([calendar(event('1')), calendar(event('1'))]);
    expect(counts(await folder.merge(lines, { collections: ['Home', 'Work'] }))).toMatchObject({
      same: 2,
      files: [],
    });
  });

  it('finds an event that the person keeps in a file of another name', async () => {
    folder.put(calendar(event('1')));
    const { lines } = await readAll(calendarFormat, calendar(event('1'), event('2')), { collection: 'Home' });
    expect(counts(await folder.merge(lines))).toMatchObject({ same: 1, added: 1 });
    expect(folder.text('Home')).toBe(calendar(event('2')));
  });

  it('carries what is new of the calendar itself, and keeps its own', async () => {
    folder.put(calendar('X-COLOR:red\r\n', event('1')));
    await folder.mergeFile(calendar('X-COLOR:blue\r\n', 'X-WR-TIMEZONE:Europe/Berlin\r\n', event('2')));
    expect(folder.text()).toContain('X-COLOR:red\r\n');
    expect(folder.text()).toContain('X-WR-TIMEZONE:Europe/Berlin\r\n');
    expect(folder.text()).not.toContain('blue');
  });

  it.each([
    [
      'a higher SEQUENCE',
      ['SEQUENCE:2', 'LAST-MODIFIED:20200101T000000Z'],
      ['SEQUENCE:1', 'LAST-MODIFIED:20240101T000000Z'],
    ],
    [
      'a later LAST-MODIFIED',
      ['LAST-MODIFIED:20240101T000000Z'],
      ['LAST-MODIFIED:20230101T000000Z', 'DTSTAMP:20250101T000000Z'],
    ],
    ['a later DTSTAMP', ['DTSTAMP:20240102T000000Z'], ['DTSTAMP:20240101T000000Z']],
  ])('the version with %s stays, whichever way it came', async (_, newer, older) => {
    const [young, old] = [event('1', 'SUMMARY:new', ...newer), event('1', 'SUMMARY:old', ...older)];
    folder.put(calendar(event('0'), old, event('2')));
    expect(counts(await folder.mergeFile(calendar(young)))).toMatchObject({ merged: 1, added: 0, same: 0 });
    expect(folder.text()).toBe(calendar(event('0'), young, event('2')));
    expect(counts(await folder.mergeFile(calendar(old)))).toMatchObject({ same: 1, files: [] });
    expect(folder.text()).toBe(calendar(event('0'), young, event('2')));
  });

  it('leaves an event alone when nothing says which version is newer', async () => {
    folder.put(calendar(event('1', 'SUMMARY:there')));
    expect(counts(await folder.mergeFile(calendar(event('1', 'SUMMARY:other'))))).toMatchObject({
      same: 1,
      files: [],
    });
  });

  it('does not take a new export of the same event for a newer one', async () => {
    folder.put(calendar(event('1', 'DTSTAMP:20200101T000000Z')));
    const exported = calendar(event('1', 'DTSTAMP:20240101T000000Z'));
    expect(counts(await folder.mergeFile(exported))).toMatchObject({ same: 1, files: [] });
  });

  it('tells a series, its changed occurrences and tasks of one UID apart', async () => {
    const parts = [
      event('1', 'RRULE:FREQ=DAILY'),
      event('1', 'RECURRENCE-ID:20240101T100000Z'),
      event('1', 'RECURRENCE-ID;TZID=Europe/Berlin:20240101T100000'),
      event('1').replaceAll('VEVENT', 'VTODO'),
    ];
    expect(counts(await folder.mergeFile(calendar(...parts)))).toMatchObject({ added: 4 });
    expect(folder.text()).toBe(calendar(...parts));
  });

  it('keeps all events of a program that gives them one UID, and once only', async () => {
    const source = calendar(event('x', 'SUMMARY:a'), event('x', 'SUMMARY:b'), event('x', 'SUMMARY:b'));
    expect(counts(await folder.mergeFile(source))).toMatchObject({ added: 2, same: 1 });
    expect(counts(await folder.mergeFile(source))).toMatchObject({ same: 3, files: [] });
  });

  it('knows an event without UID by summary, start and rule', async () => {
    const plain = (...lines: string[]): string => event('1', ...lines).replace('UID:1\r\n', '');
    folder.put(calendar(plain('SUMMARY:Moon', 'DTSTART:20240101T000000Z')));
    const result = await folder.mergeFile(
      calendar(
        plain('DTSTART:20240101T000000Z', 'SUMMARY:Moon', 'X-NEW:1'),
        plain('SUMMARY:Moon', 'DTSTART:20240201T000000Z'),
        plain('SUMMARY:Moon', 'DTSTART:20240101T000000Z', 'RRULE:FREQ=DAILY'),
      ),
    );
    expect(counts(result)).toMatchObject({ added: 2, same: 1 });
  });

  it('never puts a reply in the place of the event it answers', async () => {
    folder.put(calendar(event('1', 'SUMMARY:Party', 'DTSTAMP:20240101T000000Z')));
    const reply = calendar(
      'METHOD:REPLY\r\n',
      event('1', 'DTSTAMP:20240102T000000Z', 'ATTENDEE:mailto:a@example.org'),
    );
    expect(counts(await folder.mergeFile(reply))).toMatchObject({ added: 1, merged: 0 });
    expect(folder.text()).toBe(calendar(event('1', 'SUMMARY:Party', 'DTSTAMP:20240101T000000Z')) + reply);
    const update = calendar(event('1', 'SUMMARY:Ball', 'DTSTAMP:20240103T000000Z'));
    expect(counts(await folder.mergeFile(update))).toMatchObject({ merged: 1 });
    expect(folder.text()).toBe(update + reply);
  });

  it('skips a malformed record and takes the others', async () => {
    const { lines } = await readAll(calendarFormat, calendar(event('1')));
    const result = await folder.merge(['{}', ...lines, '{"component":{"text":"BEGIN:VEVENT"}}']);
    expect(counts(result)).toMatchObject({ added: 1, skipped: [{ reason: 'malformed', count: 2 }] });
  });

  it('adds to a file whose last calendar was cut off', async () => {
    const there = calendar(event('1')).replace('END:VCALENDAR\r\n', 'BEGIN:VEVENT\r\nUID:cu');
    folder.put(there);
    expect(counts(await folder.mergeFile(calendar(event('2'))))).toMatchObject({ added: 1 });
    expect(folder.text()).toBe(`${there}\r\n${calendar(event('2'))}`);
    expect((await folder.read()).lines).toHaveLength(2);
  });

  it('never writes over a file that it was not shown', async () => {
    folder.put(calendar(event('1')), 'Work');
    const { lines } = await readAll(calendarFormat, calendar(event('2')), { collection: 'Work' });
    await expect(folder.merge(lines)).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
  });

  it('stops when it is told to', async () => {
    const reason = new Error('stopped');
    await expect(folder.merge([], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('time zones', () => {
  const zoned = (uid: string, id: string, ...more: string[]): string =>
    event(uid, `DTSTART;TZID=${id}:20240101T100000`, ...more);

  it('are defined once, where the calendar lacks them', async () => {
    folder.put(calendar(zone('Europe/Berlin'), zoned('1', 'Europe/Berlin')));
    await folder.mergeFile(
      calendar(
        zone('Europe/Berlin', '+0200'),
        zone('Asia/Tokyo', '+0900'),
        zoned('2', 'Europe/Berlin'),
        zoned('3', 'Asia/Tokyo'),
      ),
    );
    expect(occurrences(folder.text(), 'TZID:Europe/Berlin')).toBe(1);
    expect(occurrences(folder.text(), 'TZID:Asia/Tokyo')).toBe(1);
    expect(occurrences(folder.text(), 'BEGIN:VCALENDAR')).toBe(1);
  });

  it('come with the new version of an event that moved to another zone', async () => {
    folder.put(calendar(zone('Europe/Berlin'), zoned('1', 'Europe/Berlin')));
    const moved = zoned('1', 'Asia/Tokyo', 'SEQUENCE:1');
    expect(counts(await folder.mergeFile(calendar(zone('Asia/Tokyo', '+0900'), moved)))).toMatchObject({
      merged: 1,
    });
    expect(folder.text()).toBe(calendar(zone('Europe/Berlin'), moved, zone('Asia/Tokyo', '+0900')));
  });

  it('of one name and different rules stay in calendars of their own, so that no time changes', async () => {
    const custom = 'Customized Time Zone';
    folder.put(calendar(zone(custom, '+0100'), zoned('1', custom)));
    const other = calendar(zone(custom, '-0500'), zoned('2', custom));
    await folder.mergeFile(other);
    expect(folder.text()).toBe(calendar(zone(custom, '+0100'), zoned('1', custom)) + other);
    await folder.mergeFile(calendar(zone(custom, '-0500'), zoned('3', custom)));
    expect(
      folder.text().endsWith(calendar(zone(custom, '-0500'), zoned('2', custom), zoned('3', custom))),
    ).toBe(true);
  });

  it('that arrive without an event are kept, once', async () => {
    expect(counts(await folder.mergeFile(calendar(zone('A'), zone('B'))))).toMatchObject({ added: 2 });
    expect(folder.text()).toBe(calendar(zone('A'), zone('B')));
    expect(counts(await folder.mergeFile(calendar(zone('A'), zone('B'))))).toMatchObject({
      same: 2,
      files: [],
    });
  });

  it('leave all-day, floating, UTC and zoned times as they are', async () => {
    const times = [
      'DTSTART;VALUE=DATE:20240101',
      'DTSTART:20240101T100000',
      'DTSTART:20240101T100000Z',
      'DTSTART;TZID=X:20240101T100000',
    ];
    const source = calendar(zone('X'), ...times.map((time, i) => event(`${i}`, time)));
    await folder.mergeFile(source);
    expect(folder.text()).toBe(source);
    const { lines } = await folder.read();
    expect(lines.map((line) => parseCalendarRecord(line)?.component.toString())).toEqual(
      times.map((time, i) => event(`${i}`, time)),
    );
  });
});
