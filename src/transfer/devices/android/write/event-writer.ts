/** Writes events with their reminders and guests into calendars of our own on a phone, and reads them back. */
import { digestOf } from '../../../kinds/xml/record-digest.ts';
import { AUTHORITY, EVENTS } from '../calendar.ts';
import { ContentReader, type ContentRow } from '../content-query.ts';
import { type Columns, deleteCommand, insertCommand, updateCommand } from './binding.ts';
import type { EventRow, GuestRow } from './event-rows.ts';
import { digestText, printedText, type Row, type RowShape, RowWriter, shortText } from './row-table.ts';
import { runAll } from './script.ts';
import type { MadeRow, PhoneWriting } from './writing.ts';

/** Local calendars are nobody's account: they are not synchronised, and whoever writes as their adapter may write all of them. */
export const ACCOUNT = { account_name: 'OpenMover', account_type: 'LOCAL' } as const;
const AS_ADAPTER = `caller_is_syncadapter=true&account_name=${ACCOUNT.account_name}&account_type=${ACCOUNT.account_type}`;
export const asAdapter = (table: string): string => `${AUTHORITY}/${table}?${AS_ADAPTER}`;

const TRIES = 3;

export interface EventRecord {
  readonly calendar: number;
  readonly row: EventRow;
}

export const EVENT_ROWS: RowShape<EventRecord> = {
  name: 'event',
  table: EVENTS,
  writeUri: asAdapter('events'),
  recordOf: (row) => ({
    calendar: row.number('calendar_id') ?? -1,
    row: { ...columnsOf(row), reminders: [], guests: [] },
  }),
  columns: ({ calendar, row }) => ({
    calendar_id: calendar,
    ...row.numbers,
    ...row.texts,
    ...(row.guests.length > 0 ? { hasAttendeeData: 1 } : {}),
  }),
  said: (event) => saidBy(event),
  near: ({ calendar, row }) =>
    JSON.stringify([calendar, row.numbers['dtstart'], row.texts['uid2445'] ?? null]),
  digest: (event) =>
    digestOf(saidBy(event) + JSON.stringify(MARKS.map((column) => event.row.numbers[column] ?? 0))),
};

const NUMBERS = ['dtstart', 'dtend', 'allDay', 'originalInstanceTime'] as const;
/** A maker's phone may keep these its own way; what a person changes of them is theirs all the same. */
const MARKS = ['eventStatus', 'availability', 'accessLevel'] as const;
const TEXTS = [
  ...['title', 'description', 'eventLocation', 'rrule', 'rdate', 'exrule', 'exdate', 'duration'],
  ...['eventTimezone', 'uid2445'],
] as const;

const saidBy = ({ calendar, row }: EventRecord): string =>
  JSON.stringify([
    calendar,
    ...NUMBERS.map((column) => row.numbers[column] ?? null),
    ...TEXTS.map((column) => shortText(printedText(row.texts[column] ?? null))),
  ]);

function columnsOf(row: ContentRow): Pick<EventRow, 'numbers' | 'texts'> {
  const numbers: Record<string, number> = {};
  for (const column of EVENTS.numbers) {
    const value = row.number(column);
    if (value !== null) numbers[column] = value;
  }
  const texts: Record<string, string> = {};
  for (const column of EVENTS.texts) {
    const value = row.text(column);
    if (value !== null) texts[column] = value;
  }
  return { numbers, texts };
}

/** What an event that is there takes from one that comes. */
export interface EventAddition {
  readonly id: number;
  readonly ours: boolean;
  readonly columns: Columns;
  readonly reminders: readonly number[];
  readonly guests: readonly GuestRow[];
}

export interface EventsAdded {
  readonly added: number;
  readonly damaged: number;
  readonly placed: readonly Row<EventRecord>[];
}

export class EventWriter {
  readonly #writing: PhoneWriting;
  readonly #rows: RowWriter<EventRecord>;

  constructor(writing: PhoneWriting) {
    const { link, dialect, signal, made } = writing;
    this.#writing = writing;
    this.#rows = new RowWriter(EVENT_ROWS, { link, dialect, signal, made });
  }

  /** @param last highest number of an event there. */
  begin(last: number): void {
    this.#rows.begin(last);
  }

  fits(event: EventRecord): boolean {
    return this.#rows.fits(event);
  }

  async add(events: readonly EventRecord[]): Promise<EventsAdded> {
    const { placed, damaged, missing } = await this.#rows.write(events);
    const additions = placed.map(({ id, record }: Row<EventRecord>): EventAddition => ({
      ...{ id, ours: true, columns: {} },
      ...{ reminders: record.row.reminders, guests: record.row.guests },
    }));
    const { incomplete } = await this.#complete(additions);
    // An event without its reminder would be trusted and keep silent: it goes.
    if (incomplete.length > 0) {
      const where = `_id IN (${incomplete.map(({ id }) => String(id)).join(',')})`;
      await this.#run([deleteCommand(asAdapter('events'), where)]);
    }
    return {
      added: placed.length - incomplete.length,
      damaged: damaged + missing.length + incomplete.length,
      placed,
    };
  }

