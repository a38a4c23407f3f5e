/**
 * The two ports of the engine: where data comes from and where it goes. One folder here for each kind of device;
 * every promise of these interfaces is tested by one suite for all of them (test/contract).
 */
import type { AppFacts, DeviceFacts } from '../compat/facts.ts';
import type { ApkEntry, Entry, FileEntry, FolderEntry } from '../kinds/entry.ts';
import type { Kind, MergeResult, RecordKind, ReportSkip } from '../kinds/kind.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { NameRules } from './name-rules.ts';

/**
 * Where a lane gets an entry's bytes: a path its worker opens itself, the bytes, or a stream of the device's own, from
 * an offset in bytes on. A stream that waits (a phone that is unplugged) holds its lane up; one that rejects, or ends
 * at another size than the entry's, leaves the file out.
 */
export type Content =
  | { readonly type: 'path'; readonly path: string }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | {
      readonly type: 'stream';
      readonly open: (from: number, signal: AbortSignal) => AsyncIterable<Uint8Array>;
    };

export interface ScanOptions {
  readonly kinds: readonly Kind[];
  /** Told of everything that is left behind, with the kind it belongs to. */
  readonly skip: (kind: Kind, ...reason: Parameters<ReportSkip>) => void;
  /** Told of each app with a readable manifest, before its first APK entry. */
  readonly app: (facts: AppFacts) => void;
  readonly signal: AbortSignal;
}

/** A device data is read from. Opened read-only; nothing on it is ever changed. */
export interface Source {
  readonly device: DeviceFacts;
  /** What the person pointed at has no device's layout and is taken as files: worth saying once. */
  readonly plain?: boolean;
  /** Kinds whose whole folder is a symbolic link, which is not followed: all of them stays behind, so it is said. */
  readonly linked?: readonly Kind[];
  /** Whether another process moves into this very device now: it is not moved from meanwhile. */
  isReceiving?(): Promise<boolean>;
  /** A phone's Android ID, by which a move to the same phone is refused. The source wipes it when it is closed. */
  readonly androidId?: Ephemeral<string>;
  /**
   * Every entry of the kinds asked for, kind by kind, in an order that is the same on every call while the device
   * does not change. What cannot or must not move is reported and left out.
   */
  scan(options: ScanOptions): AsyncIterable<Entry>;
  /** Where the bytes of a file or APK are. The scan that found the entry has ended or goes on; both must work. */
  content(entry: FileEntry | ApkEntry): Content;
  /**
   * The segments `scan` counted, made again: same records, same bytes, ascending index from `first` on. Skips are not
   * reported a second time.
   */
  segments(
    kind: RecordKind,
    first: number,
    signal: AbortSignal,
  ): AsyncIterable<{ index: number; bytes: Uint8Array }>;
  close(): Promise<void>;
}

/** A thing of the destination's: a path below `stagingParent` where that is a folder on disk. */
export interface Made {
  readonly type: 'file' | 'folder';
  readonly path: string;
}

/**
 * Told of everything a destination makes, before it makes it and when nothing is there: whoever writes it down knows
 * of all that was made, also when the process is killed between the two.
 */
export interface Making {
  /** These are about to be made, all in one step. */
  before(made: readonly Made[]): void;
  /** Those told last were not made: something else had come there. */
  failed(): void;
}

/** A verified APK and the staged file that holds it. */
export interface StagedApk {
  readonly entry: ApkEntry;
  readonly staged: string;
}

/** A device data goes to. Nothing that was there is ever changed, save a record file by a merge that loses nothing. */
export interface Destination {
  readonly device: DeviceFacts;
  /** Folder that staging is made in; on the file system the data will stay on where that is possible. */
  readonly stagingParent: string;
  /** What its file system can hold as a name, found out by trying in `folder`, which is staging's and there. */
  nameRules(folder: string): NameRules;
  /** Bytes free and in all where staging is. */
  space(): { freeBytes: number; totalBytes: number };
  /**
   * Files already at the destination that could be this entry: same size, under its name or kept beside it; an APK
   * under its name in any set of its app. Only their content, compared by digest, decides.
   */
  candidates(entry: FileEntry | ApkEntry): readonly string[];
  /** Makes an empty folder. `same` when it is there already. */
  placeFolder(entry: FolderEntry, making?: Making): 'added' | 'same';
  /**
   * Where `takeFolder` would put a folder of that name: a path on disk. Undefined when something is there, or when the
   * device cannot take whole folders.
   */
  roomFor(name: string): string | undefined;
  /**
   * Takes a whole staged folder of files to the top of `files/` in one rename, where nothing of its name is: a hundred
   * thousand renames less. False, and nothing has changed, where there is something or it cannot be done at once; then
   * its entries are placed one by one. Told as made: the folders above it and itself, not what is in it.
   */
  takeFolder(name: string, staged: string, making?: Making): boolean;
  /**
   * Takes a verified staged file into its place by rename, its modification time and mode already set. Never
   * overwrites: a different file of that name stays and the new one is kept beside it (`photo (2).jpg`).
   * An identical one (`identical` compares by content) stays and the staged one is removed.
   */
  place(
    entry: FileEntry,
    staged: string,
    identical: (path: string) => boolean,
    making?: Making,
  ): 'added' | 'same';
  /** Bytes of a file it has told of as made, as the device has it now; undefined when no file is there. */
  sizeOf(path: string): number | undefined;
  /**
   * Sets of an app already there (`apps/<package>`, `apps/<package> (2)` …) that could be this one: those with all of its
   * APKs in the same sizes. For each, their paths in the order of `entries`; only their content decides.
   */
  appSets(entries: readonly ApkEntry[]): readonly (readonly string[])[];
  /**
   * Takes all APKs of an app to a folder of their own, in one rename where that can be: base and splits of different
   * versions in one folder are no app. Another set that is there stays, and this one is kept beside it.
   * @param workFolder empty, ours, where staging is; gone afterwards.
   */
  placeApp(apks: readonly StagedApk[], workFolder: string, making?: Making): void;
  /** Merges records (see kinds/kind.ts). Nothing is changed: the replacements are not yet renamed, nor are folders for them made. */
  merge(
    kind: RecordKind,
    incoming: () => AsyncIterable<string>,
    workFolder: string,
    signal: AbortSignal,
  ): Promise<MergeResult>;
  /**
   * Whether what a merge wrote is what the device has now: found where its records are looked for, and the very files
   * that were read back. Asked once they have been renamed.
   */
  holds(kind: RecordKind, replacements: MergeResult['replacements']): boolean;
  /** Brings all that was placed to stable storage, as far as the system can: before a receipt says that it is there. */
  flush(): Promise<unknown>;
  /** Bytes of the record files of a kind: a merge writes them anew beside the old ones. */
  recordBytes(kind: RecordKind): number;
  close(): Promise<void>;
}
