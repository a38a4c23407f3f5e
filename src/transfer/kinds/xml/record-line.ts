/** The line of JSON a record travels as. */
import { LIMITS } from '../../limits.ts';
import type { BackupKind } from './kind-of-backup.ts';

/** Longer than any record may be. JSON can need more bytes than the element did. */
export function isTooLarge(line: string): boolean {
  // A UTF-16 unit makes at most three bytes of UTF-8, so most lines need not be measured.
  return line.length * 3 > LIMITS.recordBytes && Buffer.byteLength(line) > LIMITS.recordBytes;
}

/** The record of a line another device sent, which may be anything; or why it is none. */
export function parseLine<R extends object>(
  kind: BackupKind<R>,
  line: string,
): R | 'too-large' | 'malformed' {
  if (isTooLarge(line)) return 'too-large';
  try {
    return kind.fromJson(JSON.parse(line)) ?? 'malformed';
  } catch {
    // JSON.parse throws SyntaxError, or RangeError for nesting beyond its stack.
    return 'malformed';
  }
}
