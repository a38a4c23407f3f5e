/**
 * Writes what one card says more into another card of the same person. The destination's lines stay as they are, byte
 * for byte; new ones come before its END, in its version and with its line ends:
 * - from a card of the same version, as they were written;
 * - between 3.0 and 4.0, with the same value (the escapes are the same) and a new head;
 * - from 2.1, decoded and escaped anew; to 2.1, in quoted-printable where a value has line breaks or is not ASCII.
 * Pictures become ENCODING=BASE64 in 2.1, ENCODING=b in 3.0, a data: URI in 4.0 (RFC 6350 section 6.2.4).
 */
import { foldLine, type Property } from '../content-line.ts';
import type { Card, CardLine } from './card.ts';
import { parsePartialDate } from './partial-date.ts';
import {
  componentsOf,
  encodeQuotedPrintable,
  encodingOf,
  parameterValues,
  textOf,
  toLatin1,
  type Version,
} from './text-value.ts';
import { isBinary, isStructured, sameValue, type Unit } from './unit.ts';

/** Plain text of one value: here a comma or semicolon is always content. */
const PLAIN_TEXT = new Set(['FN', 'NOTE', 'TITLE', 'ROLE', 'LABEL', 'MAILER', 'SORT-STRING']);

const ENCODING_WORDS = new Set(['QUOTED-PRINTABLE', 'BASE64', '8BIT', '7BIT']);
const ENCODING_PARAMETERS = new Set(['ENCODING', 'CHARSET', 'X-APPLE-OMIT-YEAR']);

/** Types of the property without what only says how the value is written. */
function typeWords(property: Property): string[] {
  const words = parameterValues(property, 'TYPE').flatMap((value) => value.replaceAll('"', '').split(','));
  return words
    .map((word) => word.trim())
    .filter((word) => word !== '' && !ENCODING_WORDS.has(word.toUpperCase()));
}

function typeParameter(words: readonly string[], version: Version): string {
  if (words.length === 0) return '';
  if (version === '2.1') return words.map((word) => `;${word}`).join('');
  return `;TYPE=${words.join(',')}`;
}

function otherParameters(property: Property, dropped: ReadonlySet<string>): string {
  return property.parameters
    .filter((each) => each.name !== 'TYPE' && !ENCODING_PARAMETERS.has(each.name) && !dropped.has(each.name))
    .map((each) => `;${each.name}=${each.value}`)
    .join('');
}

interface Binary {
  /** Base64 without blanks. */
  readonly data: string;
  /** `JPEG`, or empty when it is not said. */
  readonly format: string;
}

