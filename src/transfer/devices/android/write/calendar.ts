/**
 * Calendars of another device into a phone: each into a local calendar of its name that is ours. Events are looked for
 * among all that the phone has, in the form in which it would tell them.
 */
import type { Component } from '../../../kinds/calendar/component.ts';
import { parseCalendarRecord } from '../../../kinds/calendar/index.ts';
import { IncomingCalendars } from '../../../kinds/calendar/incoming.ts';
import { utcTime } from '../../../kinds/calendar/new-calendar.ts';
import type { ParsedCalendarRecord } from '../../../kinds/calendar/record.ts';
import { AUTHORITY, Beside, EVENTS, eventOf, MADE, uidsOf } from '../calendar.ts';
import { ContentReader } from '../content-query.ts';
import { ContentRefused } from '../content-rows.ts';
import { commandText } from '../shell.ts';
import { type EventRow, eventRowOf } from './event-rows.ts';
import {
  EVENT_ROWS,
  type EventAddition,
  type EventRecord,
  EventWriter,
  type EventsAdded,
} from './event-writer.ts';
import { type KnownEvent, KnownEvents } from './known-events.ts';
import { ownCalendar, ownCalendars } from './own-calendars.ts';
import { leaveFile } from './ready-file.ts';
import { readRows } from './row-table.ts';
import { newEventOf, shownEvents } from './shown-event.ts';
import { Counts, type PhoneWriting, type RecordsWritten } from './writing.ts';

const BATCH = 100;
/** The name of a calendar that had none. */
const UNNAMED = 'OpenMover';

interface Waiting {
  /** Of its calendar. */
  readonly name: string;
  readonly row: EventRow;
}

interface Coming extends Waiting {
  readonly shown: Component;
}

interface Extension {
  readonly event: KnownEvent;
  readonly coming: Coming;
  readonly there: Component;
}

export async function writeCalendar(writing: PhoneWriting): Promise<RecordsWritten> {
  return await new CalendarWriting(writing).run();
}

class CalendarWriting {
  readonly #writing: PhoneWriting;
  readonly #counts = new Counts();
  readonly #incoming = new IncomingCalendars();
  readonly #known = new KnownEvents();
  readonly #writer: EventWriter;
  /** Numbers of our calendars by name. */
  #calendars = new Map<string, number>();
  readonly #targets = new Set<number>();
  /** Names of the calendars that come, by label, and the labels of those that events are in. */
  readonly #names = new Map<number, string>();
  readonly #holding = new Set<number>();
  /** Names of calendars that were made now. */
  readonly #made = new Set<string>();
  #home = 'UTC';
  /** Numbers of series, by their calendar and UID. */
  readonly #series = new Map<string, number>();
  /** Changed occurrences come when all series are there. */
  readonly #occurrences: Waiting[] = [];
  #waiting: Waiting[] = [];
  #done = 0;

  constructor(writing: PhoneWriting) {
    this.#writing = writing;
    this.#writer = new EventWriter(writing);
  }

