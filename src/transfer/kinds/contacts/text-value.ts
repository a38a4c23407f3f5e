/**
 * Values of vCard properties as text: quoted-printable and character sets of 2.1, escapes of 2.1, 3.0 and 4.0.
 * RFC 2045 section 6.7, RFC 2426 section 5, RFC 6350 section 3.4.
 */
import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { Property } from '../content-line.ts';

export type Version = '2.1' | '3.0' | '4.0';

const unquote = (text: string): string => text.replace(/^"([\s\S]*)"$/, '$1');

/** The values of a parameter, quotes removed; a list in one parameter is still one value. */
export function parameterValues(property: Property, name: string): string[] {
  return property.parameters.filter((each) => each.name === name).map((each) => unquote(each.value));
}

export type Encoding = 'text' | 'quoted-printable' | 'base64';

/** How the value is encoded; vCard 2.1 may say so by a bare parameter. */
export function encodingOf(property: Property): Encoding {
  for (const { name, value, bare } of property.parameters) {
    if (name !== 'ENCODING' && !bare) continue;
    for (const word of unquote(value).toUpperCase().split(',')) {
      if (word === 'QUOTED-PRINTABLE') return 'quoted-printable';
      if (word === 'BASE64' || (word === 'B' && !bare)) return 'base64';
    }
  }
  return 'text';
}

function decodeQuotedPrintable(text: string): string {
  return text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Character sets of which every byte is a character: they never show that they were named in error. */
const SINGLE_BYTE = /^(?:us-ascii|ascii|iso-?8859|latin|windows-125|cp125|x-mac|macintosh|koi8)/i;

function decodeStrictly(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Other bytes than the name says, or a name no decoder knows.
    return undefined;
  }
}

/**
 * Character sets are often named in error. Bytes beyond ASCII that are well-formed UTF-8 are hardly ever anything else, so
 * the name of a single-byte set does not count for them; bytes that do not fit the name are UTF-8 or windows-1252.
 */
function decodeCharset(bytes: Buffer, charset: string | undefined): string {
  const declared = charset?.trim();
  const isSingle = declared === undefined || declared === '' || SINGLE_BYTE.test(declared);
  if (isSingle && isUtf8(bytes)) return bytes.toString('utf8');
  const named = declared === undefined ? undefined : decodeStrictly(bytes, declared);
  if (named !== undefined) return named;
  return isUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder('windows-1252').decode(bytes);
}

/** A raw value, or one component of it, as text, still escaped. */
function decode(raw: string, property: Property): string {
  const latin1 = encodingOf(property) === 'quoted-printable' ? decodeQuotedPrintable(raw) : raw;
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  return decodeCharset(Buffer.from(latin1, 'latin1'), parameterValues(property, 'CHARSET')[0]);
}

/** 2.1 knows only `\;`, and real writers use `\n`; a backslash before anything else is a backslash there. */
function unescapeText(text: string, version: Version): string {
  if (!text.includes('\\')) return text;
  if (version === '2.1') return text.replace(/\\([nN;])/g, (_, c: string) => (c === ';' ? ';' : '\n'));
  return text.replace(/\\([\s\S])/g, (_, c: string) => (c === 'n' || c === 'N' ? '\n' : c));
}

/** The value decoded and with its escapes, line breaks as LF. */
export const escapedTextOf = (property: Property): string =>
  decode(property.value, property).replace(/\r\n?/g, '\n');

/** The value as text, line breaks as LF. */
export function textOf(property: Property, version: Version): string {
  return unescapeText(decode(property.value, property), version).replace(/\r\n?/g, '\n');
}

/**
 * The components of a structured value (N, ADR, ORG …). Split before decoding: a semicolon that is content is
 * written `\;` or, in quoted-printable, `=3B`.
 */
export function componentsOf(property: Property, version: Version): string[] {
  const raw: string[] = [];
  let part = '';
  for (let at = 0; at < property.value.length; at++) {
    const c = property.value.charAt(at);
    if (c === '\\' && at + 1 < property.value.length) part += c + property.value.charAt(++at);
    else if (c === ';') {
      raw.push(part);
      part = '';
    } else part += c;
  }
  raw.push(part);
  return raw.map((each) => unescapeText(decode(each, property), version).replace(/\r\n?/g, '\n').trim());
}

/** UTF-8 text as the latin1 characters that lines are made of. */
export const toLatin1 = (text: string): string =>
  /[^\0-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;

/** Quoted-printable of UTF-8 text with soft breaks at 72 characters, RFC 2045 section 6.7. */
export function encodeQuotedPrintable(text: string, lineEnd: string): string {
  let out = '';
  let column = 0;
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x3d;
    // A blank is written as itself unless it could end a line.
    const piece =
      plain && byte !== 0x20
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    if (column + piece.length > 72) {
      out += `=${lineEnd}`;
      column = 0;
    }
    out += piece;
    column += piece.length;
  }
  return out;
}
