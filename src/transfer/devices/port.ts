/**
 * The two ports of the engine: where data comes from and where it goes. One folder here for each kind of device;
 * every promise of these interfaces is tested by one suite for all of them (test/contract).
 */
import type { AppFacts, DeviceFacts } from '../compat/facts.ts';
import type { ApkEntry, Entry, FileEntry, FolderEntry } from '../kinds/entry.ts';
import type { Kind, MergeResult, RecordKind, ReportSkip, SkipCount, SkipReason } from '../kinds/kind.ts';
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

/** What the engine wants of a source's scan, and how it is told of what the entries do not say. */
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
export interface CreatedPath {
  readonly type: 'file' | 'folder';
  readonly path: string;
}

/**
 * Told of everything a destination makes, before it makes it and when nothing is there: whoever writes it down knows
 * of all that was made, also when the process is killed between the two.
 */
export interface CreationObserver {
  /** These are about to be made, all in one step. */
  before(created: readonly CreatedPath[]): void;
  /** Those told last were not made: something else had come there. */
  failed(): void;
}

/** A verified APK and the staged file that holds it. */
export interface StagedApk {
  readonly entry: ApkEntry;
  readonly staged: string;
}

/** Bytes free and in all where data goes; 0 in all where that cannot be told. */
export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * A device data goes to: a disk of this computer, where moving is renaming, or a device behind a cable, which does it by
 * itself. Nothing that was there is ever changed, save a record file by a merge that loses nothing.
 */
export type Destination = DiskDestination | DeviceDestination;

