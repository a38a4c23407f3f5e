/**
 * Bytes of an XML file to text, chunk by chunk: UTF-8 with or without a byte order mark, UTF-16 of either order, and
 * whatever else the XML declaration names and the runtime knows (XML 1.0, appendix F).
 */
import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import { TextDecoder } from 'node:util';

/**
 * Stands in the text where the bytes were not valid in the file's encoding. Illegal in XML, so that the record it
 * stands in fails, instead of a damaged message passing for the real one.
 */
export const UNDECODABLE = '\uffff';

/** Enough to see the byte order mark and the XML declaration. */
const HEAD_BYTES = 256;

/**
 * Bytes decoded, and so parsed, at once. Fewer records at a time die young in V8's heap: reading 600,000 messages took
 * 125 MB of memory with 16 KiB, 227 MB with 64 KiB and 295 MB with 256 KiB, at the same speed.
 */
const PIECE_BYTES = 16 * 1024;

export type XmlEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'other' | 'unknown';

interface Decoder {
  push(bytes: Buffer): string;
  end(): string;
}

const REPLACEMENT_BYTES = Buffer.from('\ufffd');
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** Length of the UTF-8 sequence that begins at the end of `bytes` and goes on in the next chunk; 0 if none. */
function unfinishedLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Marks what is not UTF-8, and leaves a U+FFFD that really is in the text alone. */
function decodeMarked(bytes: Buffer): string {
  const pieces: string[] = [];
  for (let from = 0; from <= bytes.length;) {
    const found = bytes.indexOf(REPLACEMENT_BYTES, from);
    const to = found === -1 ? bytes.length : found;
    pieces.push(bytes.toString('utf8', from, to).replaceAll('\ufffd', UNDECODABLE));
    from = found === -1 ? bytes.length + 1 : to + REPLACEMENT_BYTES.length;
  }
  return pieces.join('\ufffd');
}

class Utf8Decoder implements Decoder {
  #carried: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): string {
    const whole = this.#carried.length === 0 ? bytes : Buffer.concat([this.#carried, bytes]);
    const unfinished = unfinishedLength(whole);
    const ready = whole.subarray(0, whole.length - unfinished);
    this.#carried = Buffer.from(whole.subarray(ready.length));
    return isUtf8(ready) ? ready.toString('utf8') : decodeMarked(ready);
  }

  end(): string {
    return this.#carried.length === 0 ? '' : UNDECODABLE;
  }
}

class Utf16Decoder implements Decoder {
  readonly #decoder = new StringDecoder('utf16le');
  readonly #bigEndian: boolean;
  #odd: Buffer = Buffer.alloc(0);

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  push(bytes: Buffer): string {
    const whole = Buffer.concat([this.#odd, bytes]);
    const even = whole.length - (whole.length % 2);
    this.#odd = whole.subarray(even);
    const units = whole.subarray(0, even);
    const text = this.#decoder.write(this.#bigEndian ? units.swap16() : units);
    return text.replace(LONE_SURROGATE, UNDECODABLE);
  }

  end(): string {
    return this.#odd.length === 0 && this.#decoder.end() === '' ? '' : UNDECODABLE;
  }
}

class DeclaredDecoder implements Decoder {
  readonly #decoder: TextDecoder;

  constructor(label: string) {
    this.#decoder = new TextDecoder(label, { ignoreBOM: true });
  }

  push(bytes: Buffer): string {
    return this.#decoder.decode(bytes, { stream: true }).replaceAll('\ufffd', UNDECODABLE);
  }

  end(): string {
    return this.#decoder.decode();
  }
}

/** What the first bytes of a file say about its encoding; `skip` is the length of the byte order mark. */
export function detectEncoding(head: Buffer): { encoding: XmlEncoding; label: string; skip: number } {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte);
  if (starts(0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', label: 'utf-8', skip: 3 };
  if (starts(0xff, 0xfe)) return { encoding: 'utf-16le', label: 'utf-16le', skip: 2 };
  if (starts(0xfe, 0xff)) return { encoding: 'utf-16be', label: 'utf-16be', skip: 2 };
  if (starts(0x3c, 0x00)) return { encoding: 'utf-16le', label: 'utf-16le', skip: 0 };
  if (starts(0x00, 0x3c)) return { encoding: 'utf-16be', label: 'utf-16be', skip: 0 };
  const declared = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(
    head.toString('latin1', 0, HEAD_BYTES),
  )?.[1];
  const label = (declared ?? 'utf-8').toLowerCase();
  // The bytes before this declaration could be read as ASCII, so "UTF-16" in it is a mistake of the program that wrote it.
  if (/^utf-?(8|16.*)$/.test(label)) return { encoding: 'utf-8', label: 'utf-8', skip: 0 };
  try {
    new TextDecoder(label);
    return { encoding: 'other', label, skip: 0 };
  } catch {
    return { encoding: 'unknown', label, skip: 0 };
  }
}

function decoderFor(encoding: XmlEncoding, label: string): Decoder | undefined {
  switch (encoding) {
    case 'utf-8':
      return new Utf8Decoder();
    case 'utf-16le':
      return new Utf16Decoder(false);
    case 'utf-16be':
      return new Utf16Decoder(true);
    case 'other':
      return new DeclaredDecoder(label);
    case 'unknown':
      return undefined;
  }
}

async function* inPieces(input: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

/**
 * The text of an XML file, in pieces of at most 16 Ki characters, byte order mark removed. Bytes that are
 * invalid in its encoding come out as `UNDECODABLE`, so does the whole of a file whose encoding nobody knows.
 */
export async function* decodeXml(input: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let head: Buffer = Buffer.alloc(0);
  let decoder: Decoder | undefined;
  const begin = (): string => {
    const { encoding, label, skip } = detectEncoding(head);
    decoder = decoderFor(encoding, label);
    return decoder === undefined ? UNDECODABLE : decoder.push(head.subarray(skip));
  };
  for await (const bytes of inPieces(input)) {
    if (decoder !== undefined) {
      yield decoder.push(bytes);
      continue;
    }
    head = Buffer.concat([head, bytes]);
    if (head.length < HEAD_BYTES) continue;
    yield begin();
    if (decoder === undefined) return;
  }
  if (decoder === undefined) yield begin();
  yield decoder?.end() ?? '';
}
