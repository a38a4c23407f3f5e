/** Calendars onto an Android phone by cable, behind Debian's real adb server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newCalendar, type NewEvent } from '../../src/transfer/kinds/calendar/new-calendar.ts';
import { ANNAS_PHONE } from '../support/android/annas-phone.ts';
import type { AndroidVersion } from '../support/android/fake-phone.ts';
import { openPhone, recordsOf } from '../support/android/open-phone.ts';
import { HOSTILE_TEXTS, linesOf, WrittenPhone } from '../support/android/write-phone.ts';

const versions: readonly AndroidVersion[] = [8, 15];
const CALENDARS = 'com.android.calendar/calendars';
const EVENTS = 'com.android.calendar/events';
const HOUR = 3_600_000;
const start = { ms: Date.UTC(2024, 0, 1, 9), zone: 'Europe/Berlin' };

const series: NewEvent = {
  ...{ uid: 'series@example.org', summary: 'Chor: Probe', location: 'Saal; links', start },
  ...{
    duration: 'PT1H',
    rules: ['FREQ=WEEKLY;BYDAY=MO'],
    excluded: [{ ms: start.ms + 14 * 24 * HOUR, zone: 'Europe/Berlin' }],
  },
  ...{ transparent: true, privacy: 'PRIVATE', status: 'CONFIRMED', alarms: [{ offsetSeconds: -900 }] },
  organizer: { address: 'eve@example.org', name: 'Eve' },
  attendees: [{ address: 'bob@example.org', name: 'Bob, B.', status: 'ACCEPTED' }],
};
const moved: NewEvent = {
  ...{
    uid: 'series@example.org',
    summary: 'Chor, später',
    start: { ...start, ms: start.ms + 8 * 24 * HOUR },
  },
  end: { ...start, ms: start.ms + 8 * 24 * HOUR + HOUR },
  replaces: { ...start, ms: start.ms + 7 * 24 * HOUR },
};
const day: NewEvent = {
  ...{ uid: 'day@example.org', summary: 'Neujahr', allDay: true },
  ...{ start: { ms: Date.UTC(2024, 0, 1) }, end: { ms: Date.UTC(2024, 0, 2) } },
};
const hostile = HOSTILE_TEXTS.map((text, index): NewEvent => ({
  ...{ uid: `hostile-${String(index)}`, summary: text, description: text },
  ...{ start: { ms: start.ms + index * HOUR }, end: { ms: start.ms + (index + 1) * HOUR } },
}));
const COUNT = hostile.length + 3;

async function calendar(...events: readonly NewEvent[]): Promise<string[]> {
  let file = '';
  for await (const bytes of newCalendar('Chor', events)) file += Buffer.from(bytes).toString();
  return await linesOf('calendar', file, 'Chor');
}

const texts = (records: readonly unknown[]): string =>
  records
    .map((record) => (record as { component?: { text: string } }).component?.text ?? '')
    .join('')
    .replaceAll('\r\n ', '');

describe.each(versions)('calendars on a phone with Android %d', (version) => {
  it('arrive with rules, exceptions, reminders and guests, and a second time nothing is added', async () => {
    const phone = await WrittenPhone.connect({ version });
    const lines = await calendar(series, moved, day, ...hostile);
    expect(await phone.write('calendar', lines)).toEqual({ added: COUNT, merged: 0, same: 0, skipped: [] });
    expect(await phone.write('calendar', lines)).toEqual({ added: 0, merged: 0, same: COUNT, skipped: [] });
    const { store } = phone.phone;
    expect(store.all(CALENDARS)).toMatchObject([{ calendar_displayName: 'Chor', account_type: 'LOCAL' }]);
    expect(store.all(EVENTS)).toHaveLength(COUNT);
    const [parent] = store.all(EVENTS, { where: 'rrule IS NOT NULL' });
    expect(store.all(EVENTS, { where: 'originalInstanceTime IS NOT NULL' })).toMatchObject([
      { original_id: parent?.['_id'], originalInstanceTime: start.ms + 7 * 24 * HOUR },
    ]);
    const source = await openPhone();
    const file = texts(await recordsOf(source, 'calendar'));
    for (const line of [
      ...['DTSTART;TZID=Europe/Berlin:20240101T100000', 'DURATION:PT3600S', 'RRULE:FREQ=WEEKLY;BYDAY=MO'],
      ...['EXDATE:20240115T090000Z', 'RECURRENCE-ID;TZID=Europe/Berlin:20240108T100000', 'CLASS:PRIVATE'],
      ...['TRANSP:TRANSPARENT', 'TRIGGER:-PT15M', 'ORGANIZER;CN="Eve":mailto:eve@example.org'],
      ...['ATTENDEE;CN="Bob, B.";PARTSTAT=ACCEPTED:mailto:bob@example.org', 'DTSTART;VALUE=DATE:20240101'],
      ...['SUMMARY:Chor: Probe', 'LOCATION:Saal\\; links', 'SUMMARY:C:\\\\new\\\\table: 12:30'],
    ]) {
      expect(file).toContain(line);
    }
  });

  it('are there once when the cable was pulled midway, and are taken back', async () => {
    const phone = await WrittenPhone.connect({ version });
    phone.unplugAtInsert(9);
    expect(await phone.write('calendar', await calendar(series, moved, day, ...hostile))).toMatchObject({
      ...{ added: COUNT, skipped: [] },
    });
    const { store } = phone.phone;
    expect(store.all(EVENTS)).toHaveLength(COUNT);
    expect(store.all('com.android.calendar/reminders')).toHaveLength(1);
    expect(await phone.takeBack()).toEqual({ removed: COUNT + 1, gone: 0, left: 0 });
    for (const table of ['calendars', 'events', 'reminders', 'attendees']) {
      expect(store.all(`com.android.calendar/${table}`)).toEqual([]);
    }
  });
});

describe('calendars on a phone', () => {
  it('find events of the phone, add what is new about them, and leave changed ones at undo', async () => {
    const phone = await WrittenPhone.connect({ version: 13, data: ANNAS_PHONE });
    const { store } = phone.phone;
    const source = await openPhone();
    const there = (await recordsOf(source, 'calendar')).map((record) => JSON.stringify(record));
    const first = await phone.write('calendar', there);
    expect(first).toMatchObject({ added: 0, merged: 0, skipped: [] });
    expect(first.same).toBe(there.length);
    const more = await calendar({
      ...{ uid: 'series@example.org', summary: 'Chor, Probe', description: 'a\nRow: 1 _id=2, b', start },
      ...{ duration: 'PT1H', rules: ['FREQ=WEEKLY;BYDAY=MO'], location: 'Saal; links', privacy: 'PRIVATE' },
      ...{
        transparent: true,
        status: 'CONFIRMED',
        alarms: [{ offsetSeconds: -900 }, { offsetSeconds: -3_600 }],
      },
    });
    expect(await phone.write('calendar', more)).toMatchObject({ added: 0, merged: 1, skipped: [] });
    expect(store.all('com.android.calendar/reminders').map(({ minutes }) => minutes)).toEqual([15, 60]);
    expect(await phone.write('calendar', more)).toMatchObject({ added: 0, merged: 0, same: 1 });

    await phone.write('calendar', await calendar(day, ...hostile.slice(0, 2)));
    const [event] = phone.made.filter(({ table }) => table === 'event');
    store.update(EVENTS, { title: 'mine now' }, `_id = ${String(event?.id)}`);
    await phone.takeBack();
    expect(store.all('com.android.calendar/reminders')).toHaveLength(1);
    expect(store.all(EVENTS, { where: '_id > 5' })).toMatchObject([{ title: 'mine now' }]);
    expect(store.all(CALENDARS)).toHaveLength(4);
  });

  it('without the reminder that an event had are counted as damaged, and taken away', async () => {
    const phone = await WrittenPhone.connect({ version: 13 });
    const { store } = phone.phone;
    store.spoil = (table, values) => (table === 'com.android.calendar/reminders' ? undefined : values);
    expect(await phone.write('calendar', await calendar(series, day))).toMatchObject({
      added: 1,
      skipped: [{ reason: 'damaged', count: 1 }],
    });
    expect(store.all(EVENTS)).toMatchObject([{ title: 'Neujahr' }]);
  });

  it('that takes none are in a file in Download', async () => {
    const phone = await WrittenPhone.connect({ version: 11, data: { readOnly: [CALENDARS] } });
    const lines = await calendar(series, day);
    expect(await phone.write('calendar', lines)).toMatchObject({
      ...{ added: 0, same: 0 },
      skipped: [{ reason: 'as-file', count: 2 }],
    });
    const file = readFileSync(join(phone.phone.sdcard, 'Download/OpenMover calendar.ics'), 'utf8');
    expect(file).toContain('TZID:Europe/Berlin');
    expect(await linesOf('calendar', file)).toHaveLength(2);
  });

  it('hold no tasks, and that is said', async () => {
    const phone = await WrittenPhone.connect({ version: 13 });
    const file =
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:t\r\nSUMMARY:Task\r\nEND:VTODO\r\nEND:VCALENDAR\r\n';
    expect(await phone.write('calendar', await linesOf('calendar', file))).toEqual({
      ...{ added: 0, merged: 0, same: 0 },
      skipped: [{ reason: 'no-equivalent', count: 1 }],
    });
    expect(phone.phone.store.all(CALENDARS)).toEqual([]);
  });
});
