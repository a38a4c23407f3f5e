/**
 * Reads an iCalendar file as records, one a component. A flawed line is mended and costs nothing else (mend.ts); left out
 * is only what has no end, or is larger than any record.
 */
import { blake3 } from '@napi-rs/blake-hash';
import type { ReportSkip } from '../kind.ts';
import { isCollectionName } from '../record-merge/collection-name.ts';
import { utf8Chunks } from '../record-merge/utf8-chunks.ts';
import { CalendarSplitter, type CalendarPiece } from './calendar-splitter.ts';
import { parseComponent } from './component.ts';
import { parseHeader } from './header.ts';
import { mendStructure } from './mend.ts';
import { componentOf, formatCalendarRecord } from './record.ts';
import { defineZone } from './time-zone.ts';

/** Every piece of a file in order, by the chunks they came in; UTF-16 has become UTF-8. */
export async function* calendarPieces(
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<CalendarPiece[]> {
  const splitter = new CalendarSplitter();
  for await (const chunk of utf8Chunks(input, signal)) yield splitter.push(chunk);
  yield splitter.end();
}

interface Options {
  readonly collection: string | undefined;
  readonly skip: ReportSkip;
  readonly signal: AbortSignal;
}

/** Zones waiting for a record to carry them; more of them go out as records of their own. */
const MOST_WAITING_ZONES = 64;

interface Held {
  readonly component: Buffer;
  readonly calendar: string;
}

/**
 * See `RecordFormat.read`. One record is held back until the next is complete, so that properties and time zones that
 * stand after the last component still find one to travel with. A calendar of time zones only gives those as records.
 */
export async function* readCalendar(
  input: AsyncIterable<Uint8Array>,
  options: Options,
): AsyncGenerator<string> {
  const calendar = new OpenCalendar(options);
  for await (const pieces of calendarPieces(input, options.signal)) {
    for (const piece of pieces) {
      if (piece.type === 'skipped') {
        const mended = piece.mendable ? mendStructure(piece.bytes.toString('latin1')) : undefined;
        const bytes = mended === undefined ? undefined : Buffer.from(mended, 'latin1');
        if (bytes === undefined || componentOf(bytes) === undefined) options.skip(piece.reason);
        else yield* calendar.addComponent(bytes);
      }
      if (piece.type === 'begin') {
        yield* calendar.close();
        calendar.begin();
      } else if (piece.type === 'end') yield* calendar.close();
      else if (piece.type === 'properties') calendar.addProperties(piece.bytes);
      else if (piece.type === 'component') yield* calendar.addComponent(piece.bytes);
    }
  }
  yield* calendar.close();
}

/** A calendar that has one of these is kept even when nothing is in it. */
const NAMES = new Set(['X-WR-CALNAME', 'NAME']);

class OpenCalendar {
  readonly #options: Options;
  readonly #collection: string | undefined;
  /** Properties not sent yet. */
  #properties: Buffer[] = [];
  #zones: Buffer[] = [];
  /** What makes the calendar what it is, until its first component; then the digest of that. */
  #identity: Buffer[] = [];
  #digest: string | undefined;
  #held: Held | undefined;
  /** It has a name of its own, or its file has one, and nothing of it was sent yet. */
  #begun = false;
  #named = false;

  constructor(options: Options) {
    this.#options = options;
    const { collection } = options;
    this.#collection = collection !== undefined && isCollectionName(collection) ? collection : undefined;
  }

  begin(): void {
    this.#begun = true;
    this.#named = this.#collection !== undefined;
  }

  addProperties(bytes: Buffer): void {
    const header = parseHeader(bytes.toString('latin1'));
    if (header === undefined) {
      this.#options.skip('malformed');
      return;
    }
    this.#named ||= header.some(({ name, value }) => NAMES.has(name) && value !== '');
    this.#properties.push(bytes);
    if (this.#digest === undefined) this.#identity.push(bytes);
  }

  *addComponent(bytes: Buffer): Generator<string> {
    const component = parseComponent(bytes);
    if (component === undefined) {
      this.#options.skip('malformed');
      return;
    }
    if (component.zone === undefined) {
      const mended = Buffer.from(component.text, 'latin1');
      yield* this.#emit({ component: mended, calendar: this.#calendar() });
      return;
    }
    // Two calendars that give one zone name different meanings are two calendars.
    const { rules } = defineZone(component.zone, bytes);
    if (this.#digest === undefined && rules !== '') this.#identity.push(Buffer.from(rules, 'latin1'));
    this.#zones.push(bytes);
    if (this.#zones.length > MOST_WAITING_ZONES) yield* this.#emitZones();
  }

  /** The calendar has ended; the next one may begin. */
  *close(): Generator<string> {
    if (this.#held === undefined) yield* this.#emitZones();
    if (this.#held === undefined && this.#begun && this.#named)
      yield* this.#emit({ component: Buffer.alloc(0), calendar: this.#calendar() });
    yield* this.#emit(undefined);
    this.#properties = [];
    this.#identity = [];
    this.#digest = undefined;
    this.#begun = false;
  }

  #calendar(): string {
    this.#digest ??= blake3(Buffer.concat(this.#identity)).toString('hex', 0, 8);
    return this.#digest;
  }

  *#emitZones(): Generator<string> {
    const zones = this.#zones;
    this.#zones = [];
    for (const component of zones) yield* this.#emit({ component, calendar: this.#calendar() });
  }

  /** Sends the record that was held and holds the next. */
  *#emit(next: Held | undefined): Generator<string> {
    const held = this.#held;
    this.#held = next;
    this.#begun = false;
    if (held === undefined) return;
    const carried = { properties: Buffer.concat(this.#properties), zones: this.#zones };
    this.#properties = [];
    this.#zones = [];
    try {
      yield formatCalendarRecord({ ...held, ...carried, collection: this.#collection });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // What it was to carry goes with the next one.
      this.#properties = [carried.properties];
      this.#zones = carried.zones;
      this.#options.skip('too-large');
    }
  }
}
