/** An event as the phone will tell it when it is asked: what is compared with what is there. */
import { calendarFormat, parseCalendarRecord } from '../../../kinds/calendar/index.ts';
import type { Component } from '../../../kinds/calendar/component.ts';
import { newCalendar, type NewEvent } from '../../../kinds/calendar/new-calendar.ts';
import { alarmOf, attendeeOf, eventOf, uidOf } from '../calendar.ts';
import type { ContentRow } from '../content-query.ts';
import type { EventRow } from './event-rows.ts';

/** In the order of the events; many at a time, because a zone is defined anew for each calendar. */
export async function shownEvents(events: readonly NewEvent[]): Promise<readonly (Component | undefined)[]> {
  const components: Component[] = [];
  const lines = calendarFormat.read(newCalendar(undefined, events), {
    collection: undefined,
    skip: () => undefined,
    signal: NEVER,
  });
  for await (const line of lines) {
    const parsed = parseCalendarRecord(line)?.parsed;
    if (parsed?.name === 'VEVENT') components.push(parsed);
  }
  if (components.length === events.length || events.length === 1) {
    return events.map((_, index) => components[index]);
  }
  // One of them is none of iCalendar: each by itself.
  const one: (Component | undefined)[] = [];
  for (const event of events) one.push(...(await shownEvents([event])));
  return one;
}
const NEVER = new AbortController().signal;

/** What the reader will make of a row that is not there yet. */
export function newEventOf({ numbers, texts, reminders, guests }: EventRow): NewEvent | undefined {
  const row: ContentRow = {
    id: 0,
    number: (column) => numbers[column] ?? null,
    text: (column) => texts[column] ?? null,
  };
  const people = guests.flatMap(({ organizes, ...guest }) => {
    const person = attendeeOf(guest);
    return person === undefined ? [] : [{ organizes, person }];
  });
  const beside = { alarms: () => reminders.map(alarmOf), people: () => people };
  return eventOf(row, beside, texts['uid2445'] ?? uidOf(row));
}
