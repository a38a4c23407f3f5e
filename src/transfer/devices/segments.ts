/**
 * Records as they travel: NDJSON in segments of at most `LIMITS.segmentRecords` records and `LIMITS.segmentBytes`
 * bytes. Counting and making cut at the same places, so that a segment can be made again from its number alone.
 */
import { LIMITS } from '../limits.ts';

/** Records as a format reads them. */
export type Lines = AsyncIterable<string> | Iterable<string>;

export interface SegmentSize {
  readonly index: number;
  readonly records: number;
  /** Bytes. */
  readonly size: number;
}

export interface Segment {
  readonly index: number;
  readonly bytes: Buffer;
}

/** Line and line feed. */
const sizeOf = (line: string): number => Buffer.byteLength(line) + 1;

/** Whether a record is too large to travel. */
export function isTooLarge(line: string): boolean {
  // A UTF-16 unit makes at most three bytes of UTF-8, so hardly any line has to be measured.
  return line.length * 3 > LIMITS.recordBytes && Buffer.byteLength(line) > LIMITS.recordBytes;
}

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

/** The segments themselves, from number `first` on. At most one is in memory. */
export async function* makeSegments(lines: Lines, first: number): AsyncGenerator<Segment, void> {
  const segment = { index: 0, records: 0, size: 0 };
  let held: string[] = [];
  const make = (): Segment => ({ index: segment.index, bytes: Buffer.from(`${held.join('\n')}\n`) });
  for await (const line of lines) {
    const size = sizeOf(line);
    if (isFull(segment, size)) {
      if (segment.index >= first) yield make();
      segment.index += 1;
      segment.records = 0;
      segment.size = 0;
      held = [];
    }
    segment.records += 1;
    segment.size += size;
    if (segment.index >= first) held.push(line);
  }
  if (segment.records > 0 && segment.index >= first) yield make();
}
