/** The records of one kind in a folder source, as segments. */
import { dirname, parse, relative, sep } from 'node:path';
import { errnoOf, readSkipReason } from '../../disk/errno.ts';
import { type RecordFile, type RecordFormat, type ReportSkip, type SkipReason } from '../../kinds/kind.ts';
import { isTooLarge } from '../../kinds/too-large.ts';
import { readBytes } from '../../disk/read-bytes.ts';
import { READ_ONLY } from '../../disk/read-only.ts';
import { countSegments, makeSegments, type Segment, type SegmentSize } from '../segments.ts';
import {
  collectionOf,
  findDeviceRecords,
  findInFolder,
  nothingFound,
  type RecordFilesFound,
} from './record-files.ts';
import type { RecordPlace } from './source-parts.ts';

export class RecordSource {
  readonly #format: RecordFormat;
  readonly #places: readonly RecordPlace[];

  constructor(format: RecordFormat, places: readonly RecordPlace[]) {
    this.#format = format;
    this.#places = places;
  }

  /** Sizes of all segments. */
  count(skip: ReportSkip, signal: AbortSignal): AsyncGenerator<SegmentSize, void> {
    return countSegments(this.#lines(this.#find(skip), skip, signal));
  }

  /** The segments from number `first` on. */
  make(first: number, signal: AbortSignal): AsyncGenerator<Segment, void> {
    const ignore = (): void => undefined;
    return makeSegments(this.#lines(this.#find(ignore), ignore, signal), first);
  }

  #find(skip: ReportSkip): readonly NamedFile[] {
    const files: NamedFile[] = [];
    for (const place of this.#places) {
      try {
        const found = look(place, this.#format);
        files.push(...found.files.map((file) => ({ ...file, name: nameOf(place, file.path) })));
        for (const path of found.links) skip('link', 1, nameOf(place, path));
        for (const path of found.unrecognised) skip('malformed', 1, nameOf(place, path));
      } catch (error) {
        skip(reasonOf(error), 1, nameOf(place, folderOf(place)));
      }
    }
    return files;
  }

  async *#lines(
    files: readonly NamedFile[],
    report: ReportSkip,
    signal: AbortSignal,
  ): AsyncGenerator<string, void> {
    for (const { path, collection, name } of files) {
      const skip: ReportSkip = (reason, count) => {
        report(reason, count, name);
      };
      try {
        for await (const line of this.#read(path, { collection, skip, signal })) {
          if (isTooLarge(line)) skip('too-large');
          else yield line;
        }
      } catch (error) {
        signal.throwIfAborted();
        skip(reasonOf(error));
      }
    }
  }

  #read(path: string, options: Parameters<RecordFormat['read']>[1]): AsyncIterable<string> {
    const { archive } = this.#format;
    if (archive !== undefined && parse(path).ext.toLowerCase() === archive.ending) {
      return archive.read(path, options);
    }
    return this.#format.read(readBytes(path, { flags: READ_ONLY, signal: options.signal }), options);
  }
}

/** A file of records with what it is called among what is left behind: its place below what the person named. */
interface NamedFile extends RecordFile {
  readonly name: readonly string[];
}

const folderOf = (place: RecordPlace): string => {
  switch (place.type) {
    case 'device':
      return place.root;
    case 'folder':
      return place.folder;
    case 'file':
      return dirname(place.path);
  }
};

const nameOf = (place: RecordPlace, path: string): readonly string[] =>
  relative(folderOf(place), path)
    .split(sep)
    .filter((name) => name !== '');

function look(place: RecordPlace, format: RecordFormat): RecordFilesFound {
  switch (place.type) {
    case 'device':
      return findDeviceRecords(place.root, format);
    case 'folder': {
      const found = nothingFound();
      findInFolder(place.folder, format, found);
      return found;
    }
    case 'file':
      return {
        ...nothingFound(),
        files: [{ path: place.path, collection: collectionOf(place.path, format) }],
      };
  }
}

/** A file whose reading fails costs that file only. What a reader could not make sense of is malformed. */
function reasonOf(error: unknown): SkipReason {
  return errnoOf(error) === undefined ? 'malformed' : readSkipReason(error);
}
