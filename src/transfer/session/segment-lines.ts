const LINE_FEED = 0x0a;

/**
 * The records of a segment. A line separator inside a string is JSON text, not the end of a record: only a line feed ends
 * one.
 */
export function* segmentLines(bytes: Buffer): Generator<string, void> {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, start);
    const next = end === -1 ? bytes.length : end;
    yield bytes.toString('utf8', start, next);
    start = next + 1;
  }
}
