/**
 * An APK opened for reading: its directory, single small entries, and the APK Signing Block. Never more than the
 * bounds of limits.ts in memory, however large the file or whatever it claims.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants as zlibConstants, inflateRaw } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { NotAnApk } from './not-an-apk.ts';
import {
  dataOffset,
  END_RECORD_BYTES,
  END_SEARCH_BYTES,
  findDirectory,
  LOCAL_HEADER_BYTES,
  readDirectory,
  type ZipEntry,
} from './zip-directory.ts';
import { READ_ONLY } from '../../disk/read-only.ts';

const inflate = promisify(inflateRaw);

const STORED = 0;
const DEFLATED = 8;
/** Deflate packs no tighter than 1032 to 1 (zlib, technical details). */
const DEFLATE_RATIO = 1_032;
const SIGNING_BLOCK_MAGIC = 'APK Sig Block 42';
/** Length field and magic at the block's end. */
const SIGNING_BLOCK_FOOTER_BYTES = 24;

/** The first bytes of an entry, unpacked, and where its data lie in the file. */
export interface EntryHead {
  readonly bytes: Buffer;
  readonly offset: number;
}

/** Where an APK's bytes are: a file here, or one on a phone. */
export interface ApkBytes {
  readonly sizeBytes: number;
  /** @throws NotAnApk `zip-damaged` when the file ends before that many bytes */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export class ApkArchive {
  readonly sizeBytes: number;
  readonly #file: ApkBytes;
  readonly #directoryOffset: number;
  readonly #directory: Buffer;

  private constructor(file: ApkBytes, directoryOffset: number, directory: Buffer) {
    this.#file = file;
    this.sizeBytes = file.sizeBytes;
    this.#directoryOffset = directoryOffset;
    this.#directory = directory;
  }

  /**
   * Reads the ZIP directory of a file. The archive closes it, also when this fails.
   * @throws NotAnApk when it is no ZIP file of ours to read; errors of the file as they are
   */
  static async open(file: ApkBytes): Promise<ApkArchive> {
    try {
      const { sizeBytes } = file;
      if (sizeBytes < END_RECORD_BYTES) throw new NotAnApk('not-a-zip');
      const tailSize = Math.min(sizeBytes, END_SEARCH_BYTES);
      const place = findDirectory(await file.read(sizeBytes - tailSize, tailSize), sizeBytes);
      if (place.size > LIMITS.apkDirectoryBytes) throw new NotAnApk('too-large');
      return new ApkArchive(file, place.offset, await file.read(place.offset, place.size));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  entries(): Generator<ZipEntry> {
    return readDirectory(this.#directory);
  }

  /**
   * An entry whole, unpacked.
   * @throws NotAnApk `too-large` beyond `maxBytes` (whatever the entry declares), `zip-damaged` when it does not unpack
   */
  async read(entry: ZipEntry, maxBytes: number): Promise<Buffer> {
    if (entry.size > maxBytes || entry.compressedSize > maxBytes) throw new NotAnApk('too-large');
    const packed = await this.#file.read(await this.#dataOffset(entry), entry.compressedSize);
    const bytes = await unpack(entry, packed, entry.size);
    if (bytes.length !== entry.size) throw new NotAnApk('zip-damaged');
    return bytes;
  }

  /** Up to `bytes` from the beginning of an entry; reads no more than that from the file. */
  async readHead(entry: ZipEntry, bytes: number): Promise<EntryHead> {
    const offset = await this.#dataOffset(entry);
    const packed = await this.#file.read(offset, Math.min(entry.compressedSize, bytes));
    const head = await unpack(entry, packed, bytes * DEFLATE_RATIO);
    return { bytes: head.subarray(0, bytes), offset };
  }

  /**
   * The APK Signing Block's id-value pairs (the bytes between its two length fields), or nothing when there is none.
   * A block whose two lengths disagree does not count: no Android accepts it. Source:
   * https://source.android.com/docs/security/features/apksigning/v2#apk-signing-block-format
   */
  async signingBlock(): Promise<Buffer | undefined> {
    const end = this.#directoryOffset;
    if (end < SIGNING_BLOCK_FOOTER_BYTES + 8) return undefined;
    const footer = await this.#file.read(end - SIGNING_BLOCK_FOOTER_BYTES, SIGNING_BLOCK_FOOTER_BYTES);
    if (footer.toString('latin1', 8) !== SIGNING_BLOCK_MAGIC) return undefined;
    const size = footer.readBigUInt64LE(0);
    if (size < SIGNING_BLOCK_FOOTER_BYTES || size > LIMITS.apkSigningBlockBytes || size > end - 8)
      return undefined;
    const block = await this.#file.read(end - Number(size) - 8, Number(size) + 8);
    if (block.readBigUInt64LE(0) !== size) return undefined;
    return block.subarray(8, block.length - SIGNING_BLOCK_FOOTER_BYTES);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #dataOffset(entry: ZipEntry): Promise<number> {
    return dataOffset(entry, await this.#file.read(entry.localOffset, LOCAL_HEADER_BYTES));
  }
}

/** @throws NotAnApk for what is no file; errors of the file system as they are */
export async function openApkFile(path: string): Promise<ApkBytes> {
  const file = await open(path, READ_ONLY);
  const stats = await file.stat();
  if (!stats.isFile()) {
    await file.close();
    throw new NotAnApk('not-a-zip');
  }
  return {
    sizeBytes: stats.size,
    read: (position, length) => readAt(file, position, length),
    close: () => file.close(),
  };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new NotAnApk('zip-damaged');
    done += bytesRead;
  }
  return bytes;
}

/** Unpacks what is there of an entry's data, which may end early. */
async function unpack(entry: ZipEntry, packed: Buffer, maxOutputLength: number): Promise<Buffer> {
  if (entry.method === STORED) return packed;
  if (entry.method !== DEFLATED) throw new NotAnApk('zip-damaged');
  if (maxOutputLength === 0) return Buffer.alloc(0);
  try {
    return await inflate(packed, { finishFlush: zlibConstants.Z_SYNC_FLUSH, maxOutputLength });
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    throw new NotAnApk(tooLarge ? 'too-large' : 'zip-damaged', { cause: error });
  }
}
