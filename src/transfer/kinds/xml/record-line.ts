/** The line of JSON a record travels as. */
import { isTooLarge } from '../too-large.ts';
import type { BackupKind } from './kind-of-backup.ts';

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
