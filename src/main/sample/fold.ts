/**
 * Lines of vCard and iCalendar files, written the way the programs that are imitated write them.
 */

const LINE_BYTES = 75;
const ANDROID_BASE64_CHARACTERS = 72;

/** Folds at 75 octets, never inside a character (RFC 6350, section 3.2; RFC 5545, section 3.1), and ends the line. */
export function folded(line: string): string {
  if (Buffer.byteLength(line) <= LINE_BYTES) return `${line}\r\n`;
  let out = '';
  let bytes = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > LINE_BYTES) {
      out += '\r\n ';
      bytes = 1;
    }
    out += character;
    bytes += size;
  }
  return `${out}\r\n`;
}

/** Escapes a text value of vCard 3.0 or iCalendar (RFC 2426, section 4; RFC 5545, section 3.3.11). */
export const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');

/** Components of a structured value. */
export const structured = (...components: readonly string[]): string => components.map(escaped).join(';');

const ASCII = /^[\x20-\x7e]*$/;

/**
 * A property of vCard 2.1 as Android writes it: quoted-printable byte for byte with soft line breaks when it has more
 * than ASCII in it, plain otherwise. Like Android's, a value that ends where a line is full ends in a soft line break
 * with nothing behind it. Source: AOSP VCardBuilder.
 */
export function androidProperty(name: string, ...components: readonly string[]): string {
  const values = components.map((component) => component.replace(/[\\;]/g, '\\$&'));
  if (values.every((value) => ASCII.test(value))) return `${name}:${values.join(';')}\r\n`;
  let out = `${name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:`;
  let column = 0;
  for (const byte of Buffer.from(values.join(';').replace(/\n/g, '\r\n'))) {
    const plainSemicolon = byte === 0x3b;
    out += plainSemicolon ? ';' : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    column += plainSemicolon ? 1 : 3;
    if (column >= 67) {
      out += '=\r\n';
      column = 0;
    }
  }
  return `${out}\r\n`;
}

/** A photo of vCard 2.1 as Android writes it: folded base64, then an empty line. */
export function androidPhoto(jpeg: Buffer): string {
  const lines =
    jpeg.toString('base64').match(new RegExp(`.{1,${String(ANDROID_BASE64_CHARACTERS)}}`, 'g')) ?? [];
  return `PHOTO;ENCODING=BASE64;JPEG:${lines.join('\r\n ')}\r\n\r\n`;
}
