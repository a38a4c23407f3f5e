/**
 * The calendars that arrive, gathered before the first of their components is merged: the properties and time zones of
 * a calendar travel with some of its records only.
 */
import { LIMITS } from '../../limits.ts';
import { parseHeader, newProperties, type HeaderProperty } from './header.ts';
import type { ParsedCalendarRecord } from './record.ts';
import { defineZone, type ZoneDefinition } from './time-zone.ts';

export interface IncomingCalendar {
  readonly collection: string | undefined;
  readonly header: HeaderProperty[];
  readonly zones: Map<string, ZoneDefinition>;
}

export class IncomingCalendars {
  readonly #calendars = new Map<string, { label: number; calendar: IncomingCalendar; names: Set<string> }>();
  /** Headers and zones are kept in memory; all of real life is some kilobytes. */
  #bytesLeft: number = LIMITS.segmentBytes * 16;

  /** By label. */
  get all(): IncomingCalendar[] {
    return [...this.#calendars.values()].map((each) => each.calendar);
  }

  /** Takes what a record says of its calendar. What exceeds any honest size is not kept. */
  gather(record: ParsedCalendarRecord): void {
    const key = keyOf(record);
    let known = this.#calendars.get(key);
    if (known === undefined) {
      if (this.#calendars.size === MOST_CALENDARS) return;
      const calendar = {
        collection: record.collection,
        header: [],
        zones: new Map<string, ZoneDefinition>(),
      };
      known = { label: this.#calendars.size, calendar, names: new Set() };
      this.#calendars.set(key, known);
    }
    if (this.#spend(record.properties.length)) {
      const header = parseHeader(record.properties.toString('latin1')) ?? [];
      known.calendar.header.push(...newProperties(known.names, header));
    }
    const zones = [...record.zones];
    if (record.parsed?.zone !== undefined) zones.push({ id: record.parsed.zone, bytes: record.component });
    for (const { id, bytes } of zones) {
      if (known.calendar.zones.has(id) || !this.#spend(bytes.length)) continue;
      known.calendar.zones.set(id, defineZone(id, bytes));
    }
  }

  /** Number of the calendar the record is in, or undefined when it was never gathered. */
  labelOf(record: ParsedCalendarRecord): number | undefined {
    return this.#calendars.get(keyOf(record))?.label;
  }

  #spend(bytes: number): boolean {
    if (bytes > this.#bytesLeft) return false;
    this.#bytesLeft -= bytes;
    return true;
  }
}

/** Labels are 16 bits wide. */
const MOST_CALENDARS = 65_536;

const keyOf = (record: ParsedCalendarRecord): string => `${record.calendar} ${record.collection ?? ''}`;
