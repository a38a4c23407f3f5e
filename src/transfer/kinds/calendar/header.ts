/** The properties of a calendar itself: which calendar it is, and what it adds to another copy of it. */
import { contentLines, parseProperty } from '../content-line.ts';

export interface HeaderProperty {
  readonly name: string;
  readonly value: string;
  /** As written, with its line ends. */
  readonly raw: string;
}

/** The properties of calendar-level lines; undefined when a line is none. Latin1 text. */
export function parseHeader(text: string): HeaderProperty[] | undefined {
  const properties: HeaderProperty[] = [];
  for (const line of contentLines(text)) {
    const property = parseProperty(line.text);
    if (property === undefined) return undefined;
    properties.push({
      name: property.name,
      value: property.value.trim(),
      raw: text.slice(line.start, line.end),
    });
  }
  return properties;
}

/**
 * Two copies with the same identity are one calendar. The name makes it; a method (an invitation, a cancellation), a
 * calendar system and an older format change what its components mean, so those stay in calendars of their own.
 */
export function calendarIdentity(header: readonly HeaderProperty[]): string {
  const value = (...names: string[]): string =>
    header.find((each) => names.includes(each.name) && each.value !== '')?.value ?? '';
  const orElse = (text: string, usual: string): string =>
    text.toUpperCase() === usual ? '' : text.toUpperCase();
  return JSON.stringify([
    value('X-WR-CALNAME', 'NAME'),
    orElse(value('METHOD'), 'PUBLISH'),
    orElse(value('CALSCALE'), 'GREGORIAN'),
    value('VERSION') === '1.0' ? '1.0' : '',
  ]);
}

const PLAIN_METHODS = new Set(['', 'PUBLISH', 'REQUEST']);

/**
 * Whether the components are messages about events rather than events: a reply says only who comes. RFC 5546 section
 * 1.4. One must never take the place of the event itself.
 */
export function holdsMessages(header: readonly HeaderProperty[]): boolean {
  const method = header.find((each) => each.name === 'METHOD')?.value ?? '';
  return !PLAIN_METHODS.has(method.toUpperCase());
}

/** Properties RFC 5545 section 3.6 asks of every calendar; some sources leave them out. */
export const REQUIRED: readonly HeaderProperty[] = [
  { name: 'VERSION', value: '2.0', raw: 'VERSION:2.0\r\n' },
  { name: 'PRODID', value: '-//OpenMover//OpenMover//EN', raw: 'PRODID:-//OpenMover//OpenMover//EN\r\n' },
];

/** Of `offered`, those whose name is not in `names` yet; names given are added to it. */
export function newProperties(names: Set<string>, offered: readonly HeaderProperty[]): HeaderProperty[] {
  const before = new Set(names);
  for (const { name } of offered) names.add(name);
  return offered.filter(({ name }) => !before.has(name));
}