  async extend(
    additions: readonly EventAddition[],
  ): Promise<{ readonly merged: number; readonly damaged: number }> {
    const { dialect, made, signal } = this.#writing;
    const commands = additions.flatMap(({ id, ours, columns }) =>
      Object.keys(columns).length === 0
        ? []
        : [updateCommand(ours ? asAdapter('events') : EVENTS.uri, `_id=${String(id)}`, columns, dialect)],
    );
    if (commands.length > 0) await this.#run(commands);
    const { rows, incomplete } = await this.#complete(additions);
    if (rows.length > 0) await made(rows, signal);
    return { merged: additions.length - incomplete.length, damaged: incomplete.length };
  }

  /** Adds reminders and guests until all are there. */
  async #complete(
    additions: readonly EventAddition[],
  ): Promise<{ readonly rows: readonly MadeRow[]; readonly incomplete: readonly EventAddition[] }> {
    let left = additions.filter(({ reminders, guests }) => reminders.length + guests.length > 0);
    let there = await this.#beside(left);
    const before = new Set(
      [...there.values()].flatMap(({ rows }) => rows.map(({ id, table }) => `${table} ${String(id)}`)),
    );
    for (let tries = 0; left.length > 0 && tries < TRIES; tries += 1) {
      if (await this.#run(left.map((each) => this.#commands(each, there.get(each.id))))) tries -= 1;
      there = await this.#beside(additions);
      left = left.filter((each) => this.#commands(each, there.get(each.id)) !== '');
    }
    const rows = [...there.values()].flatMap((each) => each.rows);
    return { rows: rows.filter(({ id, table }) => !before.has(`${table} ${String(id)}`)), incomplete: left };
  }

  #commands({ id, ours, reminders, guests }: EventAddition, there: Beside | undefined): string {
    const { dialect } = this.#writing;
    const at = (table: string): string => (ours ? asAdapter(table) : `${AUTHORITY}/${table}`);
    const missing = [
      ...reminders
        .filter((minutes) => there?.reminders.has(minutes) !== true)
        .map((minutes) => insertCommand(at('reminders'), { event_id: id, minutes, method: 1 }, dialect)),
      ...guests
        .filter((guest) => there?.guests.has(guestKey(guest.address, guest.organizes)) !== true)
        .map((guest) =>
          insertCommand(
            at('attendees'),
            {
              ...{ event_id: id, attendeeName: guest.name, attendeeEmail: guest.address },
              ...{ attendeeStatus: guest.status, attendeeType: guest.type },
              attendeeRelationship: guest.organizes ? ORGANIZER : ATTENDEE,
            },
            dialect,
          ),
        ),
    ];
    return missing.join('\n');
  }

  async #beside(events: readonly { readonly id: number }[]): Promise<ReadonlyMap<number, Beside>> {
    const found = new Map<number, Beside>();
    if (events.length === 0) return found;
    const content = new ContentReader(this.#writing.link, this.#writing.signal, () => undefined);
    const where = `event_id IN (${events.map(({ id }) => String(id)).join(',')})`;
    const of = (row: ContentRow): Beside => {
      const event = row.number('event_id') ?? -1;
      const known = found.get(event) ?? { reminders: new Set(), guests: new Set(), rows: [] };
      found.set(event, known);
      return known;
    };
    for (const row of await readReminders(content, where)) {
      const beside = of(row);
      beside.reminders.add(row.number('minutes') ?? -1);
      beside.rows.push(reminderRow(row));
    }
    for (const row of await readGuests(content, where)) {
      const beside = of(row);
      const address = row.text('attendeeEmail') ?? '';
      beside.guests.add(guestKey(address, row.number('attendeeRelationship') === ORGANIZER));
      beside.rows.push(guestRow(row));
    }
    return found;
  }

  /** @returns whether the phone went away meanwhile. */
  async #run(commands: readonly string[]): Promise<boolean> {
    const { link, signal } = this.#writing;
    return (await runAll(link, commands, { signal })).cut === 'gone';
  }
}

interface Beside {
  readonly reminders: Set<number>;
  readonly guests: Set<string>;
  readonly rows: MadeRow[];
}

const ATTENDEE = 1;
const ORGANIZER = 2;

const guestKey = (address: string, organizes: boolean): string =>
  `${organizes ? 'organizer' : 'guest'} ${address.toLowerCase()}`;

export const readReminders = (content: ContentReader, where: string): Promise<ContentRow[]> =>
  content.rows({ uri: `${AUTHORITY}/reminders`, where, numbers: ['event_id', 'minutes'], texts: [] });

export const readGuests = (content: ContentReader, where: string): Promise<ContentRow[]> =>
  content.rows({
    ...{
      uri: `${AUTHORITY}/attendees`,
      where,
      numbers: ['event_id', 'attendeeRelationship', 'attendeeStatus'],
    },
    texts: ['attendeeName', 'attendeeEmail'],
  });

export const reminderRow = (row: ContentRow): MadeRow => ({
  ...{ type: 'row', table: 'event-reminder', id: row.id },
  digest: digestText(digestOf(`reminder ${String(row.number('event_id'))} ${String(row.number('minutes'))}`)),
});

export const guestRow = (row: ContentRow): MadeRow => ({
  ...{ type: 'row', table: 'event-guest', id: row.id },
  digest: digestText(digestOf(JSON.stringify(['guest', row.number('event_id'), row.text('attendeeEmail')]))),
});
