/**
 * A second reader of content lines, which shares no code with the first: it knows no properties and no escapes, only which
 * letters, digits and signs a value holds. It checks what was converted between versions: a decoder that reads a value wrong
 * would find its own fault again and call it right.
 */
import { TextDecoder } from 'node:util';

const NAMED_SET = /;\s*charset\s*=\s*"?([^";:]+)/i;

function unfolded(line: string): string {
  const isQuotedPrintable = /^[^:]*;(?:encoding=)?"?quoted-printable/i.test(line);
  return isQuotedPrintable ? line.replace(/=[ \t]*\r*\n[ \t]*/g, '') : line.replace(/\r*\n[ \t]/g, '');
}

function bytesOf(value: string, isQuotedPrintable: boolean): Buffer {
  if (!isQuotedPrintable) return Buffer.from(value, 'latin1');
  const bytes: number[] = [];
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    const pair = value.slice(at + 1, at + 3);
    const isCoded = code === 0x3d && /^[0-9a-f]{2}$/i.test(pair);
    bytes.push(isCoded ? Number.parseInt(pair, 16) : code);
    if (isCoded) at += 2;
  }
  return Buffer.from(bytes);
}

function read(bytes: Buffer, charset: string | undefined): string {
  for (const name of ['utf-8', charset ?? 'windows-1252', 'windows-1252']) {
    try {
      return new TextDecoder(name, { fatal: true }).decode(bytes);
    } catch {
      // Other bytes than that set has, or no set of that name.
    }
  }
  return bytes.toString('latin1');
}

/**
 * The letters, digits and signs of a line's value in their order, as it is written in a file (latin1, one character a byte,
 * folded, encoded). Line breaks are none of them, however they are written.
 */
export function lettersOf(line: string): string {
  const text = unfolded(line);
  // A colon within quotes ends no head.
  const head = /^(?:"[^"]*"|[^":])*/.exec(text.slice(0, 4096))?.[0] ?? '';
  const isQuotedPrintable = /quoted-printable/i.test(head);
  const bytes = bytesOf(text.slice(head.length + 1), isQuotedPrintable);
  return read(bytes, NAMED_SET.exec(head)?.[1]?.trim())
    .replace(/\\n/gi, '')
    .replace(/[^\p{L}\p{N}\p{M}\p{S}\p{Co}]+/gu, '')
    .normalize('NFC');
}
