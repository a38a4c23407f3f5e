/**
 * The manifest as both sides keep it: pages of JSON in one file, a line each, found by entry number, never all in memory. A page
 * on the receiver's side also says what was held of its entries when they were offered.
 */
import { readSync } from 'node:fs';
import { MoverError } from '../errors.ts';
import type { Entry, SegmentEntry } from '../kinds/entry.ts';
import { LIMITS } from '../limits.ts';
import { writeAll } from '../disk/write-all.ts';
import { isEntry } from '../kinds/entry-shape.ts';
import type { Digest } from '../disk/digest.ts';
import type { PageAddress } from './lane-messages.ts';
import { checkPath } from '../paths/safe-path.ts';

export interface ManifestPage {
  readonly first: number;
  readonly entries: readonly Entry[];
  /** What the receiver has of them. */
  readonly held: readonly ResumePrefix[];
}

/** Bytes 0 to `from` of an entry are there, with this digest: in staging, or as a file of the destination. */
export interface ResumePrefix {
  readonly entry: number;
  readonly from: number;
  readonly digest: Digest;
  readonly atDestination: boolean;
}

/**
 * The manifest runs ahead of the lanes, and is read again when it is committed: of 50,000 entries none is parsed twice (some
 * 20 MB). With a quarter of this, moving them took 1.05 times as long.
 */
const CACHED_PAGES = 64;

const REOPEN_BYTES = 1024 * 1024;
/** A page is closed at half a block; what is held of its entries adds to that. */
const PAGE_BLOCKS = 4;

export class ManifestPages {
  readonly #fd: number;
  readonly #pages: PageAddress[] = [];
  readonly #cache = new Map<number, ManifestPage>();
  #end = 0;

  /** @param fd of a file this class alone writes to; the caller closes it. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * The pages a run before this one wrote; a torn last one is left out.
   * @throws MoverError `DESTINATION_FAILED` for anything else: it lies where others may have written, and what it names is
   *   moved by its name.
   */
  static reopen(fd: number): ManifestPages {
    const pages = new ManifestPages(fd);
    const block = Buffer.allocUnsafe(REOPEN_BYTES);
    let line: Buffer[] = [];
    let start = 0;
    for (let position = 0, read = readSync(fd, block, 0, block.length, 0); read > 0;) {
      let from = 0;
      for (let end = block.indexOf(10); end !== -1 && end < read; end = block.indexOf(10, from)) {
        const bytes = Buffer.concat([...line, block.subarray(from, end + 1)]);
        const entries = entriesOf(bytes, pages.count);
        const length = bytes.length;
        pages.add({ first: pages.count, ...factsOf(entries), offset: start, length });
        line = [];
        from = end + 1;
        start = position + from;
      }
      line.push(Buffer.from(block.subarray(from, read)));
      if (line.length > PAGE_BLOCKS) throw damaged();
      position += read;
      read = readSync(fd, block, 0, block.length, position);
    }
    return pages;
  }

  /** Entries of all pages. */
  get count(): number {
    const last = this.#pages.at(-1);
    return last === undefined ? 0 : last.first + last.count;
  }

  /** Writes a page after the others. */
  append(page: ManifestPage): PageAddress {
    const bytes = Buffer.from(`${JSON.stringify(page)}\n`);
    const address = {
      first: page.first,
      ...factsOf(page.entries),
      offset: this.#end,
      length: bytes.length,
    };
    writeAll(this.#fd, bytes, address.offset);
    this.add(address);
    // Who writes a page asks for its entries next: it need not be read and parsed for that.
    this.#remember(page);
    return address;
  }

  /** Makes a page known that was written elsewhere. Pages come in order. */
  add(address: PageAddress): void {
    this.#pages.push(address);
    this.#end = address.offset + address.length;
  }

  /** The page that holds entry `number`, if it is known yet. */
  find(number: number): ManifestPage | undefined {
    let low = 0;
    let high = this.#pages.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const page = this.#pages[middle];
      if (page === undefined || number < page.first) high = middle - 1;
      else if (number >= page.first + page.count) low = middle + 1;
      else return this.#read(page);
    }
    return undefined;
  }

  entry(number: number): Entry | undefined {
    const page = this.find(number);
    return page?.entries[number - page.first];
  }

  *[Symbol.iterator](): Generator<ManifestPage> {
    for (const page of this.#pages) yield this.#read(page);
  }

  /** Entries of records with their numbers; pages that hold files alone are not read for it. */
  *segments(): Generator<readonly [number, SegmentEntry]> {
    for (const address of this.#pages) {
      if (!address.segments) continue;
      for (const [offset, entry] of this.#read(address).entries.entries()) {
        if (entry.type === 'segment') yield [address.first + offset, entry];
      }
    }
  }

  #read(address: PageAddress): ManifestPage {
    const cached = this.#cache.get(address.first);
    if (cached !== undefined) return cached;
    const bytes = Buffer.allocUnsafe(address.length);
    readSync(this.#fd, bytes, 0, bytes.length, address.offset);
    const page = JSON.parse(bytes.toString('utf8')) as ManifestPage;
    this.#remember(page);
    return page;
  }

  #remember(page: ManifestPage): void {
    if (this.#cache.size >= CACHED_PAGES) {
      const oldest = this.#cache.keys().next();
      if (oldest.done === false) this.#cache.delete(oldest.value);
    }
    this.#cache.set(page.first, page);
  }
}

const factsOf = (entries: readonly Entry[]): Pick<PageAddress, 'count' | 'segments'> => ({
  count: entries.length,
  segments: entries.some(({ type }) => type === 'segment'),
});

/** The entries of the page that begins at entry `first`. */
function entriesOf(line: Buffer, first: number): readonly Entry[] {
  let page: Partial<ManifestPage> | null;
  try {
    page = JSON.parse(line.toString('utf8')) as Partial<ManifestPage> | null;
  } catch {
    throw damaged();
  }
  const entries: unknown = page?.entries;
  if (page?.first !== first || !Array.isArray(entries) || !Array.isArray(page.held)) throw damaged();
  if (entries.length === 0 || entries.length > LIMITS.pageEntries || !entries.every(mayTravel))
    throw damaged();
  return entries;
}

const mayTravel = (entry: unknown): entry is Entry =>
  isEntry(entry) && (entry.type === 'segment' || checkPath(entry.path) === undefined);

function damaged(): MoverError {
  return new MoverError('DESTINATION_FAILED', { detail: 'what an interrupted move left is damaged' });
}
