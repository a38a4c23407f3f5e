/**
 * Content lines, the text that vCard (RFC 2426, RFC 6350 section 3.2, vCard 2.1) and iCalendar (RFC 5545 section 3.1)
 * share: physical lines from bytes, and from them the logical lines with their raw place, so that what nobody touches
 * can be written back byte for byte. Text is handled as latin1, one character a byte: real files mix encodings.
 */

import { LIMITS } from '../limits.ts';

/** A line longer than this is handed on in pieces, so that a line without an end cannot fill the memory. */
const PIECE_BYTES = 1024 * 1024;
const CR = 13;
const LF = 10;

export interface PhysicalLine {
  /** With its line end. */
  readonly bytes: Buffer;
  /** False for a later piece of a very long line. */
  readonly starts: boolean;
}

/**
 * Cuts bytes into physical lines. A line ends at LF, or at CRs with or without a LF after them: some iPhones write
 * CR CR LF inside PHOTO. The lines one after another are the input.
 */
export class LineSplitter {
  #parts: Buffer[] = [];
  #bufferedBytes = 0;
  #starts = true;
  #afterCr = false;

  /** The lines that end within `chunk`. They share its memory. */
  push(chunk: Buffer): PhysicalLine[] {
    const lines: PhysicalLine[] = [];
    let at = 0;
    if (this.#afterCr && chunk.length > 0) {
      while (chunk[at] === CR) at++;
      if (at === chunk.length) {
        this.#hold(chunk, lines);
        return lines;
      }
      if (chunk[at] === LF) at++;
      this.#parts.push(chunk.subarray(0, at));
      this.#flush(lines, true);
      this.#afterCr = false;
    }
    let lf = chunk.indexOf(LF, at);
    let cr = chunk.indexOf(CR, at);
    while (lf >= 0 || cr >= 0) {
      let end = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf;
      if (end === cr) {
        while (chunk[end] === CR) end++;
        if (end === chunk.length) {
          this.#afterCr = true;
          break;
        }
        if (chunk[end] === LF) end++;
      } else {
        end++;
      }
      this.#parts.push(chunk.subarray(at, end));
      this.#flush(lines, true);
      at = end;
      if (lf >= 0 && lf < at) lf = chunk.indexOf(LF, at);
      if (cr >= 0 && cr < at) cr = chunk.indexOf(CR, at);
    }
    if (at < chunk.length) this.#hold(chunk.subarray(at), lines);
    return lines;
  }

  /** What is left when the input has ended: a last line that has no line end. */
  end(): PhysicalLine[] {
    const lines: PhysicalLine[] = [];
    if (this.#parts.length > 0) this.#flush(lines, true);
    this.#afterCr = false;
    return lines;
  }

  #hold(bytes: Buffer, lines: PhysicalLine[]): void {
    this.#parts.push(bytes);
    this.#bufferedBytes += bytes.length;
    if (this.#bufferedBytes >= PIECE_BYTES) this.#flush(lines, false);
  }

  #flush(lines: PhysicalLine[], ends: boolean): void {
    const first = this.#parts[0];
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    lines.push({ bytes, starts: this.#starts });
    this.#parts = [];
    this.#bufferedBytes = 0;
    this.#starts = ends;
  }
}

/** A logical line: `text` is unfolded and has no line end; `start` to `end` is where it stands, line ends included. */
export interface ContentLine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const STRUCTURE = /^(?:BEGIN|END)[ \t]*:[ \t]*[A-Za-z0-9-]+[ \t]*$/i;
const QUOTED_PRINTABLE_HEAD = /;(?:ENCODING=)?"?QUOTED-PRINTABLE/i;
/** Some writers say it twice: `ENCODING=b,b`. */
const BASE64_HEAD = /;(?:ENCODING=)?"?(?:BASE64|B)"?(?:[;,]|$)/i;
const SOFT_BREAK = /=[ \t]*$/;
const BARE_BASE64 = /^[A-Za-z0-9+/]+=*[ \t]*$/;

/**
 * The logical lines of a card or component. Quirks that real files need:
 * - QUOTED-PRINTABLE values go on while a line ends in `=`, and are not folded;
 * - a line that is only BEGIN: or END: always stands for itself, even after a stray `=`;
 * - BASE64 values go on over bare base64 lines without the leading blank;
 * - blank lines belong to the line before them.
 */
export function* contentLines(text: string): Generator<ContentLine> {
  const lines = physicalLines(text);
  let next = lines.next();
  while (next.done !== true) {
    const { start } = next.value;
    let { end } = next.value;
    const first = next.value.text;
    const parts = [first];
    const colon = headEnd(first);
    const head = colon < 0 ? first : first.slice(0, colon);
    next = lines.next();
    if (QUOTED_PRINTABLE_HEAD.test(head)) {
      let last = first;
      while (next.done !== true && SOFT_BREAK.test(last) && !STRUCTURE.test(next.value.text)) {
        parts[parts.length - 1] = last.replace(SOFT_BREAK, '');
        // A writer that also folds begins the rest with a blank before its first `=XX`.
        last = next.value.text.replace(/^[ \t](?==)/, '');
        parts.push(last);
        end = next.value.end;
        next = lines.next();
      }
    } else {
      const base64 = BASE64_HEAD.test(head);
      while (next.done !== true) {
        const line = next.value.text;
        const folded = line.startsWith(' ') || line.startsWith('\t');
        if (!folded && !(base64 && BARE_BASE64.test(line))) break;
        parts.push(base64 ? line.trim() : line.slice(1));
        end = next.value.end;
        next = lines.next();
      }
    }
    while (next.done !== true && next.value.text === '') {
      end = next.value.end;
      next = lines.next();
    }
    yield { text: parts.length === 1 ? first : parts.join(''), start, end };
  }
}

function* physicalLines(text: string): Generator<ContentLine> {
  let at = 0;
  let lf = text.indexOf('\n');
  let cr = text.indexOf('\r');
  while (at < text.length) {
    const stop = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf;
    const stopAt = stop < 0 ? text.length : stop;
    let end = stopAt;
    while (text.charCodeAt(end) === CR) end++;
    if (text.charCodeAt(end) === LF) end++;
    yield { text: text.slice(at, stopAt), start: at, end };
    at = end;
    if (lf >= 0 && lf < at) lf = text.indexOf('\n', at);
    if (cr >= 0 && cr < at) cr = text.indexOf('\r', at);
  }
}

/** Where the head of a content line ends: its first colon outside quotes (the first of all when a quote is left open). */
function headEnd(line: string): number {
  const first = line.indexOf(':');
  const quote = line.indexOf('"');
  if (quote < 0 || first < quote) return first;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x22) quoted = !quoted;
    else if (code === 0x3a && !quoted) return at;
  }
  return first;
}

