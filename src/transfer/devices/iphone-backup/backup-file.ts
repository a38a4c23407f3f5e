/** A file as Manifest.db has it: an MBFile in an NSKeyedArchiver's list of objects. */
import { UID } from 'bplist-parser';
import { isDictionary, parsePropertyList, type Dictionary, type PropertyList } from './property-list.ts';

export interface FileFacts {
  /** Bytes. */
  readonly size: number | undefined;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number | undefined;
  /** Wrapped under its class's key; undefined in a backup without a password. */
  readonly wrappedKey: Buffer | undefined;
}

export function readFileFacts(blob: Buffer): FileFacts {
  const archive = parsePropertyList(blob);
  const objects = archive?.['$objects'];
  const top = archive?.['$top'];
  if (!Array.isArray(objects) || !isDictionary(top)) return UNKNOWN;
  const at = (value: PropertyList | undefined): PropertyList | undefined =>
    value instanceof UID ? (objects as readonly PropertyList[])[value.UID] : value;
  const file = at(top['root']);
  if (!isDictionary(file)) return UNKNOWN;
  const seconds = numberIn(file, 'LastModified');
  return {
    size: numberIn(file, 'Size'),
    mtimeMs: seconds === undefined ? undefined : seconds * 1_000,
    wrappedKey: dataOf(at(file['EncryptionKey'])),
  };
}

const UNKNOWN: FileFacts = { size: undefined, mtimeMs: undefined, wrappedKey: undefined };

/** As NSData itself, or the object that holds it. */
function dataOf(value: PropertyList | undefined): Buffer | undefined {
  const data = isDictionary(value) ? value['NS.data'] : value;
  // A copy: a part of the archive would keep all of it in memory.
  return Buffer.isBuffer(data) ? Buffer.from(data) : undefined;
}

function numberIn(list: Dictionary, key: string): number | undefined {
  const value = list[key];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
