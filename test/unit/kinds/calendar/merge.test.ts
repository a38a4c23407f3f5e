import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
      ['LAST-MODIFIED:20240101T000000Z', 'DTSTAMP:20230101T000000Z'],
      ['LAST-MODIFIED:20230101T000000Z', 'DTSTAMP:20250101T000000Z'],
    ],
  ])('the version with %s stays, whichever way it came', async (_, newer, older) => {
    const [young, old] = [event('1', 'SUMMARY:new', ...newer), event('1', 'SUMMARY:old', ...older)];
    folder.put(calendar(event('0'), old, event('2')));
    expect(counts(await folder.mergeFile(calendar(young)))).toMatchObject({ merged: 1, added: 0, same: 0 });
    expect(folder.text()).toBe(calendar(event('0'), young, event('2')));
    expect(counts(await folder.mergeFile(calendar(old)))).toMatchObject({ same: 1, files: [] });
    expect(folder.text()).toBe(calendar(event('0'), young, event('2')));
  });

  it('gives the newer version what only the older has, on whichever device that is', async () => {
    const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT30M', 'END:VALARM'];
    const old = event('1', 'SEQUENCE:0', 'SUMMARY:Dentist', 'CATEGORIES:HEALTH', ...alarm);
    const young = event('1', 'SEQUENCE:1', 'SUMMARY:Doctor');
    const both = event('1', 'SEQUENCE:1', 'SUMMARY:Doctor', 'CATEGORIES:HEALTH', ...alarm);
    folder.put(calendar(old));
    expect(counts(await folder.mergeFile(calendar(young)))).toMatchObject({ merged: 1 });
    expect(folder.text()).toBe(calendar(both));
    folder.put(calendar(young));
    expect(counts(await folder.mergeFile(calendar(old)))).toMatchObject({ merged: 1 });
    expect(folder.text()).toBe(calendar(both));
  });

  it('takes in what an equal revision says more, into the very event that is there', async () => {
    folder.put(calendar(event('1', 'SUMMARY:Dentist', 'X-MINE:kept')));
    const more = event(
      '1',
      'DESCRIPTION:card',
      'SUMMARY:Dentist',
      'BEGIN:VALARM',
      'TRIGGER:-PT5M',
      'END:VALARM',
    );
    expect(counts(await folder.mergeFile(calendar(more)))).toMatchObject({ merged: 1, added: 0 });
    expect(folder.text()).toBe(
      calendar(
        event(
          ...['1', 'SUMMARY:Dentist', 'X-MINE:kept', 'DESCRIPTION:card'],
          ...['BEGIN:VALARM', 'TRIGGER:-PT5M', 'END:VALARM'],
        ),
      ),
    );
  });

  it.each(['SUMMARY:other', 'DTSTART:20240102T100000Z', 'LOCATION:there', 'RRULE:FREQ=DAILY'])(
    'keeps both versions when they contradict each other in %s and neither is newer',
    async (line) => {
      const name = line.slice(0, line.indexOf(':'));
      const lines = ['SUMMARY:here', 'DTSTART:20240101T100000Z', 'LOCATION:here', 'RRULE:FREQ=WEEKLY'];
      const here = event('1', 'DTSTAMP:20200101T000000Z', ...lines);
      const there = event(
        ...['1', 'DTSTAMP:20240101T000000Z'],
        ...lines.map((each) => (each.startsWith(`${name}:`) ? line : each)),
      );
      folder.put(calendar(here));
      expect(counts(await folder.mergeFile(calendar(there)))).toMatchObject({ added: 1, merged: 0 });
      expect(folder.text()).toBe(calendar(here, there));
      expect(counts(await folder.mergeFile(calendar(there)))).toMatchObject({ same: 1, files: [] });
    },
  );

  it('does not take a new export of the same event for a newer one', async () => {
    folder.put(calendar(event('1', 'DTSTAMP:20200101T000000Z', 'DESCRIPTION:mine')));
    const exported = calendar(event('1', 'DTSTAMP:20240101T000000Z'));
    expect(counts(await folder.mergeFile(exported))).toMatchObject({ same: 1, files: [] });
  });

  it('takes another spelling of an event for the same', async () => {
    folder.put(
      calendar(
        event(
          ...['1', 'SUMMARY:a\\, b', 'DTSTART;TZID=Europe/Berlin:20240101T100000', 'DURATION:PT1H'],
          ...['RRULE:FREQ=WEEKLY;BYDAY=MO,TU', 'ATTENDEE;CN="Ann";ROLE=CHAIR:MAILTO:ann@Example.org'],
          ...['EXDATE:20240108T100000Z,20240115T100000Z', 'CATEGORIES:x,y'],
        ),
      ),
    );
    const rewritten = event(
      ...['1', 'CATEGORIES:y', 'CATEGORIES:x', 'DURATION:P0DT1H0M0S', 'SUMMARY:a, b'],
      ...['dtstart;VALUE=DATE-TIME;TZID="Europe/Berlin":20240101T100000', 'rrule:BYDAY=MO,TU;FREQ=WEEKLY'],
      ...[
        'EXDATE:20240115T100000Z',
        'EXDATE:20240108T100000Z',
        'ATTENDEE;ROLE=CHAIR;CN=Ann:mailto:ann@example.org',
      ],
    );
    expect(counts(await folder.mergeFile(calendar(rewritten)))).toMatchObject({ same: 1, files: [] });
  });

  it('compares the occurrence that a change is for as a moment, not as text', async () => {
    const changed = (id: string, ...more: string[]): string => event('1', `RECURRENCE-ID${id}`, ...more);
    const here = changed(';TZID=Pacific/Auckland:20260410T110000', 'SUMMARY:moved', 'SEQUENCE:1');
    const newer = changed(':20260409T230000Z', 'SUMMARY:moved again', 'SEQUENCE:2');
    folder.put(calendar(here));
    expect(counts(await folder.mergeFile(calendar(newer)))).toMatchObject({ merged: 1, added: 0 });
    expect(folder.text()).toBe(calendar(newer));
    const evolution = changed(
      ';TZID=/freeassociation.sourceforge.net/Pacific/Auckland:20260410T110000',
      ...['SUMMARY:moved again', 'SEQUENCE:2'],
    );
    expect(counts(await folder.mergeFile(calendar(evolution)))).toMatchObject({ added: 0 });
  });

  it('tells a series, its changed occurrences and tasks of one UID apart', async () => {
    const parts = [
      event('1', 'RRULE:FREQ=DAILY'),
      event('1', 'RECURRENCE-ID:20240101T100000Z'),
      event('1', 'RECURRENCE-ID;TZID=Europe/Berlin:20240101T100000'),
      event('1', 'RECURRENCE-ID;TZID=Custom:20240101T100000'),
      event('1').replaceAll('VEVENT', 'VTODO'),
    ];
    expect(counts(await folder.mergeFile(calendar(...parts)))).toMatchObject({ added: 5 });
    expect(folder.text()).toBe(calendar(...parts));
  });

  it('keeps all events of a program that gives them one UID, and once only', async () => {
    const source = calendar(event('x', 'SUMMARY:a'), event('x', 'SUMMARY:b'), event('x', 'SUMMARY:b'));
    expect(counts(await folder.mergeFile(source))).toMatchObject({ added: 2, same: 1 });
    expect(counts(await folder.mergeFile(source))).toMatchObject({ same: 3, files: [] });
  });

  it('tells events without UID by all they say', async () => {
    const plain = (...lines: string[]): string => event('1', ...lines).replace('UID:1\r\n', '');
    const moon = ['SUMMARY:Moon', 'DTSTART:20240101T000000Z'];
    folder.put(calendar(plain(...moon)));
    const result = await folder.mergeFile(
      calendar(
        plain('DTSTAMP:20240101T000000Z', ...moon.toReversed()),
        plain('SUMMARY:Moon', 'DTSTART:20240201T000000Z'),
        plain(...moon, 'LOCATION:here'),
        plain(...moon, 'LOCATION:there'),
      ),
    );
    expect(counts(result)).toMatchObject({ added: 3, same: 1 });
    expect(counts(await folder.mergeFile(calendar(plain(...moon, 'SEQUENCE:1'))))).toMatchObject({
      merged: 1,
    });
  });

  it('keeps an event that was given the UID of another', async () => {
    const algebra = event(
      '1@default',
      'SUMMARY:Algebra',
      'DTSTART:20240101T100000Z',
      'LAST-MODIFIED:20230101T000000Z',
    );
    const biology = event(
      '1@default',
      'SUMMARY:Biology',
      'DTSTART:20240901T100000Z',
      'LAST-MODIFIED:20240101T000000Z',
    );
    folder.put(calendar(algebra));
    expect(counts(await folder.mergeFile(calendar(biology)))).toMatchObject({ added: 1 });
    expect(folder.text()).toBe(calendar(algebra, biology));
    const moved = biology.replace('T10', 'T11').replace('END:', 'SEQUENCE:1\r\nEND:');
    expect(counts(await folder.mergeFile(calendar(moved)))).toMatchObject({ merged: 1 });
    expect(folder.text()).toBe(calendar(algebra, moved));
  });

  it('never puts a reply in the place of the event it answers', async () => {
    folder.put(calendar(event('1', 'SUMMARY:Party', 'DTSTAMP:20240101T000000Z')));
    const reply = calendar(
      'METHOD:REPLY\r\n',
      event('1', 'DTSTAMP:20240102T000000Z', 'ATTENDEE:mailto:a@example.org'),
    );
    expect(counts(await folder.mergeFile(reply))).toMatchObject({ added: 1, merged: 0 });
    expect(folder.text()).toBe(calendar(event('1', 'SUMMARY:Party', 'DTSTAMP:20240101T000000Z')) + reply);
    const update = calendar(event('1', 'SUMMARY:Ball', 'SEQUENCE:1', 'DTSTAMP:20240103T000000Z'));
    expect(counts(await folder.mergeFile(update))).toMatchObject({ merged: 1 });
    expect(folder.text()).toBe(update + reply);
  });

  it('skips a malformed record and takes the others', async () => {
    const { lines } = await readAll(calendarFormat, calendar(event('1')));
    const result = await folder.merge(['{}', ...lines, '{"component":{"text":"BEGIN:VEVENT"}}']);
    expect(counts(result)).toMatchObject({ added: 1, skipped: [{ reason: 'malformed', count: 2 }] });
  });

  it.each([
    ['was cut off', calendar(event('1')).replace('END:VCALENDAR\r\n', 'BEGIN:VEVENT\r\nUID:cu')],
    ['was cut off after an event', calendar(event('1')).replace('END:VCALENDAR\r\n', '')],
    ['goes on after a lost END', calendar(event('0').replace('END:VEVENT\r\n', ''), event('1'))],
    ['has text between its calendars', `${calendar(event('1'))}noise\r\n${calendar(event('0'))}`],
  ])('never appends to a file that %s: other programs read none of what is behind that', async (_, there) => {
    folder.put(there);
    expect(counts(await folder.mergeFile(calendar(event('1'), event('2'))))).toMatchObject({
      ...{ added: 1, same: 1, files: ['calendar (2).ics'] },
    });
    expect(folder.text()).toBe(there);
    const beside = readFileSync(join(folder.path, 'calendar (2).ics'), 'utf8');
    expect(beside).toBe(calendar(event('2')));
    // As the destination finds it.
    const existing = [folder.file(), join(folder.path, 'calendar (2).ics')];
    expect(counts(await folder.mergeFile(calendar(event('2'), event('3')), { existing }))).toMatchObject({
      ...{ added: 1, same: 1, files: ['calendar (2).ics'] },
    });
  });

  it('makes a calendar that has a name and nothing in it, once', async () => {
    const work = calendar('X-WR-CALNAME:Work\r\n');
    folder.put(calendar('X-WR-CALNAME:Home\r\n', event('1')));
    expect(counts(await folder.mergeFile(work + work))).toMatchObject({ added: 1, same: 1 });
    expect(folder.text()).toBe(calendar('X-WR-CALNAME:Home\r\n', event('1')) + work);
    expect(counts(await folder.mergeFile(work))).toMatchObject({ same: 1, files: [] });
    await folder.mergeFile(calendar('X-WR-CALNAME:Work\r\n', event('2')));
    expect(folder.text()).toContain(calendar('X-WR-CALNAME:Work\r\n', event('2')));
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
