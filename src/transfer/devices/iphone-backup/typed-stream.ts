/**
 * The text of a message where only `attributedBody` has it: an NSAttributedString in NeXT's typedstream. The string comes
 * first, after the class name NSString, as `+`, its length and UTF-8. Documented by imessage-exporter's typedstream notes and
 * by tests with blobs of real programs.
 */
const CLASS_NAMES = [Buffer.from('NSString'), Buffer.from('NSMutableString')];
/** Between a class and its string: versions, references and the type `+`, "a string of bytes". */
const MOST_BETWEEN = 32;
const STRING = 0x2b;
const LENGTH_16 = 0x81;
const LENGTH_32 = 0x82;

/** Undefined for what cannot be read. */
export function textOfTypedStream(bytes: Buffer): string | undefined {
  if (!bytes.subarray(0, 16).includes('streamtyped')) return undefined;
  for (const name of CLASS_NAMES) {
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
      const text = stringAfter(bytes, at + name.length);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

function stringAfter(bytes: Buffer, from: number): string | undefined {
  const at = bytes.indexOf(STRING, from);
  if (at < 0 || at > from + MOST_BETWEEN) return undefined;
  const head = bytes[at + 1];
  if (head === undefined) return undefined;
  let [start, length] = [at + 2, head];
  if (head === LENGTH_16 && at + 4 <= bytes.length) [start, length] = [at + 4, bytes.readUInt16LE(at + 2)];
  else if (head === LENGTH_32 && at + 6 <= bytes.length)
    [start, length] = [at + 6, bytes.readUInt32LE(at + 2)];
  else if (head > 0x7f) return undefined;
  if (start + length > bytes.length) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      bytes.subarray(start, start + length),
    );
  } catch {
    return undefined;
  }
}
