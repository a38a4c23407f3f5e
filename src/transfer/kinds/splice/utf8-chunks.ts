/**
 * Makes any input a run of Buffers that nobody else will change, and UTF-16 (some desktop exports, told by its byte
 * order mark) the UTF-8 that every reader of ours takes. All other bytes pass untouched.
 */
import { TextDecoder } from 'node:util';

type Utf16 = 'utf-16le' | 'utf-16be';

function utf16Mark(bytes: Uint8Array): Utf16 | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
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
      head = bytes.length < 2 ? bytes : undefined;
      if (head !== undefined) continue;
      const encoding = utf16Mark(bytes);
      if (encoding !== undefined) decoder = new TextDecoder(encoding);
    }
    yield decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }), 'utf8');
  }
  if (head !== undefined && head.length > 0) yield head;
  const rest = decoder?.decode();
  if (rest !== undefined && rest !== '') yield Buffer.from(rest, 'utf8');
}

/** Whether a file that begins with these bytes is UTF-16, so that it is read as other bytes than it holds. */
export const isUtf16 = (head: Uint8Array): boolean => utf16Mark(head) !== undefined;
