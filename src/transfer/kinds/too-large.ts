import { LIMITS } from '../limits.ts';

/** Whether a record's line of JSON is too large to travel. It can need more bytes than the record did in its file. */
export function isTooLarge(line: string): boolean {
  // A UTF-16 unit makes at most three bytes of UTF-8, so hardly any line has to be measured.
  return line.length * 3 > LIMITS.recordBytes && Buffer.byteLength(line) > LIMITS.recordBytes;
}
