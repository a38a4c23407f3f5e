/** All records of one phone onto another through one computer: read, moved, merged, and taken back. */
import { readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openDestination } from '../../src/transfer/devices/open-source.ts';
import { ANNAS_PHONE, FORGED, PICTURE } from '../support/android/annas-phone.ts';
import { connectPhone, openPhone, ToldIo } from '../support/android/open-phone.ts';
import { startSession } from '../support/session.ts';

const TABLES = [
  ...['sms', 'mms', 'mms/part', 'mms/addr', 'call_log/calls'],
  ...['raw_contacts', 'data', 'groups'].map((each) => `com.android.contacts/${each}`),
  ...['calendars', 'events', 'reminders', 'attendees'].map((each) => `com.android.calendar/${each}`),
];

it('the records of one phone are on the other, and once', async () => {
  const { adb } = await connectPhone({ version: 11, model: 'SM-A515F', data: ANNAS_PHONE });
  const { phone: to } = await connectPhone({ version: 15 }, adb);
  const move = async (): Promise<Record<string, unknown>> => {
    const destination = await openDestination('android:pixel-7', new ToldIo());
    onTestFinished(() => destination.close());
    const session = startSession({ source: await openPhone('android:sm-a515f'), destination });
    const { kinds } = await session.receiver;
    await session.sender;
    return kinds;
  };
  expect(await move()).toMatchObject({
    messages: { offered: 7, added: 7, same: 0, skipped: [] },
    calls: { offered: 3, added: 3, skipped: [] },
    contacts: { added: 2, skipped: [{ reason: 'contact-photo', count: 1 }] },
    calendar: { added: 3, skipped: [{ reason: 'no-equivalent', count: 1 }] },
  });
  const { store } = to;
  expect(store.all('sms', { sort: 'date' }).map(({ body }) => body)).toContain(FORGED);
  expect([...store.blobs.values()]).toEqual([PICTURE]);
  expect(store.all('com.android.calendar/calendars', { sort: '_id' })).toMatchObject([
    { calendar_displayName: 'Privat' },
    { calendar_displayName: 'Chor' },
  ]);
  const counts = TABLES.map((table) => store.all(table).length);

  expect(await move()).toMatchObject({
    messages: { added: 0, same: 7 },
    calls: { added: 0, same: 3 },
    contacts: { added: 0, merged: 0, same: 2 },
    calendar: { added: 0, merged: 0, same: 3 },
  });
  expect(TABLES.map((table) => store.all(table).length)).toEqual(counts);
});

it('what a move added to a phone is taken back, and nothing is left on it', async () => {
  const { adb } = await connectPhone({ version: 11, model: 'SM-A515F', data: ANNAS_PHONE });
  const { phone: to } = await connectPhone({ version: 13 }, adb);
  const destination = await openDestination('android:pixel-7', new ToldIo());
  onTestFinished(() => destination.close());
  if (destination.type !== 'device') throw new TypeError('a phone is no disk');
  const session = startSession({ source: await openPhone('android:sm-a515f'), destination });
  expect(await session.receiver).toMatchObject({ outcome: 'complete' });
  await session.sender;
  expect(await destination.undo(new AbortController().signal)).toMatchObject({ gone: 0, left: [] });
  for (const table of TABLES) expect([table, to.store.all(table)]).toEqual([table, []]);
  expect(readdirSync(to.sdcard)).toEqual([]);
});
