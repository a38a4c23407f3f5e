/**
 * How the bytes of a card or component travel in a JSON line: as text when they are UTF-8, else as latin1 with a
 * marker, so that they come out byte for byte whatever their encoding.
 */
import { isUtf8 } from 'node:buffer';

export interface RecordBytes {
  readonly text: string;
  readonly encoding?: 'latin1';
}

export function toRecordBytes(bytes: Buffer): RecordBytes {
  return isUtf8(bytes)
    ? { text: bytes.toString('utf8') }
    : { text: bytes.toString('latin1'), encoding: 'latin1' };
}

/** The bytes, or undefined when the text cannot be what `toRecordBytes` made. */
export function fromRecordBytes(record: RecordBytes): Buffer | undefined {
  if (record.encoding === undefined) {
    const bytes = Buffer.from(record.text, 'utf8');
    // A lone surrogate would be written as U+FFFD: that is no card of ours.
    return /[\ud800-\udfff]/.test(record.text) && bytes.toString('utf8') !== record.text ? undefined : bytes;
  }
  return /[^\0-\xff]/.test(record.text) ? undefined : Buffer.from(record.text, 'latin1');
}
