/**
 * What is in the folders and zips of an export, zips in zips included. A zip inside of another is read where it stands when
 * it is stored there as it is; one that is compressed waits in an encrypted file without a name.
 */
import {
  closeSync,
  createReadStream,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { MoverError } from '../../errors.ts';
import type { ReportSkip } from '../../kinds/kind.ts';
import { READ_ONLY } from '../../disk/read-only.ts';
import { SealedFile } from '../sealed-file.ts';

/** Apple nests once. */
const DEEPEST = 4;
/** The directory of each zip is in memory. */
const MOST_ENTRIES = 2_000_000;
const PIECE_BYTES = 256 * 1024;
const STORED = 0;
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');

/** A file of the export, wherever it lies. */
export interface Member {
  /** Folders and name, from the top of what the person named. */
  readonly path: readonly string[];
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  open(from: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Bytes of a zip at any place. */
interface Bytes {
  readonly size: number;
  read(target: Uint8Array, position: number): number;
}

export class Archive {
  readonly #zips: ZipFile[] = [];
  readonly #sealed: SealedFile[] = [];
  readonly #opened: number[] = [];
  readonly #skip: ReportSkip;
  readonly #signal: AbortSignal;

  constructor(options: { readonly skip: ReportSkip; readonly signal: AbortSignal }) {
    this.#skip = options.skip;
    this.#signal = options.signal;
  }

  /** @throws MoverError `SOURCE_MISSING`, `SOURCE_UNREADABLE` for a path the person named. */
  async *members(path: string): AsyncGenerator<Member, void> {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new MoverError('SOURCE_MISSING', { detail: path });
    if (stats.isDirectory()) yield* this.#folder(path, []);
    else yield* this.#orZip(fileMember(path, [basename(path)]), path, 0);
  }

  close(): void {
    for (const zip of this.#zips.splice(0)) zip.close();
    for (const file of this.#sealed.splice(0)) file.close();
    for (const fd of this.#opened.splice(0)) closeSync(fd);
  }

  async *#folder(folder: string, below: readonly string[]): AsyncGenerator<Member, void> {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (cause) {
      if (below.length === 0) throw new MoverError('SOURCE_UNREADABLE', { detail: folder, cause });
      this.#skip('unreadable', 1, below);
      return;
    }
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      this.#signal.throwIfAborted();
      const path = [...below, entry.name];
      const place = join(folder, entry.name);
      if (entry.isDirectory()) yield* this.#folder(place, path);
      else if (entry.isFile()) yield* this.#orZip(fileMember(place, path), place, 0);
      else this.#skip('link', 1, path);
    }
  }

  /** The member itself, or what is in it. @param place of a file on disk. */
  async *#orZip(member: Member, place: string | undefined, depth: number): AsyncGenerator<Member, void> {
    let isZip: boolean;
    try {
      isZip = (await beginning(member, ZIP.length, this.#signal)).equals(ZIP);
    } catch {
      this.#signal.throwIfAborted();
      this.#skip('unreadable', 1, member.path);
      return;
    }
    if (!isZip || isDocument(member.path.at(-1) ?? '')) {
      yield member;
      return;
    }
    if (depth >= DEEPEST) {
      this.#skip('malformed', 1, member.path);
      return;
    }
    try {
      const bytes = place === undefined ? await this.#seal(member) : this.#bytesOf(place);
      yield* this.#zip(bytes, member.path, depth);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof MoverError) throw error;
      // Its directory stands at the end: a zip that was cut has none.
      this.#skip('malformed', 1, member.path);
    }
  }

  async *#zip(bytes: Bytes, path: readonly string[], depth: number): AsyncGenerator<Member, void> {
    const zip = await fromRandomAccessReaderPromise(new ZipReader(bytes), bytes.size, {
      lazyEntries: true,
      autoClose: false,
    });
    this.#zips.push(zip);
    if (zip.entryCount > MOST_ENTRIES) throw new RangeError('too many files in a zip');
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    for (const entry of entries) {
      this.#signal.throwIfAborted();
      if (entry.fileName.endsWith('/')) continue;
      const inside = [...path, ...entry.fileName.split('/')];
      if (entry.isEncrypted()) {
        this.#skip('unreadable', 1, inside);
        continue;
      }
      const member = zipMember(zip, entry, inside);
      if (entry.compressionMethod === STORED && entry.compressedSize > ZIP.length) {
        const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
        const within = partOf(bytes, fileDataStart, entry.compressedSize);
        const head = Buffer.alloc(ZIP.length);
        within.read(head, 0);
        if (head.equals(ZIP) && !isDocument(inside.at(-1) ?? '')) {
          yield* this.#nested(within, inside, depth);
          continue;
        }
        yield member;
      } else yield* this.#orZip(member, undefined, depth + 1);
    }
  }

  async *#nested(bytes: Bytes, path: readonly string[], depth: number): AsyncGenerator<Member, void> {
    if (depth + 1 >= DEEPEST) {
      this.#skip('malformed', 1, path);
      return;
    }
    try {
      yield* this.#zip(bytes, path, depth + 1);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof MoverError) throw error;
      this.#skip('malformed', 1, path);
    }
  }

  #bytesOf(place: string): Bytes {
    const fd = openSync(place, READ_ONLY);
    this.#opened.push(fd);
    return {
      size: fstatSync(fd).size,
      read: (target, position) => readSync(fd, target, 0, target.length, position),
    };
  }

  async #seal(member: Member): Promise<SealedFile> {
    const sealed = new SealedFile();
    this.#sealed.push(sealed);
    for await (const piece of member.open(0, this.#signal)) sealed.append(piece);
    return sealed;
  }
}

/** The first bytes of a file, fewer where it is shorter. */
export async function beginning(member: Member, length: number, signal: AbortSignal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let read = 0;
  for await (const piece of member.open(0, signal)) {
    pieces.push(piece);
    read += piece.length;
    if (read >= length) break;
  }
  return Buffer.concat(pieces).subarray(0, length);
}

/** A zip that a program writes as its own form. */
const isDocument = (name: string): boolean =>
  /\.(?:docx|xlsx|pptx|odt|ods|odp|pages|numbers|key|epub|jar|apk)$/i.test(name);

function fileMember(place: string, path: readonly string[]): Member {
  const { size, mtimeMs } = statSync(place);
  return {
    ...{ path, size, mtimeMs },
    open: (from, signal) =>
      createReadStream(place, { start: from, highWaterMark: PIECE_BYTES, signal, flags: 'r' }),
  };
}

function zipMember(zip: ZipFile, entry: Entry, path: readonly string[]): Member {
  const modified = entry.getLastModDate();
  return {
    ...{ path, size: entry.uncompressedSize },
    mtimeMs: Number.isNaN(modified.getTime()) ? 0 : modified.getTime(),
    async *open(from, signal) {
      const stream = await zip.openReadStreamPromise(entry);
      let position = 0;
      try {
        for await (const piece of stream as AsyncIterable<Buffer>) {
          signal.throwIfAborted();
          position += piece.length;
          // A deflated file has no beginning but its first byte.
          if (position > from) yield piece.subarray(Math.max(0, piece.length - (position - from)));
        }
      } finally {
        stream.destroy();
      }
    },
  };
}

const partOf = (whole: Bytes, from: number, size: number): Bytes => ({
  size,
  read: (target, position) =>
    position >= size ? 0 : whole.read(target.subarray(0, size - position), from + position),
});

/** What yauzl reads a zip by. */
class ZipReader extends RandomAccessReader {
  readonly #bytes: Bytes;

  constructor(bytes: Bytes) {
    super();
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(this.#bytes, start, end));
  }
}

function* pieces(bytes: Bytes, start: number, end: number): Generator<Buffer, void> {
  for (let position = start; position < end;) {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, end - position));
    const read = bytes.read(piece, position);
    if (read === 0) return;
    position += read;
    yield piece.subarray(0, read);
  }
}
