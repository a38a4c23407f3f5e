/**
 * One line of a card as it must be in a card of another version or with other line ends:
 * - in a card of the same version, as it was written;
 * - between 3.0 and 4.0, with the same value (the escapes are the same) and a new head;
 * - from 2.1, and from quoted-printable or another character set wherever that stands, decoded and escaped anew; to 2.1,
 *   in quoted-printable where a value has line breaks or is not ASCII.
 * Pictures become ENCODING=BASE64 in 2.1, ENCODING=b in 3.0, a data: URI in 4.0 (RFC 6350 section 6.2.4).
 *
 * What was converted is read again by another reader; what that does not find in it is kept as it was written.
 */
import { isUtf8 } from 'node:buffer';
import { foldLine, type Property } from '../content-line.ts';
import type { Card, CardLine } from './card.ts';
import { lettersOf } from './letters.ts';
import { parsePartialDate } from './partial-date.ts';
import {
  componentsOf,
  encodeQuotedPrintable,
  encodingOf,
  escapedTextOf,
  parameterValues,
  textOf,
  toLatin1,
  type Version,
} from './text-value.ts';
import { ENCODING_WORDS, isBinary, isStructured } from './comparable-property.ts';

/** Plain text of one value: here a comma or semicolon is always content. */
const PLAIN_TEXT = new Set(['FN', 'NOTE', 'TITLE', 'ROLE', 'LABEL', 'MAILER', 'SORT-STRING']);

const SYNTAX_PARAMETERS = new Set(['ENCODING', 'CHARSET', 'X-APPLE-OMIT-YEAR']);

/** Types of the property without what only says how the value is written. */
function typeWords(property: Property): string[] {
  const words = parameterValues(property, 'TYPE').flatMap((value) => value.replaceAll('"', '').split(','));
  return words
    .map((word) => word.trim())
    .filter((word) => word !== '' && !ENCODING_WORDS.has(word.toUpperCase()));
}

const TOKEN = /^[A-Za-z0-9-]+$/;

/** Parameters that say these types, each with its semicolon. */
export function typeParameter(words: readonly string[], version: Version): string {
  const plain = words.filter((word) => TOKEN.test(word));
  const quoted = words.filter((word) => !TOKEN.test(word)).map((word) => `;TYPE="${word}"`);
  if (plain.length === 0) return quoted.join('');
  const bare = version === '2.1' ? plain.map((word) => `;${word}`).join('') : `;TYPE=${plain.join(',')}`;
  return bare + quoted.join('');
}

function otherParameters(property: Property, dropped: ReadonlySet<string>): string {
  return property.parameters
    .filter((each) => each.name !== 'TYPE' && !SYNTAX_PARAMETERS.has(each.name) && !dropped.has(each.name))
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
  if (!isBinary(property.name)) return undefined;
  const match = /^data:(?:[^,;]*\/([^,;]*))?[^,]*;base64,([A-Za-z0-9+/=\s]*)$/i.exec(
    textOf(property, version),
  );
  if (match === null) return undefined;
  return { data: (match[2] ?? '').replace(/\s+/g, ''), format: (match[1] ?? '').toUpperCase() };
}

const MEDIA: Readonly<Record<string, string>> = {
  PHOTO: 'image',
  LOGO: 'image',
  'X-MS-CARDPICTURE': 'image',
  SOUND: 'audio',
  KEY: 'application',
};

/** What the format of the data and the new encoding say already. */
const BINARY_PARAMETERS = new Set(['VALUE', 'MEDIATYPE']);

function binaryLine(
  name: string,
  property: Property,
  binary: Binary,
  version: Version,
  lineEnd: string,
): string {
  const format = binary.format === '' ? '' : typeParameter([binary.format], version);
  const head = `${name}${otherParameters(property, BINARY_PARAMETERS)}`;
  // 2.1 ends base64 by a blank line.
  if (version === '2.1')
    return foldLine(`${head};ENCODING=BASE64${format}:${binary.data}`, lineEnd) + lineEnd + lineEnd;
  // A data: URI is a picture to readers of 4.0 only under the names that RFC 6350 gives.
  if (version === '3.0' || !isBinary(property.name))
    return foldLine(`${head};ENCODING=b${format}:${binary.data}`, lineEnd) + lineEnd;
  const subtype = binary.format === '' ? 'octet-stream' : binary.format.toLowerCase();
  const media = `${MEDIA[property.name] ?? 'application'}/${subtype}`;
  return foldLine(`${head}:data:${media};base64,${binary.data}`, lineEnd) + lineEnd;
}