export interface Parameter {
  /** Upper case; `TYPE` for a bare parameter, as vCard 2.1 has them. */
  readonly name: string;
  /** As written, quotes included. */
  readonly value: string;
  readonly bare: boolean;
}

export interface Property {
  readonly group: string | undefined;
  /** Upper case. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** As written: latin1, still escaped and encoded. */
  readonly value: string;
  /** Characters of the group, its dot and the name. */
  readonly nameEnd: number;
}

/** An `X-` name may hold what a writer likes (`X-messaging/skype-All`, KDE); nothing else begins a line that way. */
const HEAD = /^(?:([A-Za-z0-9_-]+)\.)?(X-[^\s:;"]+|[A-Za-z0-9_-]+)[ \t]*((?:;[\s\S]*)?)$/i;

/** What stands between the semicolons outside quotes; `text` begins with one. */
function parameterTexts(text: string): string[] {
  if (!text.includes('"')) return text.split(';').slice(1);
  const texts: string[] = [];
  let from = 1;
  let quoted = false;
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) quoted = !quoted;
    else if (code === 0x3b && !quoted) {
      texts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...texts, text.slice(from)];
}

/** The parts of a logical line, or undefined when it is no property. RFC 6350 section 3.3, and vCard 2.1. */
export function parseProperty(line: string): Property | undefined {
  const colon = headEnd(line);
  // The expressions below would run out of stack on a head of megabytes.
  if (colon < 0 || colon > LIMITS.lineHeadCharacters) return undefined;
  const match = HEAD.exec(line.slice(0, colon));
  const name = match?.[2];
  if (match === null || name === undefined) return undefined;
  const group = match[1];
  const parameters: Parameter[] = [];
  for (const text of parameterTexts(match[3] ?? '')) {
    const equals = text.indexOf('=');
    if (text.trim() === '') continue;
    if (equals < 0) parameters.push({ name: 'TYPE', value: text.trim(), bare: true });
    else {
      const value = text.slice(equals + 1).trim();
      parameters.push({ name: text.slice(0, equals).trim().toUpperCase(), value, bare: false });
    }
  }
  return {
    group,
    name: name.toUpperCase(),
    parameters,
    value: line.slice(colon + 1),
    nameEnd: (group === undefined ? 0 : group.length + 1) + name.length,
  };
}

/**
 * Folds a line at 75 octets without its line end, never inside a UTF-8 sequence (RFC 6350 section 3.2). Takes and
 * gives latin1 text.
 */
export function foldLine(line: string, lineEnd: string): string {
  if (line.length <= 75) return line;
  const parts: string[] = [];
  let at = 0;
  while (at < line.length) {
    // Every part after the first carries the blank that marks it as folded.
    let end = Math.min(line.length, at + (at === 0 ? 75 : 74));
    while (end < line.length && end > at + 1 && (line.charCodeAt(end) & 0xc0) === 0x80) end--;
    parts.push(line.slice(at, end));
    at = end;
  }
  return parts.join(`${lineEnd} `);
}
