/**
 * Cuts an iCalendar file (RFC 5545 section 3.4) into calendars, their properties and their components. The pieces one
 * after another are the file. Memory is bounded by one component.
 *
 * Files also come with components outside any calendar, with a calendar inside a calendar, and cut off anywhere: a
 * component whose END is lost is given up when another of the same rank begins or the calendar ends.
 */
import { LIMITS } from '../../limits.ts';
import { LineSplitter, type PhysicalLine } from '../content-line.ts';

export type CalendarPiece =
  | { readonly type: 'begin' | 'end'; readonly bytes: Buffer }
  /** Property lines of the calendar itself. */
  | { readonly type: 'properties'; readonly bytes: Buffer }
  /** `name` in upper case. */
  | { readonly type: 'component'; readonly name: string; readonly bytes: Buffer }
  | { readonly type: 'gap'; readonly bytes: Buffer }
  /** Begins something that is left out; one for each thing left out. `mendable`: all of it, and only BEGIN and END are amiss. */
  | {
      readonly type: 'skipped';
      readonly reason: 'malformed' | 'too-large';
      readonly mendable: boolean;
      readonly bytes: Buffer;
    };

/** Never inside one another; any of them beginning inside another shows that an END was lost. */
const TOP_LEVEL = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VTIMEZONE']);
/** VALARM in VEVENT is two; anything near this is an attack on whoever reads by recursion. */
const MOST_DEPTH = 32;
/** Properties of a calendar itself: names, colours, a few hundred bytes. */
const HEADER_BYTES = 1024 * 1024;
const HEADER_LINES = 10_000;

const STRUCTURE = /^(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]+)[ \t]*[\r\n]*$/i;
const LONGEST_MARKER = 128;
const SPACE = 32;
const TAB = 9;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

interface Marker {
  readonly begins: boolean;
  readonly name: string;
}

function markerOf(bytes: Buffer): Marker | undefined {
  const first = bytes[0];
  // B, E and their small letters; all other lines, nearly every one, are spared the rest.
  if (bytes.length > LONGEST_MARKER || (first !== 66 && first !== 69 && first !== 98 && first !== 101))
    return undefined;
  const [, word, name] = STRUCTURE.exec(bytes.toString('latin1')) ?? [];
  if (word === undefined || name === undefined) return undefined;
  return { begins: word.toUpperCase() === 'BEGIN', name: name.toUpperCase() };
}

const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === 32 || (byte >= 9 && byte <= 13) || byte === 26);

export class CalendarSplitter {
  readonly #lines = new LineSplitter();
  readonly #limitBytes: number;
  #inCalendar = false;
  /** Names of the open component and those open inside it. */
  #names: string[] = [];
  #flawed = false;
  #buffered: Buffer[] = [];
  #bufferedBytes = 0;
  /** Of what is held: lines that begin a property, and all lines. */
  #bufferedLines = 0;
  #bufferedPhysicalLines = 0;
  /** What was given up goes on: its lines have been reported already. */
  #leaving = false;
  /** Components open in what was given up; their insides are no components of the calendar. */
  #leavingDepth = 0;
  #pieces: CalendarPiece[] = [];

  /** `limitBytes`: larger components are skipped as too large. */
  constructor(limitBytes: number = LIMITS.recordBytes) {
    this.#limitBytes = limitBytes;
  }

