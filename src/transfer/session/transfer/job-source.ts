/**
 * What is still to be dispatched: the answered pages of the manifest in order, and entries to be sent again before them.
 */
import type { Source } from '../../devices/port.ts';
import type { ApkEntry, Entry, FileEntry } from '../../kinds/entry.ts';
import type { ManifestPages } from '../../lanes/manifest-pages.ts';
import type { LaneContent, SendJob } from '../../lanes/lane-messages.ts';
import { serveContent } from '../../lanes/streamed-content.ts';
import type { SegmentReader } from './segment-reader.ts';

/** An entry to send again, with what the receiver has of it by now. */
export interface Redo {
  readonly entry: number;
  readonly prefixes: SendJob['prefixes'];
}

/** A job for a lane, or the number of an entry that the source does not have as it was. */
type Job = SendJob | { readonly skipped: number; readonly kind: Entry['kind'] };

export class JobSource {
  readonly #source: Source;
  readonly #pages: ManifestPages;
  readonly #segments: SegmentReader;
  readonly #signal: AbortSignal;
  readonly #redo: Redo[] = [];
  #cursor = 0;

  constructor(source: Source, pages: ManifestPages, segments: SegmentReader, signal: AbortSignal) {
    this.#source = source;
    this.#pages = pages;
    this.#segments = segments;
    this.#signal = signal;
  }

  again(redo: Redo): void {
    this.#redo.push(redo);
  }

  /** Bytes of an entry of the manifest. */
  sizeOf(entry: number): number | undefined {
    return this.#pages.entry(entry)?.size;
  }

  /** Whether everything known so far has been dispatched. */
  get empty(): boolean {
    return this.#redo.length === 0 && this.#cursor >= this.#pages.count;
  }

  /**
   * The next entry to send; undefined when there is none now. A promise for a segment only: there are many files.
   * Folders are not sent: the receiver makes them from the manifest.
   */
  next(): Job | Promise<Job> | undefined {
    const redo = this.#redo.shift();
    if (redo !== undefined) return this.#job(redo.entry, this.#entry(redo.entry), redo.prefixes);
    while (this.#cursor < this.#pages.count) {
      const number = this.#cursor;
      this.#cursor += 1;
      const page = this.#pages.find(number);
      const entry = page?.entries[number - page.first];
      if (page === undefined || entry === undefined || entry.type === 'folder') continue;
      const prefixes = page.held.length === 0 ? [] : page.held.filter((prefix) => prefix.entry === number);
      return this.#job(number, entry, prefixes);
    }
    return undefined;
  }

  #content(entry: FileEntry | ApkEntry): LaneContent {
    const content = this.#source.content(entry);
    if (content.type !== 'stream') return content;
    return { type: 'stream', port: serveContent(content.open, this.#signal) };
  }

  #entry(number: number): Entry {
    const entry = this.#pages.entry(number);
    if (entry === undefined) throw new RangeError('an entry that is not in the manifest');
    return entry;
  }

  #job(number: number, entry: Entry, prefixes: SendJob['prefixes']): Job | Promise<Job> | undefined {
    const { kind, size } = entry;
    switch (entry.type) {
      case 'file':
      case 'apk': {
        return { entry: number, kind, size, prefixes, mtimeMs: entry.mtimeMs, content: this.#content(entry) };
      }
      case 'segment':
        return this.#segments.read(entry.kind, entry.index).then((bytes) => {
          if (bytes?.byteLength !== size) return { skipped: number, kind };
          return { entry: number, kind, size, prefixes, content: { type: 'bytes', bytes } };
        });
      case 'folder':
        return undefined;
    }
  }
}