/** Escapes for 3.0 and 4.0. Of a value whose structure we do not know, only what would be read as something else. */
function escapeText(text: string, separators: boolean): string {
  const escaped = text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return separators ? escaped.replace(/[,;]/g, '\\$&') : escaped;
}

const isPlainUtf8 = (property: Property): boolean =>
  encodingOf(property) === 'text' && isUtf8(Buffer.from(property.value, 'latin1'));

function textValue(property: Property, from: Version): string {
  if (from !== '2.1') {
    if (isPlainUtf8(property)) return property.value;
    return toLatin1(escapedTextOf(property).replace(/\n/g, '\\n'));
  }
  const value = isStructured(property.name)
    ? componentsOf(property, from)
        .map((part) => escapeText(part, false).replace(property.name === 'ADR' ? /[;,]/g : /;/g, '\\$&'))
        .join(';')
    : escapeText(textOf(property, from), PLAIN_TEXT.has(property.name));
  return toLatin1(value);
}

function textLine(property: Property, from: Version, to: Version, head: string, lineEnd: string): string {
  if (to !== '2.1') return foldLine(`${head}:${textValue(property, from)}`, lineEnd) + lineEnd;
  const value = PLAIN_TEXT.has(property.name)
    ? textOf(property, from)
    : componentsOf(property, from)
        .map((part) => part.replace(/;/g, '\\;'))
        .join(';');
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

/** The name in the case that its writer gave it. */
const writtenName = (line: CardLine, { group, nameEnd }: Property): string =>
  line.text.slice(group === undefined ? 0 : group.length + 1, nameEnd);

/** As the line was written, but for its group, its name and its line ends. */
function verbatim(line: CardLine, property: Property, from: Card, to: Card, { group, as }: Naming): string {
  const raw = from.text.slice(line.start, line.end);
  const prefix = group === undefined ? '' : `${group}.`;
  return withLineEnds(prefix + (as ?? writtenName(line, property)) + raw.slice(property.nameEnd), to.lineEnd);
}

/** Whether a reader that shares nothing with ours finds the same letters, digits and signs in what was made of a line. */
function readsTheSame(line: CardLine, from: Card, made: string): boolean {
  return lettersOf(from.text.slice(line.start, line.end)) === lettersOf(made);
}

export interface Naming {
  readonly group?: string | undefined;
  /** Another name than its own. */
  readonly as?: string;
}

/** One line of `from` as it must be in `to`, in that group and under that name when it is to have another. */
export function convertLine(line: CardLine, from: Card, to: Card, naming: Naming = {}): string {
  const { property } = line;
  const { lineEnd } = to;
  if (property === undefined) return withLineEnds(line.text, lineEnd);
  const bare = naming.as ?? writtenName(line, property);
  const name = naming.group === undefined ? bare : `${naming.group}.${bare}`;
  const date = yearlessDate(property, from, to);
  if (date !== undefined) {
    const value = to.version === '4.0' ? date.replace(/(\d)-/g, '$1') : date;
    return `${name}${otherParameters(property, VALUE_PARAMETER)}:${value}${lineEnd}`;
  }
  if (from.version === to.version) return verbatim(line, property, from, to, naming);
  const binary = binaryOf(property, from.version);
  if (binary !== undefined) return binaryLine(name, property, binary, to.version, lineEnd);
  const types = typeParameter(typeWords(property), to.version);
  const number = to.version === '4.0' ? undefined : telephoneUri(property, from.version);
  if (number !== undefined)
    return `${name}${types}${otherParameters(property, VALUE_PARAMETER)}:${number}${lineEnd}`;
  const head = name + types + otherParameters(property, NO_PARAMETERS);
  const made = textLine(property, from.version, to.version, head, lineEnd);
  return readsTheSame(line, from, made) ? made : verbatim(line, property, from, to, naming);
}
