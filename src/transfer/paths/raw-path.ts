/**
 * Names that are no UTF-8, as old cameras, archives and disks of other systems leave them. On this device each byte that
 * is not part of a character is a lone surrogate, U+DC80 to U+DCFF (Python's `surrogateescape`, PEP 383), so that paths
 * stay strings. On the way such a byte is `‛` (U+201B) and two hexadecimal digits, and so it arrives.
 */

const LONE = /(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]/;
const MARK = '\u201B';
/** An escaped byte, or an escaped mark; a name in which something looks like one is escaped, too. */
const ESCAPED = /\u201B(?:\u201B|([89A-F][0-9A-F]))/;
const REPLACEMENT = '\uFFFD';
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);
const LONGEST = 4;

/** A name as a string, whatever its bytes. */
export function decodeName(bytes: Buffer): string {
  let name = '';
  for (let start = 0; start < bytes.length;) {
    const character = characterAt(bytes, start);
    name += character ?? String.fromCharCode(0xdc00 + (bytes[start] ?? 0));
    start += character === undefined ? 1 : Buffer.byteLength(character);
  }
  return name;
}

/** The path as Node takes it: bytes where a string would not be the same. */
export function toPath(path: string): string | Buffer {
  if (!LONE.test(path)) return path;
  const parts: Buffer[] = [];
  for (const character of path) {
    const isByte = LONE.test(character);
    parts.push(isByte ? Buffer.from([character.charCodeAt(0) - 0xdc00]) : Buffer.from(character));
  }
  return Buffer.concat(parts);
}

/** The name under which it travels. In a name that is escaped, each mark of its own is doubled. */
export function travelName(name: string): string {
  if (!LONE.test(name) && !ESCAPED.test(name)) return name;
  let travelled = '';
  for (const character of name) {
    if (LONE.test(character))
      travelled += MARK + (character.charCodeAt(0) - 0xdc00).toString(16).toUpperCase();
    else travelled += character === MARK ? MARK + MARK : character;
  }
  return travelled;
}

/** The name on this device of one that `travelName` made. */
export function nameOnDevice(travelled: string): string {
  if (!travelled.includes(MARK)) return travelled;
  return travelled.replaceAll(new RegExp(ESCAPED, 'g'), (_, hex: string | undefined) =>
    hex === undefined ? MARK : String.fromCharCode(0xdc00 + Number.parseInt(hex, 16)),
  );
}

/** The character that begins there, undefined when none does. */
function characterAt(bytes: Buffer, start: number): string | undefined {
  for (let length = 1; length <= LONGEST && start + length <= bytes.length; length += 1) {
    const part = bytes.subarray(start, start + length);
    const text = part.toString('utf8');
    if (!text.includes(REPLACEMENT) || part.equals(REPLACEMENT_BYTES)) return text;
  }
  return undefined;
}
