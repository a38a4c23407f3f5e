/**
 * One event, task or journal entry (or other component) as a line of JSON: its bytes, untouched, and the calendar it is
 * in. The calendar's own properties and each of its time zones travel once, with the first record that can carry
 * them; `calendar` says which records belong together. A calendar that has a name and nothing in it is a record without
 * a component.
 */
import { z } from 'zod';
import { isCollectionName } from '../record-merge/collection-name.ts';
import { fromRecordBytes, toRecordBytes, type RecordBytes } from '../record-merge/record-bytes.ts';
import { CalendarSplitter } from './calendar-splitter.ts';
import { parseComponent, type Component } from './component.ts';
import { parseHeader } from './header.ts';

const encoded = z.strictObject({ text: z.string(), encoding: z.literal('latin1').optional() });
const recordSchema = z.strictObject({
  component: encoded.optional(),
  calendar: z.string().regex(/^[0-9a-f]{16}$/),
  properties: encoded.optional(),
  zones: z.array(encoded).max(1_000).optional(),
  collection: z.string().optional(),
});

export interface CalendarRecord {
  /** One whole component, from BEGIN to END with its line end; empty for a calendar with nothing in it. */
  readonly component: Buffer;
  /** Digest of what makes the calendar what it is: 16 hexadecimal digits. */
  readonly calendar: string;
  /** Lines of the calendar itself; empty for all but one record. */
  readonly properties: Buffer;
  /** VTIMEZONE components. */
  readonly zones: readonly Buffer[];
  readonly collection: string | undefined;
}

/** @throws RangeError when the line would be longer than a string can be. */
export function formatCalendarRecord(record: CalendarRecord): string {
  return JSON.stringify({
    ...(record.component.length === 0 ? {} : { component: toRecordBytes(record.component) }),
    calendar: record.calendar,
    ...(record.properties.length === 0 ? {} : { properties: toRecordBytes(record.properties) }),
    ...(record.zones.length === 0 ? {} : { zones: record.zones.map(toRecordBytes) }),
    ...(record.collection === undefined ? {} : { collection: record.collection }),
  });
}

export interface ParsedZone {
  readonly id: string;
  readonly bytes: Buffer;
}

export interface ParsedCalendarRecord extends Omit<CalendarRecord, 'zones'> {
  /** Undefined for a calendar with nothing in it. */
  readonly parsed: Component | undefined;
  readonly zones: readonly ParsedZone[];
}

/** The record of a line that came from the peer, or undefined when any part of it is not what it should be. */
export function parseCalendarRecord(line: string): ParsedCalendarRecord | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const result = recordSchema.safeParse(json);
  if (!result.success) return undefined;
  const { data } = result;
  if (data.collection !== undefined && !isCollectionName(data.collection)) return undefined;
  const component = data.component === undefined ? undefined : componentOf(decode(data.component));
  const properties = data.properties === undefined ? Buffer.alloc(0) : headerOf(decode(data.properties));
  if (properties === undefined || (component === undefined && data.component !== undefined)) return undefined;
  const zones: ParsedZone[] = [];
  for (const each of data.zones ?? []) {
    const zone = componentOf(decode(each));
    if (zone?.parsed.zone === undefined) return undefined;
    zones.push({ id: zone.parsed.zone, bytes: zone.bytes });
  }
  const { calendar, collection } = data;
  return {
    ...{ component: component?.bytes ?? Buffer.alloc(0), parsed: component?.parsed },
    ...{ calendar, properties, zones, collection },
  };
}

function decode({ text, encoding }: z.infer<typeof encoded>): Buffer | undefined {
  const record: RecordBytes = encoding === undefined ? { text } : { text, encoding };
  return fromRecordBytes(record);
}

const OPEN = Buffer.from('BEGIN:VCALENDAR\n');
const CLOSE = Buffer.from('\nEND:VCALENDAR\n');

/** The pieces that `bytes` are when they stand in a calendar; undefined when they end it or are not whole. */
function innerPieces(bytes: Buffer) {
  const splitter = new CalendarSplitter();
  const pieces = [...splitter.push(Buffer.concat([OPEN, bytes, CLOSE])), ...splitter.end()];
  const inner = pieces.filter((piece) => piece.type !== 'gap');
  return inner[0]?.type === 'begin' && inner.at(-1)?.type === 'end' ? inner.slice(1, -1) : undefined;
}

/** The component that `bytes` are, and nothing else, wherever they stand in a calendar; undefined when they are not. */
export function componentOf(bytes: Buffer | undefined): { bytes: Buffer; parsed: Component } | undefined {
  if (bytes === undefined) return undefined;
  const inner = innerPieces(bytes);
  const only = inner?.[0];
  if (inner?.length !== 1 || only?.type !== 'component') return undefined;
  // The line end before our END of the calendar may have become part of it.
  const parsed = only.bytes.length >= bytes.length ? parseComponent(bytes) : undefined;
  return parsed === undefined ? undefined : { bytes, parsed };
}

function headerOf(bytes: Buffer | undefined): Buffer | undefined {
  if (bytes === undefined) return undefined;
  const inner = innerPieces(bytes);
  const isHeader = inner?.every((piece) => piece.type === 'properties') === true;
  return isHeader && parseHeader(bytes.toString('latin1')) !== undefined ? bytes : undefined;
}
