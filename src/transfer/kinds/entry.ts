/**
 * One thing in the manifest. Names travel here, as arrays of components, and nowhere else.
 */
import type { RecordKind } from './kind.ts';

interface Content {
  /** Bytes. */
  readonly size: number;
}

/** A file that is to move. */
export interface FileEntry extends Content {
  readonly type: 'file';
  readonly kind: 'files';
  /** Components below `files/`. */
  readonly path: readonly string[];
  /** Milliseconds since 1970, with fractions as the file system has them. */
  readonly mtimeMs: number;
  readonly executable: boolean;
}

/** A folder that would not come about by its files: an empty one. */
export interface FolderEntry extends Content {
  readonly type: 'folder';
  readonly kind: 'files';
  readonly path: readonly string[];
  readonly size: 0;
}

/** One APK of an app: its base or a split. */
export interface ApkEntry extends Content {
  readonly type: 'apk';
  readonly kind: 'apps';
  /** Package name and file name: `apps/<package>/<file>.apk` at the destination. */
  readonly path: readonly [string, string];
  readonly mtimeMs: number;
}

/** Up to 1,000 records of one kind as NDJSON. */
export interface SegmentEntry extends Content {
  readonly type: 'segment';
  readonly kind: RecordKind;
  /** Counts from 0 within the kind. */
  readonly index: number;
  readonly records: number;
}

/** One thing in the manifest: a file, an empty folder, an APK, or a segment of records. */
export type Entry = FileEntry | FolderEntry | ApkEntry | SegmentEntry;

/**
 * What an entry counts for in offers and receipts, as a person counts: records and files. Folders are part of files and
 * count nothing by themselves; an app may be several APKs, so apps are counted by their packages, not here.
 */
export function itemsOf(entry: Entry): number {
  switch (entry.type) {
    case 'segment':
      return entry.records;
    case 'file':
      return 1;
    case 'folder':
    case 'apk':
      return 0;
  }
}
