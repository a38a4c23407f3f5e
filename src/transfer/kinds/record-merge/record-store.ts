/**
 * Where the records of a merge lie: those of the destination in its files, those that came or changed in a spool file
 * of ours. 14 bytes of memory a record; the records themselves stay on disk.
 */
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeAll } from '../../disk/write-all.ts';

/** Records of one block of memory. Blocks are added, never made anew: a growing array is there twice while it grows. */
const BLOCK_RECORDS = 4_096;

interface Block {
  readonly starts: Float64Array;
  readonly lengths: Uint32Array;
  readonly labels: Uint16Array;
}

const newBlock = (): Block => ({
  starts: new Float64Array(BLOCK_RECORDS),
  lengths: new Uint32Array(BLOCK_RECORDS),
  labels: new Uint16Array(BLOCK_RECORDS),
});

/** Files kept open for look-ups; a destination may hold thousands of files of one card each. */
const OPEN_FILES = 8;

interface SourceFile {
  readonly path: string;
  /** Address of its first byte: all sources stand one after another in one row of addresses. */
  readonly base: number;
  /** Number of its first record. */
  readonly first: number;
}

export class RecordStore {
  readonly #spoolPath: string;
  readonly #spool: number;
  readonly #sources: SourceFile[] = [];
  readonly #open = new Map<string, number>();
  #sourcesEnd = 0;
  #spoolBytes = 0;
  #count = 0;
  #existing = 0;
  readonly #blocks: Block[] = [];

  constructor(workFolder: string) {
    this.#spoolPath = join(workFolder, 'spool');
    this.#spool = openSync(this.#spoolPath, 'wx+', 0o600);
  }

  get count(): number {
    return this.#count;
  }

  /** Records below this number were there already. */
  get existing(): number {
    return this.#existing;
  }

  /** Bytes held in memory, for the tests of the memory bound. */
  get byteLength(): number {
    const bytes = ({ starts, lengths, labels }: Block): number =>
      starts.byteLength + lengths.byteLength + labels.byteLength;
    return this.#blocks.reduce((sum, block) => sum + bytes(block), 0);
  }

  /** Announces the next file of the destination. All of them come before the first record in the spool. */
  addSource(path: string, sizeBytes: number): void {
    this.#sources.push({ path, base: this.#sourcesEnd, first: this.#count });
    this.#sourcesEnd += sizeBytes;
  }

  /** A record of the source announced last, `offset` bytes into it. Gives its number. */
  addExisting(offset: number, length: number, label = 0): number {
    const base = this.#sources.at(-1)?.base ?? 0;
    this.#existing = this.#count + 1;
    return this.#add(base + offset, length, label);
  }

  /** A record that came. `label` (0 to 65535) is the caller's. Gives its number. */
  addIncoming(bytes: Buffer, label: number): number {
    return this.#add(this.#append(bytes), bytes.length, label);
  }

  /** A new version of a record, whichever it was. */
  replace(record: number, bytes: Buffer, label: number): void {
    this.#set(record, this.#append(bytes), bytes.length, label);
  }

  /** Whether the record lies in the spool: it came, or it is a new version of one that was there. */
  isNew(record: number): boolean {
    return this.#startOf(record) >= this.#sourcesEnd;
  }

  label(record: number): number {
    return this.#blockOf(record)?.labels[record % BLOCK_RECORDS] ?? 0;
  }

  /** Number of the source that the record, or the version before it, is from; undefined for one that came. */
  sourceOf(record: number): number | undefined {
    return record < this.#existing ? this.#last((source) => source.first <= record) : undefined;
  }

  /** How many records were found in a source. */
  countOf(source: number): number {
    const first = this.#sources[source]?.first ?? this.#existing;
    return (this.#sources[source + 1]?.first ?? this.#existing) - first;
  }

  read(record: number): Buffer {
    const start = this.#startOf(record);
    const bytes = Buffer.allocUnsafe(this.#blockOf(record)?.lengths[record % BLOCK_RECORDS] ?? 0);
    let fd = this.#spool;
    let offset = start - this.#sourcesEnd;
    if (start < this.#sourcesEnd) {
      const source = this.#sources[this.#last((each) => each.base <= start)];
      if (source === undefined) throw new RangeError('a record lies in no source');
      fd = this.#fileOf(source.path);
      offset = start - source.base;
    }
    let at = 0;
    while (at < bytes.length) {
      const got = readSync(fd, bytes, at, bytes.length - at, offset + at);
      if (got === 0) throw new RangeError('a record file became shorter while it was merged');
      at += got;
    }
    return bytes;
  }

  /** Closes everything and removes the spool. */
  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
    closeSync(this.#spool);
    unlinkSync(this.#spoolPath);
  }

  #add(start: number, length: number, label: number): number {
    if (this.#count === this.#blocks.length * BLOCK_RECORDS) this.#blocks.push(newBlock());
    this.#set(this.#count, start, length, label);
    return this.#count++;
  }

  #set(record: number, start: number, length: number, label: number): void {
    const block = this.#blockOf(record);
    if (block === undefined) throw new RangeError('there is no such record');
    const place = record % BLOCK_RECORDS;
    block.starts[place] = start;
    block.lengths[place] = length;
    block.labels[place] = label;
  }

  #blockOf(record: number): Block | undefined {
    return this.#blocks[Math.floor(record / BLOCK_RECORDS)];
  }

  #startOf(record: number): number {
    return this.#blockOf(record)?.starts[record % BLOCK_RECORDS] ?? 0;
  }

  #append(bytes: Buffer): number {
    writeAll(this.#spool, bytes);
    const start = this.#sourcesEnd + this.#spoolBytes;
    this.#spoolBytes += bytes.length;
    return start;
  }

  /** Number of the last source that `reaches`; all before it do, none after it does. */
  #last(reaches: (source: SourceFile) => boolean): number {
    let low = 0;
    let high = this.#sources.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const source = this.#sources[middle];
      if (source !== undefined && reaches(source)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #fileOf(path: string): number {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const [oldest] = this.#open;
    if (this.#open.size >= OPEN_FILES && oldest !== undefined) {
      closeSync(oldest[1]);
      this.#open.delete(oldest[0]);
    }
    const fd = openSync(path, 'r');
    this.#open.set(path, fd);
    return fd;
  }
}
