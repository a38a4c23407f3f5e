/** What messages and calls each say of themselves, so that reading and merging is written once for both. */
import type { RecordFormat } from '../kind.ts';
import type { RecordKeys } from './record-keys.ts';
import type { XmlDocument, XmlElement } from './elements.ts';

export interface BackupKind<R> extends XmlDocument {
  readonly kind: 'messages' | 'calls';
  readonly fileName: string;
  /** A second form some files come in; only read, never written. */
  readonly archive?: NonNullable<RecordFormat['archive']>;
  /** The record an element holds; undefined when it is malformed. */
  readonly fromElement: (element: XmlElement) => R | undefined;
  /** The record a line of JSON holds after parsing; undefined when it is malformed. Never throws. */
  readonly fromJson: (value: unknown) => R | undefined;
  /** The record's line in the file, without indentation and line feed. */
  readonly toXml: (record: R) => string;
  /** Of what the record says as it is written, to compare a file with what was meant. At least 16 bytes. */
  readonly digest: (record: R) => Uint8Array;
  /** By what records are found to be the same. */
  readonly keys: (record: R) => RecordKeys;
}
