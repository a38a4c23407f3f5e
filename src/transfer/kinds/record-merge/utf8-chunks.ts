/**
 * Makes any input a run of Buffers that nobody else will change, and UTF-16 (some desktop exports, told by its byte
 * order mark or by how ASCII looks in it) the UTF-8 that every reader of ours takes. All other bytes pass untouched.
 */
import { TextDecoder } from 'node:util';

type Utf16 = 'utf-16le' | 'utf-16be';

/** Bytes that tell the encoding: a mark, or without one the zeros that two ASCII characters have beside them. */
export const UTF16_HEAD_BYTES = 4;

function utf16Of(bytes: Uint8Array): Utf16 | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const isAscii = (byte: number): boolean => byte > 0 && byte < 0x80;
  if (isAscii(a) && b === 0 && isAscii(c) && d === 0) return 'utf-16le';
  if (a === 0 && isAscii(b) && c === 0 && isAscii(d)) return 'utf-16be';
  return undefined;
}

/** Copies each chunk: the caller may fill its buffer again as soon as it is asked for the next. */
export async function* utf8Chunks(
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  for await (const chunk of input) {
    signal.throwIfAborted();
    let bytes: Buffer = Buffer.from(chunk);
    if (head !== undefined) {
      bytes = Buffer.concat([head, bytes]);
      head = bytes.length < UTF16_HEAD_BYTES ? bytes : undefined;
      if (head !== undefined) continue;
      const encoding = utf16Of(bytes);
      if (encoding !== undefined) decoder = new TextDecoder(encoding);
    }
    yield decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }), 'utf8');
  }
  if (head !== undefined && head.length > 0) yield head;
  const rest = decoder?.decode();
  if (rest !== undefined && rest !== '') yield Buffer.from(rest, 'utf8');
}

/** Whether a file that begins with these bytes is UTF-16, so that it is read as other bytes than it holds. */
export const isUtf16 = (head: Uint8Array): boolean => utf16Of(head) !== undefined;
