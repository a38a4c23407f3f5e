/**
 * Where arriving calendars go: into the calendar of the same identity in the file they belong to, unless that has other
 * time zones of the same names; else into a new calendar at the end of that file.
 */
import { calendarIdentity, holdsMessages, type HeaderProperty } from './header.ts';
import type { IncomingCalendar } from './incoming.ts';
import { compatibleZones, type ZoneDefinition, type Zones } from './time-zone.ts';

/** A calendar of a destination's file that can be added to, or one to be made. */
export interface Place {
  /** The file, absolute. */
  readonly path: string;
  readonly identity: string;
  /** Which BEGIN:VCALENDAR of the file, from 0; undefined for a calendar to be made. */
  readonly ordinal: number | undefined;
  /** Names of the properties that stand there. */
  readonly names: ReadonlySet<string>;
  /** Time zones that stand there. */
  readonly zones: Zones;
}

/** Of calendars that cannot become one because of their time zones: more are not looked at. */
const MOST_OF_ONE_IDENTITY = 64;

/**
 * The calendars of a file that can be added to: the first of each identity, and later ones of the same whose time zones
 * differ. So a file of many small calendars takes no more memory than one of few.
 */
export class ExistingCalendars {
  readonly #path: string;
  readonly #places = new Map<string, Place[]>();
  #ordinal = -1;
  #header: HeaderProperty[] = [];
  #zones = new Map<string, ZoneDefinition>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Whether what stands in the calendar at hand are messages (see header.ts). */
  get holdsMessages(): boolean {
    return holdsMessages(this.#header);
  }

  begin(): void {
    this.#ordinal++;
    this.#header = [];
    this.#zones = new Map();
  }

  addHeader(header: readonly HeaderProperty[]): void {
    this.#header.push(...header);
  }

  addZone(zone: ZoneDefinition): void {
    this.#zones.set(zone.id, zone);
  }

  /** The calendar has an END: there is a place to add before it. */
  end(): void {
    const identity = calendarIdentity(this.#header);
    const known = this.#places.get(identity) ?? [];
    const path = this.#path;
    const zones = this.#zones;
    if (known.length === MOST_OF_ONE_IDENTITY || known.some((each) => compatibleZones(each.zones, zones)))
      return;
    const names = new Set(this.#header.map((each) => each.name));
    this.#places.set(identity, [...known, { path, identity, ordinal: this.#ordinal, names, zones }]);
  }

  get places(): Place[] {
    return [...this.#places.values()].flat();
  }
}

/** The place of each arriving calendar, in their order. Several may share one. */
export function findPlaces(
  calendars: readonly IncomingCalendar[],
  pathOf: (collection: string | undefined) => string,
  existing: readonly Place[],
): Place[] {
  const places = new Map<string, { place: Place; zones: Map<string, ZoneDefinition> }[]>();
  const among = (path: string, identity: string) => {
    const key = `${path}\0${identity}`;
    const found = places.get(key) ?? [];
    places.set(key, found);
    return found;
  };
  for (const place of existing)
    among(place.path, place.identity).push({ place, zones: new Map(place.zones) });
  return calendars.map((calendar) => {
    const path = pathOf(calendar.collection);
    const identity = calendarIdentity(calendar.header);
    const candidates = among(path, identity);
    let found = candidates.find((each) => compatibleZones(each.zones, calendar.zones));
    if (found === undefined) {
      const place = { path, identity, ordinal: undefined, names: new Set<string>(), zones: new Map() };
      found = { place, zones: new Map() };
      candidates.push(found);
    }
    for (const [id, zone] of calendar.zones) if (!found.zones.has(id)) found.zones.set(id, zone);
    return found.place;
  });
}