  push(chunk: Buffer): CalendarPiece[] {
    for (const line of this.#lines.push(chunk)) this.#take(line);
    return this.#drain();
  }

  end(): CalendarPiece[] {
    for (const line of this.#lines.end()) this.#take(line);
    this.#closeBuffered(false);
    return this.#drain();
  }

  #drain(): CalendarPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #take({ bytes, starts }: PhysicalLine): void {
    let rest = bytes;
    if (starts && rest.subarray(0, 3).equals(BOM)) {
      this.#closeProperties();
      if (this.#names.length === 0) {
        this.#pieces.push({ type: 'gap', bytes: rest.subarray(0, 3) });
        rest = rest.subarray(3);
        if (rest.length === 0) return;
      }
    }
    const marker = starts ? markerOf(rest) : undefined;
    if (marker?.name === 'VCALENDAR') this.#calendar(marker.begins, rest);
    else if (this.#names.length > 0) this.#inside(rest, marker);
    else if (marker?.begins === true && this.#mayBegin(marker.name)) this.#beginComponent(rest, marker.name);
    else this.#between(rest, marker);
  }

  #mayBegin(name: string): boolean {
    return TOP_LEVEL.has(name) || (this.#inCalendar && this.#leavingDepth === 0);
  }

  #calendar(begins: boolean, bytes: Buffer): void {
    this.#closeBuffered();
    this.#leaving = false;
    this.#leavingDepth = 0;
    if (begins) this.#pieces.push({ type: 'begin', bytes });
    // An END too many harms nobody.
    else this.#pieces.push({ type: this.#inCalendar ? 'end' : 'gap', bytes });
    this.#inCalendar = begins;
  }

  #beginComponent(bytes: Buffer, name: string): void {
    this.#closeBuffered();
    this.#leaving = false;
    this.#leavingDepth = 0;
    this.#names = [name];
    this.#flawed = false;
    this.#hold(bytes);
  }

  #inside(bytes: Buffer, marker: Marker | undefined): void {
    const [root = ''] = this.#names;
    if (marker?.begins === true && TOP_LEVEL.has(marker.name) && TOP_LEVEL.has(root)) {
      this.#beginComponent(bytes, marker.name);
      return;
    }
    this.#hold(bytes);
    if (marker?.begins === true) {
      this.#names.push(marker.name);
      if (this.#names.length > MOST_DEPTH) this.#giveUp('malformed');
    } else if (marker !== undefined) {
      const place = this.#names.lastIndexOf(marker.name);
      if (place !== this.#names.length - 1) this.#flawed = true;
      if (place > 0) this.#names.length = place;
      if (place === 0) this.#endComponent(root);
    }
    if (this.#bufferedBytes > this.#limitBytes || this.#holdsTooManyLines()) this.#giveUp('too-large');
  }

  /** Bytes do not bound the work: lines of two characters become objects of two hundred. */
  #holdsTooManyLines(): boolean {
    return (
      this.#bufferedLines > LIMITS.recordLines || this.#bufferedPhysicalLines > LIMITS.recordPhysicalLines
    );
  }

  #endComponent(name: string): void {
    const bytes = this.#release();
    this.#names = [];
    this.#pieces.push(
      this.#flawed
        ? { type: 'skipped', reason: 'malformed', mendable: true, bytes }
        : { type: 'component', name, bytes },
    );
  }

  #between(bytes: Buffer, marker: Marker | undefined): void {
    if (isBlank(bytes)) {
      this.#closeProperties();
      this.#pieces.push({ type: 'gap', bytes });
    } else if (this.#leaving) {
      this.#pieces.push({ type: 'gap', bytes });
      if (this.#leavingDepth > 0 && marker !== undefined) {
        this.#leavingDepth += marker.begins ? 1 : -1;
        this.#leaving = this.#leavingDepth > 0;
      }
    } else if (!this.#inCalendar || marker !== undefined) {
      this.#closeProperties();
      this.#pieces.push({ type: 'skipped', reason: 'malformed', mendable: false, bytes });
      this.#leaving = true;
    } else {
      this.#hold(bytes);
      if (this.#bufferedBytes > HEADER_BYTES || this.#bufferedLines > HEADER_LINES) this.#giveUp('too-large');
    }
  }

  #giveUp(reason: 'malformed' | 'too-large', mendable = false): void {
    this.#pieces.push({ type: 'skipped', reason, mendable, bytes: this.#release() });
    this.#leaving = true;
    this.#leavingDepth = this.#names.length;
    this.#names = [];
  }

  /** `goesOn`: not the end of the file, where what is open may be cut off anywhere. */
  #closeBuffered(goesOn = true): void {
    if (this.#names.length > 0) this.#giveUp('malformed', goesOn);
    this.#closeProperties();
  }

  #closeProperties(): void {
    if (this.#names.length === 0 && this.#buffered.length > 0)
      this.#pieces.push({ type: 'properties', bytes: this.#release() });
  }

  #hold(bytes: Buffer): void {
    const last = this.#buffered.at(-1);
    // Lines of one chunk stand one behind the other in its memory, and are kept as one piece of it.
    if (last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset) {
      this.#buffered[this.#buffered.length - 1] = Buffer.from(
        last.buffer,
        last.byteOffset,
        last.length + bytes.length,
      );
    } else this.#buffered.push(bytes);
    this.#bufferedBytes += bytes.length;
    this.#bufferedPhysicalLines++;
    if (bytes[0] !== SPACE && bytes[0] !== TAB) this.#bufferedLines++;
  }

  #release(): Buffer {
    const bytes = Buffer.concat(this.#buffered);
    this.#buffered = [];
    this.#bufferedBytes = 0;
    this.#bufferedLines = 0;
    this.#bufferedPhysicalLines = 0;
    return bytes;
  }
}
