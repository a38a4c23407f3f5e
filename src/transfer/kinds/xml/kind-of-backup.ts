/** What messages and calls each say of themselves, so that reading and merging is written once for both. */
import type { RecordFormat } from '../kind.ts';
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
  /** Two records with the same digest are the same record. At least 16 bytes. */
  readonly digest: (record: R) => Uint8Array;
}
