/** Writes one calendar file: a copy with changes, and calendars that are new. */
import { MoverError } from '../../errors.ts';
import { DigestSum } from '../record-merge/digest-sum.ts';
import { OutputFile } from '../record-merge/output-file.ts';
import { yieldEvery } from '../../yield-every.ts';
import type { RecordStore } from '../record-merge/record-store.ts';
import type { Source } from '../record-merge/sources.ts';
import { parseComponent } from './component.ts';
import { newProperties, REQUIRED, type HeaderProperty } from './header.ts';
import type { IncomingCalendar } from './incoming.ts';
import type { Place } from './places.ts';
import { calendarPieces } from './read.ts';
import type { ZoneDefinition } from './time-zone.ts';

/** What was decided about everything that arrived. */
export interface Calendars {
  readonly store: RecordStore;
  readonly sources: readonly Source[];
  /** By label of the arriving calendars. */
  readonly places: readonly Place[];
  readonly incoming: readonly IncomingCalendar[];
  /** Labels of calendars that brought time zones as records of their own. */
  readonly zoneOnly: ReadonlySet<number>;
  readonly workFolder: string;
  readonly signal: AbortSignal;
}

/** What a place gets. */
export interface Additions {
  /** Of the calendars that add something. */
  readonly labels: Set<number>;
  readonly records: number[];
}

const LINE_END = '\r\n';
const NOTHING: Additions = { labels: new Set(), records: [] };
const raw = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What has been seen of the calendar that is being copied. */
interface CalendarAtHand {
  /** Time zones that stand there. */
  readonly zones: Set<string>;
  /** Those that new versions of its components need. */
  readonly needed: Map<string, ZoneDefinition>;
}

const openCalendar = (): CalendarAtHand => ({ zones: new Set(), needed: new Map() });

export class CalendarFile {
  readonly file: OutputFile;
  readonly written = new DigestSum();
  readonly #calendars: Calendars;
  readonly #additions: ReadonlyMap<Place, Additions>;

  constructor(path: string, calendars: Calendars, additions: ReadonlyMap<Place, Additions>) {
    this.#calendars = calendars;
    this.#additions = additions;
    this.file = new OutputFile(path);
  }

  /** A file of the destination, whose components are numbered from `first`, with what the `places` in it get. */
  async copy(source: Source, first: number, places: readonly Place[]): Promise<void> {
    const { signal } = this.#calendars;
    const here = new Map<number, Place>();
    for (const place of places) if (place.ordinal !== undefined) here.set(place.ordinal, place);
    const seen = new DigestSum();
    const pause = yieldEvery(signal);
    let record = first;
    let ordinal = -1;
    let open = openCalendar();
    for await (const pieces of calendarPieces(source.read(), signal)) {
      await pause();
      for (const piece of pieces) {
        if (piece.type === 'component') {
          seen.addRecord(piece.bytes);
          if (piece.name === 'VTIMEZONE') this.#copyZone(piece.bytes, open);
          else this.#copyComponent(record++, piece.bytes, open);
          continue;
        }
        if (piece.type === 'end') await this.#complete(here.get(ordinal), open);
        this.file.write(piece.bytes);
        if (piece.type !== 'begin') continue;
        ordinal++;
        open = openCalendar();
        const place = here.get(ordinal);
        if (place !== undefined) this.#header(this.#newHeader(place));
      }
    }
    if (!seen.equals(source.sum)) throw new MoverError('DESTINATION_FAILED');
  }

  /** A calendar that is not there yet. */
  async make(place: Place): Promise<void> {
    this.file.endLine(LINE_END);
    this.file.write(raw(`BEGIN:VCALENDAR${LINE_END}`));
    const header = this.#newHeader(place);
    this.#header([...header, ...newProperties(new Set(header.map((each) => each.name)), REQUIRED)]);
    await this.#add(place, new Set());
    this.file.endLine(LINE_END);
    this.file.write(raw(`END:VCALENDAR${LINE_END}`));
  }

  /** Everything that goes into the calendar at `place`, which has the zones `there`. */
  async #add(place: Place, there: Set<string>): Promise<void> {
    const { store, incoming, signal } = this.#calendars;
    const { labels, records } = this.#additions.get(place) ?? NOTHING;
    for (const label of labels) {
      for (const zone of incoming[label]?.zones.values() ?? []) this.#zone(zone, there);
    }
    const pause = yieldEvery(signal);
    for (const record of records) {
      await pause();
      this.#component(store.read(record), true);
    }
  }

  #copyZone(bytes: Buffer, open: CalendarAtHand): void {
    const zone = parseComponent(bytes)?.zone;
    if (zone !== undefined) open.zones.add(zone);
    this.#component(bytes, false);
  }

  /** Copies a component, or its new version with the time zones that may be new to the calendar. */
  #copyComponent(record: number, there: Buffer, open: CalendarAtHand): void {
    const { store, incoming } = this.#calendars;
    if (!store.isNew(record)) {
      this.#component(there, false);
      return;
    }
    const bytes = store.read(record);
    const offered = incoming[store.label(record)]?.zones;
    for (const id of parseComponent(bytes)?.zones ?? []) {
      const zone = offered?.get(id);
      if (zone !== undefined) open.needed.set(id, zone);
    }
    this.#component(bytes, true);
  }

  /** What comes before the END of a calendar. */
  async #complete(place: Place | undefined, { zones, needed }: CalendarAtHand): Promise<void> {
    if (place !== undefined) await this.#add(place, zones);
    for (const zone of needed.values()) this.#zone(zone, zones);
    if (place !== undefined || needed.size > 0) this.file.endLine(LINE_END);
  }

  #newHeader(place: Place): HeaderProperty[] {
    const names = new Set(place.names);
    const { labels } = this.#additions.get(place) ?? NOTHING;
    return [...labels].flatMap((label) =>
      newProperties(names, this.#calendars.incoming[label]?.header ?? []),
    );
  }

  #header(header: readonly HeaderProperty[]): void {
    for (const property of header) {
      this.file.endLine(LINE_END);
      this.file.write(raw(property.raw));
    }
    if (header.length > 0) this.file.endLine(LINE_END);
  }

  #zone(zone: ZoneDefinition, there: Set<string>): void {
    if (there.has(zone.id)) return;
    there.add(zone.id);
    this.#component(zone.bytes, true);
  }

  /** `ours`: what stood before may lack its line end. */
  #component(bytes: Buffer, ours: boolean): void {
    if (ours) this.file.endLine(LINE_END);
    this.file.write(bytes);
    this.written.addRecord(bytes);
  }
}
