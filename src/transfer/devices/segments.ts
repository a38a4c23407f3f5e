/**
 * Records as they travel: NDJSON in segments of at most `LIMITS.segmentRecords` records and `LIMITS.segmentBytes`
 * bytes. Counting and making cut at the same places, so that a segment can be made again from its number alone.
 */
import { LIMITS } from '../limits.ts';

const LINE_FEED = 0x0a;

/** Records as a format reads them. */
export type Lines = AsyncIterable<string> | Iterable<string>;

/** What the manifest says of a segment before it is made. */
export interface SegmentSize {
  readonly index: number;
  readonly records: number;
  /** Bytes. */
  readonly size: number;
}

/** One segment of a kind: up to 1,000 records as NDJSON, ready to send. */
export interface Segment {
  readonly index: number;
  readonly bytes: Buffer;
}

/** Line and line feed. */
const sizeOf = (line: string): number => Buffer.byteLength(line) + 1;

function isFull(segment: { records: number; size: number }, nextSize: number): boolean {
  if (segment.records === 0) return false;
  return segment.records >= LIMITS.segmentRecords || segment.size + nextSize > LIMITS.segmentBytes;
}

/** The segments that `lines` make, without making them. */
export async function* countSegments(lines: Lines): AsyncGenerator<SegmentSize, void> {
  let segment = { index: 0, records: 0, size: 0 };
  for await (const line of lines) {
    const size = sizeOf(line);
    if (isFull(segment, size)) {
      yield segment;
      segment = { index: segment.index + 1, records: 0, size: 0 };
    }
    segment.records += 1;
    segment.size += size;
  }
  if (segment.records > 0) yield segment;
}

/**
 * The segments themselves, from number `first` on, each in memory of its own, which can be handed to another thread. At
 * most one is held, as bytes: lines kept until their segment is full would outlive V8's new space, a thousand at a time.
 */
export async function* makeSegments(lines: Lines, first: number): AsyncGenerator<Segment, void> {
  const segment = { index: 0, records: 0, size: 0 };
  let filled = Buffer.allocUnsafeSlow(LIMITS.segmentBytes);
  const make = (): Segment => {
    let bytes = filled;
    if (segment.size < filled.length) {
      bytes = Buffer.allocUnsafeSlow(segment.size);
      filled.copy(bytes);
    } else {
      filled = Buffer.allocUnsafeSlow(LIMITS.segmentBytes);
    }
    return { index: segment.index, bytes };
  };
  for await (const line of lines) {
    const size = sizeOf(line);
    if (isFull(segment, size)) {
      if (segment.index >= first) yield make();
      segment.index += 1;
      segment.records = 0;
      segment.size = 0;
    }
    if (segment.index >= first) {
      if (size > filled.length) filled = Buffer.allocUnsafeSlow(size);
      filled.write(line, segment.size);
      filled[segment.size + size - 1] = LINE_FEED;
    }
    segment.records += 1;
    segment.size += size;
  }
  if (segment.records > 0 && segment.index >= first) yield make();
}