/** The bytes a property holds itself, or undefined when it holds an address or a text. */
function binaryOf(property: Property, version: Version): Binary | undefined {
  if (encodingOf(property) === 'base64') {
    const format = typeWords(property)[0] ?? parameterValues(property, 'MEDIATYPE')[0] ?? '';
    return { data: property.value.replace(/\s+/g, ''), format: format.replace(/^.*\//, '').toUpperCase() };
  }
  const match = /^data:(?:[^,;]*\/([^,;]*))?[^,]*;base64,([A-Za-z0-9+/=\s]*)$/i.exec(
    textOf(property, version),
  );
  if (match === null) return undefined;
  return { data: (match[2] ?? '').replace(/\s+/g, ''), format: (match[1] ?? '').toUpperCase() };
}

const MEDIA: Readonly<Record<string, string>> = {
  PHOTO: 'image',
  LOGO: 'image',
  SOUND: 'audio',
  KEY: 'application',
};

function binaryLine(name: string, binary: Binary, version: Version, lineEnd: string): string {
  const format = binary.format === '' ? '' : typeParameter([binary.format], version);
  // 2.1 ends base64 by a blank line.
  if (version === '2.1')
    return foldLine(`${name};ENCODING=BASE64${format}:${binary.data}`, lineEnd) + lineEnd + lineEnd;
  if (version === '3.0') return foldLine(`${name};ENCODING=b${format}:${binary.data}`, lineEnd) + lineEnd;
  const media = `${MEDIA[name] ?? 'application'}/${binary.format === '' ? 'octet-stream' : binary.format.toLowerCase()}`;
  return foldLine(`${name}:data:${media};base64,${binary.data}`, lineEnd) + lineEnd;
}

/** Escapes for 3.0 and 4.0. Of a value whose structure we do not know, only what would be read as something else. */
function escapeText(text: string, separators: boolean): string {
  const escaped = text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return separators ? escaped.replace(/[,;]/g, '\\$&') : escaped;
}

function textLine(property: Property, from: Version, to: Version, head: string, lineEnd: string): string {
  if (to !== '2.1') {
    if (from !== '2.1') return foldLine(`${head}:${property.value}`, lineEnd) + lineEnd;
    const value = isStructured(property.name)
      ? componentsOf(property, from)
          .map((part) => escapeText(part, false).replace(/;/g, '\\;'))
          .join(';')
      : escapeText(textOf(property, from), PLAIN_TEXT.has(property.name));
    return foldLine(`${head}:${toLatin1(value)}`, lineEnd) + lineEnd;
  }
  const value = isStructured(property.name)
    ? componentsOf(property, from)
        .map((part) => part.replace(/;/g, '\\;'))
        .join(';')
    : textOf(property, from);
  if (/^[\x20-\x7e]*$/.test(value)) return `${head}:${value}${lineEnd}`;
  const encoded = encodeQuotedPrintable(value.replace(/\n/g, '\r\n'), lineEnd);
  return `${head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:${encoded}${lineEnd}`;
}

const NO_PARAMETERS: ReadonlySet<string> = new Set();
const VALUE_PARAMETER: ReadonlySet<string> = new Set(['VALUE']);

/** The number of a plain `tel:` URI (RFC 3966), which only 4.0 cards hold. */
function telephoneUri(property: Property, version: Version): string | undefined {
  if (property.name !== 'TEL') return undefined;
  return /^tel:(\+?[\d().-]+)$/i.exec(textOf(property, version).trim())?.[1];
}

/** One line of `from` as it must be in a card of version `to`. */
function convertLine(line: CardLine, from: Card, to: Card, group: string | undefined): string {
  const { property } = line;
  const { lineEnd } = to;
  if (property === undefined) return withLineEnds(line.text, lineEnd);
  const date = yearlessDate(property, from, to);
  const name = group === undefined ? property.name : `${group}.${property.name}`;
  if (date !== undefined) {
    const value = to.version === '4.0' ? date.replace(/(\d)-/g, '$1') : date;
    return `${name}${otherParameters(property, NO_PARAMETERS)}:${value}${lineEnd}`;
  }
  if (from.version === to.version) {
    const raw = from.text.slice(line.start, line.end);
    const groupLength = property.group === undefined ? 0 : property.group.length + 1;
    return withLineEnds(group === undefined ? raw : `${group}.${raw.slice(groupLength)}`, lineEnd);
  }
  if (isBinary(property.name)) {
    const binary = binaryOf(property, from.version);
    if (binary !== undefined) return binaryLine(name, binary, to.version, lineEnd);
  }
  const types = typeParameter(typeWords(property), to.version);
  const number = to.version === '4.0' ? undefined : telephoneUri(property, from.version);
  if (number !== undefined)
    return `${name}${types}${otherParameters(property, VALUE_PARAMETER)}:${number}${lineEnd}`;
  return textLine(
    property,
    from.version,
    to.version,
    name + types + otherParameters(property, NO_PARAMETERS),
    lineEnd,
  );
}

/**
 * `--04-12` for a date without a year that cannot stay as it is written: Apple's 1604, which nobody must ever see as a
 * year, and the short form of 4.0. Undefined for any other value.
 */
function yearlessDate(property: Property, from: Card, to: Card): string | undefined {
  if (property.name !== 'BDAY' && property.name !== 'X-ABDATE' && !property.name.endsWith('ANNIVERSARY'))
    return undefined;
  const text = textOf(property, from.version);
  const date = parsePartialDate(text, parameterValues(property, 'X-APPLE-OMIT-YEAR')[0]);
  if (date?.startsWith('--') !== true) return undefined;
  return from.version !== to.version || !text.trim().startsWith('--') ? date : undefined;
}

function withLineEnds(text: string, lineEnd: string): string {
  const lines = text.replace(/\r+\n?|\n/g, lineEnd);
  return lines.endsWith(lineEnd) ? lines : lines + lineEnd;
}

function* freeGroups(card: Card): Generator<string, never> {
  const taken = new Set(card.lines.map((line) => line.property?.group?.toLowerCase()));
  for (let number = 1; ; number++) if (!taken.has(`item${number}`)) yield `item${number}`;
}

/**
 * The bytes of `to` with `units` of `from` added. A number or address that `to` has without any type is given the
 * type instead of standing there twice.
 */
export function addUnits(to: Card, known: readonly Unit[], from: Card, units: readonly Unit[]): Buffer {
  const groups = freeGroups(to);
  const typed = new Map<number, string>();
  let added = '';
  for (const unit of units) {
    const place = untypedPlace(known, unit, typed);
    if (place !== undefined) {
      typed.set(place, typeParameter([...unit.types], to.version));
      continue;
    }
    const inGroup = unit.lines[0]?.property?.group !== undefined;
    const group = inGroup ? groups.next().value : undefined;
    for (const line of unit.lines) added += convertLine(line, from, to, group);
  }
  const uid = to.lines.some((line) => line.property?.name === 'UID')
    ? undefined
    : from.lines.find((line) => line.property?.name === 'UID');
  if (uid !== undefined) added += convertLine(uid, from, to, undefined);
  let text = '';
  let at = 0;
  for (const [place, parameter] of [...typed].sort(([a], [b]) => a - b)) {
    text += to.text.slice(at, place) + parameter;
    at = place;
  }
  text += to.text.slice(at, to.endAt);
  return Buffer.from(withOpenLineEnded(text, to.lineEnd) + added + to.text.slice(to.endAt), 'latin1');
}

const withOpenLineEnded = (text: string, lineEnd: string): string =>
  /[\r\n]$/.test(text) ? text : text + lineEnd;

/** Where to put the types of `unit` into the destination, when it has the same value there and says no type of it. */
function untypedPlace(
  known: readonly Unit[],
  unit: Unit,
  typed: ReadonlyMap<number, string>,
): number | undefined {
  if (!['TEL', 'EMAIL', 'ADR'].includes(unit.name) || unit.types.size === 0) return undefined;
  for (const type of unit.types) if (!/^[A-Z0-9-]+$/.test(type)) return undefined;
  for (const each of known) {
    const [line] = each.lines;
    if (line?.property === undefined || each.types.size > 0 || !sameValue(each, unit)) continue;
    const place = line.start + line.property.nameEnd;
    if (!typed.has(place)) return place;
  }
  return undefined;
}
