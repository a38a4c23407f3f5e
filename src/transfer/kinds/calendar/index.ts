/** Calendars: iCalendar files, one record a component. */
import type { RecordFormat } from '../kind.ts';
import { mergeCalendars } from './merge.ts';
import { readCalendar } from './read.ts';

export const calendarFormat: RecordFormat = {
  kind: 'calendar',
  fileName: 'calendar.ics',
  read: readCalendar,
  merge: mergeCalendars,
};

export { parseCalendarRecord } from './record.ts';