/** A destination that is a disk of this computer. The engine stages on the same disk and renames into place. */
export interface DiskDestination {
  readonly type: 'disk';
  readonly device: DeviceFacts;
  /** Folder that staging is made in; on the file system the data will stay on where that is possible. */
  readonly stagingParent: string;
  /** What its file system can hold as a name, found out by trying in `folder`, which is staging's and there. */
  nameRules(folder: string): NameRules;
  /** Where staging is. */
  space(): Space;
  /**
   * Files already at the destination that could be this entry: same size, under its name or kept beside it; an APK
   * under its name in any set of its app. Only their content, compared by digest, decides.
   */
  candidates(entry: FileEntry | ApkEntry): readonly string[];
  /** Makes an empty folder. `same` when it is there already. */
  placeFolder(entry: FolderEntry, observer?: CreationObserver): 'added' | 'same';
  /**
   * Where `adoptFolder` would put a folder of that name: a path on disk. Undefined when something is there, or when the
   * device cannot take whole folders.
   */
  freePathFor(name: string): string | undefined;
  /**
   * Takes a whole staged folder of files to the top of `files/` in one rename, where nothing of its name is: a hundred
   * thousand renames less. False, and nothing has changed, where there is something or it cannot be done at once; then
   * its entries are placed one by one. Told as made: the folders above it and itself, not what is in it.
   */
  adoptFolder(name: string, staged: string, observer?: CreationObserver): boolean;
  /**
   * Takes a verified staged file into its place by rename, its modification time and mode already set. Never
   * overwrites: a different file of that name stays and the new one is kept beside it (`photo (2).jpg`).
   * An identical one (`identical` compares by content) stays and the staged one is removed.
   */
  place(
    entry: FileEntry,
    staged: string,
    identical: (path: string) => boolean,
    observer?: CreationObserver,
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
  placeApp(apks: readonly StagedApk[], workFolder: string, observer?: CreationObserver): void;
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

/** A staged entry, and what it is read from when it goes to its place. */
export interface StagedOnDevice<Staged extends Entry> {
  readonly entry: Staged;
  /** As `DeviceStaging.find` or `write` has it. */
  readonly staged: string;
}

/** What became of a file: `name` where something else had its own and it is kept beside that. */
export type PlacedOnDevice =
  | { readonly outcome: 'added'; readonly name?: string }
  | { readonly outcome: 'same' | 'damaged' | 'refused' };

/** Counted by reading back what the device has then: they add up to the records that came. */
export interface WrittenRecords {
  readonly added: number;
  readonly merged: number;
  readonly same: number;
  readonly skipped: readonly SkipCount[];
}

/**
 * A destination that is no disk of this computer: a phone behind a cable. Bytes are staged on it, read back there, and taken
 * to their places by the device itself; what that changes is written down on it before, for `undo`.
 */
export interface DeviceDestination {
  readonly type: 'device';
  readonly device: DeviceFacts;
  /** A phone's Android ID, by which a move from the same phone is refused. Wiped when the destination is closed. */
  readonly androidId?: Ephemeral<string>;
  /** What two moves into one device have in common. Says nothing of the device. */
  readonly lockName: string;
  space(): Promise<Space>;
  /** @param keepUndo whether the move can be taken back. */
  openStaging(
    choice: { readonly dryRun: boolean; readonly keepUndo: boolean },
    signal: AbortSignal,
  ): Promise<DeviceStaging>;
  /**
   * Files there already that could be these entries: of the same size, under the entry's name or kept beside it; an APK of the
   * app that is installed. Only their content decides.
   */
  candidates(
    entries: readonly (FileEntry | ApkEntry)[],
    signal: AbortSignal,
  ): Promise<readonly (readonly string[])[]>;
  /** A file's bytes from its beginning: one that was named by `candidates`, or one that is staged. */
  read(file: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** What interrupted moves have left on it. */
  stagingReport(signal: AbortSignal): Promise<{ readonly attempts: number; readonly bytes: number }>;
  dropStaging(signal: AbortSignal): Promise<void>;
  /** Takes the last move back. Undefined when there is none that could be. */
  undo(signal: AbortSignal): Promise<DeviceUndoReport | undefined>;
  /** Drops what `undo` needs. False when there is nothing. */
  forgetUndo(signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

export interface DeviceUndoReport {
  /** Files, apps and records that went. */
  readonly removed: number;
  readonly folders: number;
  readonly gone: number;
  /** What was changed since and stays: paths of files, names of apps, kinds of records. */
  readonly left: readonly string[];
}

/** One attempt's staging on a device, and the way from there to the places of things. */
export interface DeviceStaging {
  readonly names: NameRules;
  /** Whether earlier attempts left something. */
  readonly resumed: boolean;
  /** What is staged of each entry, whole or in part; a part is this attempt's from then on. */
  find(
    entries: readonly Entry[],
    signal: AbortSignal,
  ): Promise<readonly ({ readonly staged: string; readonly length: number } | undefined)[]>;
  /** Where an entry is staged by `write`. */
  pathOf(entry: Entry): string;
  /** Writes an entry from byte `from` on and reads it back. See `StoreEntry`, lanes/device-entries.ts. */
  write(entry: Entry, from: number, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string>;
  /**
   * Takes files to their places, never over another: where something else has a file's name it is kept beside that, an
   * identical one stays. Outcomes in the order of the files.
   */
  placeFiles(
    files: readonly StagedOnDevice<FileEntry>[],
    signal: AbortSignal,
  ): Promise<readonly PlacedOnDevice[]>;
  placeFolders(folders: readonly FolderEntry[], signal: AbortSignal): Promise<void>;
  /** Installs all APKs of an app, or none. */
  placeApp(
    apks: readonly StagedOnDevice<ApkEntry>[],
    signal: AbortSignal,
  ): Promise<'added' | 'same' | SkipReason>;
  /** Adds the records that are not there, by the rules of their kind; of a dry run only counts them. */
  writeRecords(
    kind: RecordKind,
    incoming: () => AsyncIterable<string>,
    signal: AbortSignal,
  ): Promise<WrittenRecords>;
  /** Once all is in its place: on stable storage, and known to the device's own programs. */
  settle(signal: AbortSignal): Promise<void>;
  /** What is staged stays, here and of earlier attempts. */
  close(): Promise<void>;
  /** Drops this attempt, and earlier ones in which nothing is left. */
  drop(): Promise<void>;
}
