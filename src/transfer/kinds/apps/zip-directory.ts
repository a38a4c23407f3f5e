/**
 * The central directory of a ZIP file as Android reads it (APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.16): no ZIP64,
 * no parts, no encryption. Pure: bytes in, entries out. Of our own because the APK Signing Block is found relative to
 * this directory, and because one read of the directory replaces two stream reads per entry (apps have thousands).
 */
import { NotAnApk } from './not-an-apk.ts';

export const END_RECORD_BYTES = 22;
/** The end record and the longest comment after it. */
export const END_SEARCH_BYTES = END_RECORD_BYTES + 0xffff;
export const LOCAL_HEADER_BYTES = 30;

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const ENTRY_BYTES = 46;
const ZIP64 = 0xffffffff;

/** Where the central directory is; offsets in bytes from the start of the file. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
}

export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated; anything else cannot be read. */
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly localOffset: number;
}

/**
 * Finds the central directory from the file's last bytes.
 * @param tail the last `END_SEARCH_BYTES` bytes, or the whole of a smaller file
 * @throws NotAnApk `not-a-zip` without an end record, `zip-damaged` when it points outside the file
 */
export function findDirectory(tail: Buffer, fileSize: number): DirectoryPlace {
  for (let at = tail.length - END_RECORD_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    // A signature inside the comment has another comment length.
    if (tail.readUInt16LE(at + 20) !== tail.length - at - END_RECORD_BYTES) continue;
    const size = tail.readUInt32LE(at + 12);
    const offset = tail.readUInt32LE(at + 16);
    if (offset === ZIP64 || size === ZIP64) throw new NotAnApk('zip-damaged');
    if (offset + size > fileSize - tail.length + at) throw new NotAnApk('zip-damaged');
    return { offset, size };
  }
  throw new NotAnApk('not-a-zip');
}

/**
 * The entries of a central directory, in its order.
 * @throws NotAnApk `zip-damaged` when a record does not fit
 */
export function* readDirectory(directory: Buffer): Generator<ZipEntry> {
  let at = 0;
  while (at < directory.length) {
    if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw new NotAnApk('zip-damaged');
    }
    const nameEnd = at + ENTRY_BYTES + directory.readUInt16LE(at + 28);
    const next = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw new NotAnApk('zip-damaged');
    yield {
      name: directory.toString('utf8', at + ENTRY_BYTES, nameEnd),
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      localOffset: directory.readUInt32LE(at + 42),
    };
    at = next;
  }
}

/**
 * Where an entry's data begin; the lengths of the local header may differ from those of the directory.
 * @param header the first `LOCAL_HEADER_BYTES` bytes at `entry.localOffset`
 * @throws NotAnApk `zip-damaged` when there is no local header
 */
export function dataOffset(entry: ZipEntry, header: Buffer): number {
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new NotAnApk('zip-damaged');
  return entry.localOffset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}
