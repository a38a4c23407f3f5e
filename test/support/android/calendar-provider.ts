/**
 * The calendar of a stand-in phone (AOSP, packages/providers/CalendarProvider, CalendarProvider2): calendars and what
 * belongs to the sync are written by a sync adapter only, and an event that does not add up is refused.
 */
import type { PhoneStore, Values } from './phone-store.ts';

const AUTHORITY = 'com.android.calendar';
const EVENTS = `${AUTHORITY}/events`;

export function insertCalendarRow(store: PhoneStore, table: string, uri: URL, given: Values): void {
  for (const each of ['calendars', 'events', 'reminders', 'attendees']) store.make(`${AUTHORITY}/${each}`);
  const values: Values = { ...given };
  const isSync = uri.searchParams.get('caller_is_syncadapter') === 'true';
  const account = [uri.searchParams.get('account_name'), uri.searchParams.get('account_type')];
  if (isSync && account.includes(null))
    throw new Error('java.lang.IllegalArgumentException: Sync adapters must specify an account');
  if (table === `${AUTHORITY}/calendars`) {
    if (!isSync)
      throw new Error('java.lang.IllegalArgumentException: Only sync adapters may write to calendars');
    store.insert(table, { ...values, account_name: account[0] ?? null, account_type: account[1] ?? null });
    return;
  }
  if (table === EVENTS) {
    if (!isSync && ('_sync_id' in values || 'dirty' in values)) {
      throw new Error('java.lang.IllegalArgumentException: Only sync adapters may write to _sync_id');
    }
    check(store, values);
    const series = values['original_sync_id'];
    if (typeof series === 'string' && values['original_id'] === undefined) {
      const [event] = store.all(EVENTS).filter((each) => each['_sync_id'] === series);
      values['original_id'] = event?.['_id'] ?? null;
    }
    if (values['original_id'] !== undefined && series === undefined) {
      values['original_sync_id'] =
        store.all(EVENTS, { where: `_id = ${String(values['original_id'])}` })[0]?.['_sync_id'] ?? null;
    }
    if (values['allDay'] === 1) values['eventTimezone'] = 'UTC';
    const id = store.insert(table, { ...values, dirty: isSync ? 0 : 1 });
    // `backfillExceptionOriginalIds`: its exceptions may have come before the series.
    for (const each of store.all(EVENTS, { where: 'original_id IS NULL AND original_sync_id IS NOT NULL' })) {
      const isOf =
        each['original_sync_id'] === values['_sync_id'] && each['calendar_id'] === values['calendar_id'];
      if (isOf && id !== undefined) store.update(EVENTS, { original_id: id }, `_id = ${String(each['_id'])}`);
    }
    return;
  }
  if (store.all(EVENTS, { where: `_id = ${String(values['event_id'])}` }).length === 0) {
    throw new Error('java.lang.IllegalArgumentException: Reminders and attendees need an event_id');
  }
  store.insert(table, values);
}

/** `validateEventData` and `validateRecurrenceRule`. */
function check(store: PhoneStore, values: Values): void {
  const fail = (why: string): never => {
    throw new Error(`java.lang.IllegalArgumentException: ${why}`);
  };
  if (store.all(`${AUTHORITY}/calendars`, { where: `_id = ${String(values['calendar_id'])}` }).length === 0) {
    fail('New events must specify a calendar id');
  }
  if (values['dtstart'] === undefined) fail('DTSTART cannot be empty');
  if (typeof values['eventTimezone'] !== 'string') fail('Timezone is missing');
  const repeats = ['rrule', 'rdate'].some((column) => values[column] !== undefined);
  const [hasEnd, hasDuration] = [values['dtend'] !== undefined, values['duration'] !== undefined];
  if (hasEnd && hasDuration) fail('Cannot have both DTEND and DURATION in an event');
  if (repeats && !hasDuration) fail('Recurring events need a DURATION');
  if (!repeats && !hasEnd) fail('DTEND cannot be empty for a single event');
}

export function updateCalendarRows(
  store: PhoneStore,
  table: string,
  values: Values,
  where: string | undefined,
): void {
  store.update(table, values, where);
}

export function deleteCalendarRows(store: PhoneStore, table: string, where: string | undefined): void {
  if (table === EVENTS) {
    for (const { _id } of store.all(EVENTS, { where })) {
      for (const each of ['reminders', 'attendees'])
        store.delete(`${AUTHORITY}/${each}`, `event_id = ${String(_id)}`);
      const [event] = store.all(EVENTS, { where: `_id = ${String(_id)}` });
      const [calendar] = store.all(`${AUTHORITY}/calendars`, {
        where: `_id = ${String(event?.['calendar_id'])}`,
      });
      if (calendar?.['account_type'] === 'LOCAL') store.delete(EVENTS, `_id = ${String(_id)}`);
      else store.update(EVENTS, { deleted: 1 }, `_id = ${String(_id)}`);
    }
    return;
  }
  if (table === `${AUTHORITY}/calendars`) {
    for (const { _id } of store.all(table, { where })) store.delete(EVENTS, `calendar_id = ${String(_id)}`);
  }
  store.delete(table, where);
}
