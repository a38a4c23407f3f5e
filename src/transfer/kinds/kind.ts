/**
 * The vocabulary every kind shares: its name, why something of it was not moved, and the two things a record kind
 * must be able to do: be read as records, and be merged into what is already there.
 */

export const KINDS = ['contacts', 'messages', 'calls', 'calendar', 'apps', 'files'] as const;
/** What data is: the six kinds that move. */
export type Kind = (typeof KINDS)[number];

/** The kinds that are records; apps and files are not. */
export const RECORD_KINDS = ['contacts', 'messages', 'calls', 'calendar'] as const;
/** A kind whose data is records, merged one by one at the destination. */
export type RecordKind = (typeof RECORD_KINDS)[number];

/**
 * Why something did not move. `onPurpose` reasons are the promise at work and leave a move complete; the others make
 * it partial.
 */
export const SKIP_REASONS = {
  link: { onPurpose: true, text: 'symbolic links are not moved' },
  special: { onPurpose: true, text: 'sockets, pipes and devices are not moved' },
  credential: { onPurpose: true, text: 'holds a password or key, left behind on purpose' },
  'app-cannot-run': { onPurpose: true, text: 'the app cannot run on the new device' },
  'app-already-there': { onPurpose: true, text: 'the app is already there' },
  'app-left-behind': { onPurpose: true, text: 'the app belongs to the system or to an organisation' },
  'app-other-version': { onPurpose: true, text: 'another version of the same app moves' },
  receiving: { onPurpose: true, text: 'is the folder that is being moved into' },
  'not-chosen': { onPurpose: true, text: 'was not chosen' },
  deleted: { onPurpose: true, text: 'was deleted on the old device and waits in its bin' },
  'no-equivalent': {
    onPurpose: true,
    text: 'has no counterpart on the new device, such as a reaction or a notice',
  },
  cache: { onPurpose: true, text: 'thumbnails and temporary files are made anew' },
  'app-data': { onPurpose: true, text: 'data of an app, which the phone lets nobody read' },
  'contact-photo': {
    onPurpose: true,
    text: 'photos of contacts do not come over the cable; an export of the contacts on the phone has them',
  },
  'as-file': {
    onPurpose: true,
    text: "is in a file in the phone's Download folder, for an app there to take in",
  },
  'name-not-portable': { onPurpose: false, text: 'its name or path cannot travel' },
  'name-not-unicode': { onPurpose: false, text: 'the name is not valid Unicode' },
  'name-clash': { onPurpose: false, text: 'another name differs only in case or spelling' },
  unreadable: { onPurpose: false, text: 'could not be read' },
  'not-allowed': { onPurpose: false, text: 'the old device does not let other programs read it' },
  vanished: { onPurpose: false, text: 'was gone when it was to be read' },
  changed: { onPurpose: false, text: 'changed while it was being read' },
  'not-arrived': { onPurpose: false, text: 'had not arrived when the move was interrupted' },
  refused: { onPurpose: false, text: "the new device's disk does not take it" },
  damaged: { onPurpose: false, text: 'did not arrive intact' },
  malformed: { onPurpose: false, text: 'is not well formed' },
  'too-large': { onPurpose: false, text: 'is larger than can be moved' },
  'not-an-apk': { onPurpose: false, text: 'is not an Android package' },
} as const satisfies Record<string, { onPurpose: boolean; text: string }>;

/** Why something did not move; the keys of `SKIP_REASONS`. */
export type SkipReason = keyof typeof SKIP_REASONS;

export const SKIP_REASON_NAMES = Object.keys(SKIP_REASONS) as [SkipReason, ...SkipReason[]];

/** How many things were left out for one reason. */
export interface SkipCount {
  readonly reason: SkipReason;
  readonly count: number;
}

/**
 * Called for everything that is left out while reading; `count` is 1 when absent. `path` names it as the manifest would:
 * a file by its components, a record by the file it is in, an app by its package. `[]` when it has no name.
 */
export type ReportSkip = (reason: SkipReason, count?: number, path?: readonly string[]) => void;

/**
 * One thing that did not move, or not under its own name. It is told on the device that has the thing and never crosses
 * the wire: a receipt holds counts, not names.
 */
export type LeftBehind =
  | { readonly kind: Kind; readonly path: readonly string[]; readonly reason: SkipReason }
  | { readonly kind: Kind; readonly path: readonly string[]; readonly renamedTo: readonly string[] };

/** Told of each thing left behind or renamed; `count` things of one path and reason when it is more than 1. */
export type ReportLeft = (item: LeftBehind, count?: number) => void;

/** Tells a file from any other, and from itself once it was written to. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file of a record kind: `collection` names the calendar (or address book) when a device has several. */
export interface RecordFile {
  readonly path: string;
  readonly collection: string | undefined;
}

export interface MergeRequest {
  /** What the destination holds of this kind now; any of these may be replaced, none is ever written in place. */
  readonly existing: readonly RecordFile[];
  /** The records that arrived, as the lines `read` made; can be iterated more than once. */
  readonly incoming: () => AsyncIterable<string>;
  /** Where a file of the given collection belongs at the destination (absolute). */
  readonly target: (collection: string | undefined) => string;
  /** Empty folder of ours to write new versions in, on the same file system as the destination. */
  readonly workFolder: string;
  readonly signal: AbortSignal;
}

/** A new version of a record file: written, re-read and complete. */
export interface Replacement {
  readonly from: string;
  readonly to: string;
  /** The file as it was when it was read back: whoever finds it again under another name need not read it again. */
  readonly read: FileIdentity;
  /** The file at `to` as it was before it was read to be merged; undefined when there was none. Another has changed since. */
  readonly was: FileIdentity | undefined;
}

/** What a merge of records came to, and the files to be renamed so that it is done. */
export interface MergeResult {
  readonly added: number;
  readonly merged: number;
  readonly same: number;
  readonly skipped: readonly SkipCount[];
  /**
   * Records of the destination's files before, and after with the replacements in their places; both counted by reading
   * them with this format's reader. `after` is `before + added`, or the merge has failed.
   */
  readonly before: number;
  readonly after: number;
  /** The session renames each. Empty when nothing changes. */
  readonly replacements: readonly Replacement[];
}

/** What the engine needs to know of a record kind. */
export interface RecordFormat {
  readonly kind: RecordKind;
  /** Name of the single file in a device folder, e.g. `contacts.vcf`. */
  readonly fileName: string;
  /**
   * Reads one file as records, each one line of JSON (no line feed in it), in the file's order and the same on every
   * call. A record that is malformed is reported and the rest goes on; memory does not grow with the file. A piece of
   * `input` is looked at until the next is asked for, and not kept.
   */
  read(
    input: AsyncIterable<Uint8Array>,
    options: {
      readonly collection: string | undefined;
      readonly skip: ReportSkip;
      readonly signal: AbortSignal;
    },
  ): AsyncIterable<string>;
  /** A second form some files come in, told by their ending; one that cannot be read from beginning to end. */
  readonly archive?: {
    readonly ending: string;
    read(
      path: string,
      options: { readonly skip: ReportSkip; readonly signal: AbortSignal },
    ): AsyncIterable<string>;
  };
  /**
   * Merges records into what is there: idempotent, loses nothing, deletes nothing. New versions are written aside
   * and read back before they are returned.
   * @throws MoverError `NO_SPACE` when the disk is full; any other failure leaves the destination as it was.
   */
  merge(request: MergeRequest): Promise<MergeResult>;
}