  async run(): Promise<RecordsWritten> {
    const { incoming } = this.#writing;
    for await (const line of incoming()) {
      const record = parseCalendarRecord(line);
      if (record === undefined) continue;
      this.#incoming.gather(record);
      const label = this.#incoming.labelOf(record);
      if (label !== undefined && isCalendarOrEvent(record)) this.#holding.add(label);
    }
    try {
      await this.#index();
    } catch (error) {
      if (!(error instanceof ContentRefused)) throw error;
      return await this.#leaveFile();
    }
    if (!(await this.#makeCalendars())) return await this.#leaveFile();
    for await (const line of incoming()) await this.#take(line);
    await this.#flush();
    while (this.#occurrences.length > 0) {
      this.#waiting = this.#occurrences.splice(0, BATCH).map((each) => this.#withSeries(each));
      await this.#flush();
    }
    return this.#counts.result;
  }

  async #index(): Promise<void> {
    const content = this.#reader();
    this.#home = await this.#homeZone();
    this.#calendars = await ownCalendars(content);
    const calendars = await content.rows({
      uri: `${AUTHORITY}/calendars`,
      numbers: [],
      texts: ['ownerAccount'],
    });
    const beside = new Beside(content);
    let last = 0;
    for (const { id, text } of calendars.map((row) => ({
      id: row.id,
      text: row.text('ownerAccount') ?? '',
    }))) {
      if (MADE.test(text)) continue;
      const uids = new Map<number, string>();
      for await (const rows of content.chunks({
        ...EVENTS,
        where: `deleted=0 AND calendar_id=${String(id)}`,
      })) {
        await beside.load(rows);
        const uid = uidsOf(rows, uids);
        for (const row of rows) {
          this.#keepSeries(row.id, id, {
            rrule: row.text('rrule') ?? '',
            uid2445: row.text('uid2445') ?? '',
          });
        }
        const events = rows.flatMap((row) => {
          const event = eventOf(row, beside, uid(row));
          return event === undefined ? [] : [{ id: row.id, event }];
        });
        const components = await shownEvents(events.map(({ event }) => event));
        for (const [index, component] of components.entries()) {
          const event = events[index];
          if (component !== undefined && event !== undefined)
            this.#known.add(component, { id: event.id, calendar: id });
        }
      }
    }
    for (const id of await content.ids(EVENTS.uri)) last = Math.max(last, id);
    this.#writer.begin(last);
  }

  #keepSeries(
    id: number,
    calendar: number,
    { rrule, rdate, uid2445 }: Readonly<Record<string, string>>,
  ): void {
    if ((rrule ?? '') + (rdate ?? '') !== '') this.#series.set(seriesKey(calendar, uid2445), id);
  }

  /** Where a time without a zone is. */
  async #homeZone(): Promise<string> {
    const { link, signal } = this.#writing;
    const { output } = await commandText(link, 'getprop persist.sys.timezone', { signal });
    const zone = output.trim();
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    } catch {
      return 'UTC';
    }
  }

  /** False where the phone takes no calendar of ours. */
  async #makeCalendars(): Promise<boolean> {
    for (const name of new Set([...this.#holding].map((label) => this.#nameAt(label)))) {
      const known = this.#calendars.get(name);
      const id = known ?? (await this.#ownCalendar(name));
      if (id === undefined) return false;
      if (known === undefined) this.#made.add(name);
      this.#calendars.set(name, id);
      this.#targets.add(id);
    }
    return true;
  }

  #ownCalendar(name: string): Promise<number | undefined> {
    // Numbers that no calendar has.
    if (this.#writing.dryRun === true) return Promise.resolve(-2 - this.#made.size);
    return ownCalendar(this.#writing, name);
  }

  #nameOf(record: ParsedCalendarRecord): string {
    const label = this.#incoming.labelOf(record);
    return record.collection ?? (label === undefined ? UNNAMED : this.#nameAt(label));
  }

  #nameAt(label: number): string {
    const known = this.#names.get(label);
    if (known !== undefined) return known;
    const { collection, header } = this.#incoming.all[label] ?? {};
    if (collection !== undefined) return collection;
    const name = header?.find((each) => each.name === 'X-WR-CALNAME' || each.name === 'NAME')?.value ?? '';
    const text = Buffer.from(name, 'latin1')
      .toString('utf8')
      .replace(/\\([\s\S])/g, '$1')
      .trim();
    const shown = text === '' ? UNNAMED : text.slice(0, 200);
    this.#names.set(label, shown);
    return shown;
  }

  async #take(line: string): Promise<void> {
    this.#writing.signal.throwIfAborted();
    const record = parseCalendarRecord(line);
    if (record === undefined) this.#counts.skip('malformed');
    else if (record.parsed === undefined) {
      // A calendar that has a name and nothing in it.
      if (this.#made.delete(this.#nameOf(record))) this.#counts.added += 1;
      else this.#counts.same += 1;
    } else if (record.parsed.zone !== undefined) {
      // A phone knows the zones of the world.
      this.#counts.same += 1;
    } else {
      const row = eventRowOf(record.parsed, this.#home);
      const name = this.#nameOf(record);
      if (row === undefined) this.#counts.skip('no-equivalent');
      else if (!this.#writer.fits({ calendar: 0, row })) this.#counts.skip('too-large');
      else if (row.numbers['originalInstanceTime'] !== undefined) this.#occurrences.push({ name, row });
      else this.#waiting.push({ name, row });
      if (this.#waiting.length >= BATCH) await this.#flush();
    }
  }

  /** The phone shows the series' own occurrence no more where the changed one names it. */
  #withSeries({ name, row }: Waiting): Waiting {
    const series = this.#series.get(seriesKey(this.#calendars.get(name) ?? -1, row.texts['uid2445']));
    if (series === undefined) return { name, row };
    return { name, row: { ...row, numbers: { ...row.numbers, original_id: series } } };
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const events = waiting.map(({ row }) => newEventOf(row));
    const shown = await shownEvents(events.flatMap((event) => event ?? []));
    let at = 0;
    const records: EventRecord[] = [];
    const extensions: Extension[] = [];
    for (const [index, each] of waiting.entries()) {
      const component = events[index] === undefined ? undefined : shown[at++];
      if (component === undefined) this.#counts.skip('no-equivalent');
      else this.#decide({ ...each, shown: component }, records, extensions);
    }
    const { added, damaged, placed } = await this.#add(records);
    for (const { id, record } of placed) this.#keepSeries(id, record.calendar, record.row.texts);
    this.#counts.added += added;
    this.#counts.skip('damaged', damaged);
    await this.#extend(extensions);
    this.#done += waiting.length;
    if (this.#done > BATCH) {
      const done = this.#done.toLocaleString('en-US');
      this.#writing.tell({ message: `Writing calendars to the phone: ${done} events so far.` });
    }
  }

  async #add(records: readonly EventRecord[]): Promise<EventsAdded> {
    if (records.length === 0) return NONE;
    if (this.#writing.dryRun === true) return { ...NONE, added: records.length };
    return this.#writer.add(records);
  }

  #decide(coming: Coming, records: EventRecord[], extensions: Extension[]): void {
    const calendar = this.#calendars.get(coming.name) ?? -1;
    const found = this.#known.find(coming.shown, (id) => id === calendar || !this.#targets.has(id));
    if (found.state === 'same') {
      this.#counts.same += 1;
      return;
    }
    // One that is only about to be written is not there yet to take anything: both versions come.
    if (found.state === 'less' && found.event.id !== undefined) {
      extensions.push({ event: found.event, coming, there: found.there });
      return;
    }
    records.push({ calendar, row: coming.row });
    this.#known.add(coming.shown, { id: undefined, calendar });
  }

  async #extend(extensions: readonly Extension[]): Promise<void> {
    if (extensions.length === 0) return;
    const ids = extensions.map(({ event }) => String(event.id)).join(',');
    const rows = new Map<number, EventRow>();
    for await (const { id, record } of readRows(EVENT_ROWS, this.#reader(), `_id IN (${ids})`))
      rows.set(id, record.row);
    const ours = new Set(this.#calendars.values());
    const additions: EventAddition[] = [];
    for (const { event, coming, there } of extensions) {
      const id = event.id ?? -1;
      const row = rows.get(id);
      const columns = row === undefined ? {} : missingColumns(row, coming, there);
      const { reminders, guests } = coming.row;
      const known = new Set(there.tree.children.map((child) => valueOf(child, 'TRIGGER')));
      const lacking = reminders.filter((minutes) => !known.has(String(-60 * minutes)));
      const people = new Set(
        there.tree.lines.flatMap(({ name, value }) => (isPerson(name) ? [`${name} ${value}`] : [])),
      );
      const asked = guests.filter(({ organizes, address }) => {
        const uri = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `mailto:${address.toLowerCase()}`;
        return !people.has(`${organizes ? 'ORGANIZER' : 'ATTENDEE'} ${uri}`);
      });
      if (Object.keys(columns).length + lacking.length + asked.length === 0) this.#counts.same += 1;
      else additions.push({ id, ours: ours.has(event.calendar), columns, reminders: lacking, guests: asked });
    }
    if (additions.length === 0) return;
    if (this.#writing.dryRun === true) {
      this.#counts.merged += additions.length;
      return;
    }
    const { merged, damaged } = await this.#writer.extend(additions);
    this.#counts.merged += merged;
    this.#counts.skip('damaged', damaged);
  }

  async #leaveFile(): Promise<RecordsWritten> {
    const { link, signal, made, tell, incoming } = this.#writing;
    const counts = new Counts();
    for await (const line of incoming()) {
      counts.skip(parseCalendarRecord(line) === undefined ? 'malformed' : 'as-file');
    }
    if (this.#writing.dryRun === true) return counts.result;
    const zones = this.#incoming.all.flatMap((calendar) => [...calendar.zones.values()]);
    const bytes = async function* (): AsyncGenerator<Uint8Array, void> {
      yield Buffer.from('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//OpenMover//EN\r\n');
      const seen = new Set<string>();
      for (const zone of zones) if (seen.size < seen.add(zone.id).size) yield zone.bytes;
      for await (const line of incoming()) {
        const record = parseCalendarRecord(line);
        if (record?.parsed !== undefined && record.parsed.zone === undefined) yield record.component;
      }
      yield Buffer.from('END:VCALENDAR\r\n');
    };
    const name = await leaveFile(
      link,
      { stem: 'OpenMover calendar', ending: '.ics', bytes },
      { signal, made },
    );
    tell({
      message: `This phone does not let a computer write its calendar: it is in Download/${name} on the phone.`,
      action: 'To take it in, open that file on the phone with its Calendar app.',
    });
    return counts.result;
  }

  #reader(): ContentReader {
    return new ContentReader(this.#writing.link, this.#writing.signal, () => undefined);
  }
}

const NONE = { added: 0, damaged: 0, placed: [] };

const seriesKey = (calendar: number, uid: string | undefined): string => `${String(calendar)} ${uid ?? ''}`;

const isCalendarOrEvent = ({ parsed }: ParsedCalendarRecord): boolean =>
  parsed === undefined || parsed.name === 'VEVENT';

const isPerson = (name: string): boolean => name === 'ATTENDEE' || name === 'ORGANIZER';

const valueOf = (node: Component['tree'], name: string): string =>
  node.lines.find((line) => line.name === name)?.value ?? '';

/** Columns that say nothing on the phone and something in what comes, and occurrences that are left out there. */
function missingColumns(
  row: EventRow,
  { row: coming, shown }: Coming,
  there: Component,
): Record<string, string | number> {
  const columns: Record<string, string | number> = {};
  for (const column of ['title', 'description', 'eventLocation'] as const) {
    const value = coming.texts[column];
    if (value !== undefined && (row.texts[column] ?? '') === '') columns[column] = value;
  }
  if (row.numbers['eventStatus'] === undefined && coming.numbers['eventStatus'] !== undefined) {
    columns['eventStatus'] = coming.numbers['eventStatus'];
  }
  for (const column of ['accessLevel', 'availability'] as const) {
    const value = coming.numbers[column] ?? 0;
    if (value !== 0 && (row.numbers[column] ?? 0) === 0) columns[column] = value;
  }
  for (const [name, column] of [
    ['EXDATE', 'exdate'],
    ['RDATE', 'rdate'],
  ] as const) {
    const known = new Set(itemsOf(there, name));
    const more = itemsOf(shown, name).filter((item) => !known.has(item));
    if (more.length === 0) continue;
    const dates = more.map((item) =>
      item.startsWith('@') ? utcTime(Number(item.slice(1)) * 1_000) : `${item.slice(0, 8)}T000000Z`,
    );
    const before = row.texts[column] ?? '';
    columns[column] = before === '' ? dates.join(',') : `${before}\n${dates.join(',')}`;
  }
  return columns;
}

const itemsOf = ({ tree }: Component, name: string): readonly string[] =>
  tree.lines.flatMap((line) => (line.name === name ? (line.items ?? [line.value]) : []));
