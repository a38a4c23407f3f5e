/** A device folder, or files and folders named one by one, as a source. Nothing in it is ever changed. */
import type { DeviceFacts } from '../../compat/facts.ts';
import { MoverError } from '../../errors.ts';
import { lockedFolders } from '../../disk/folder-lock.ts';
import { nameOnDevice } from '../../paths/raw-path.ts';
import type { ApkEntry, Entry, FileEntry, SegmentEntry } from '../../kinds/entry.ts';
import { walkFiles, type WalkRoot } from '../../kinds/files/walk.ts';
import type { ReadOnlyFileSystem } from '../../kinds/files/read-only-fs.ts';
import { type Kind, KINDS, type RecordFormat, type RecordKind, type ReportSkip } from '../../kinds/kind.ts';
import { pathBelow } from '../../paths/path-below.ts';
import type { Content, ScanOptions, Source } from '../port.ts';
import type { Segment } from '../segments.ts';
import { AppSource, type ReadApps } from './app-source.ts';
import { RecordSource } from './record-source.ts';
import { findParts, type FolderSpec, type SourceParts } from './source-parts.ts';

/** How a folder source reads what is in it. */
export interface FolderReaders {
  readonly formats: Readonly<Record<RecordKind, RecordFormat>>;
  readonly readApps: ReadApps;
  /** Whether a file is left behind because it holds credentials (privacy/left-behind.ts). */
  readonly isCredential: (path: readonly string[]) => boolean;
  /** By what is in it (kinds/files/credential-content.ts). */
  readonly holdsCredentials?: (location: string, name: string) => boolean;
  readonly fileSystem?: ReadOnlyFileSystem;
}

export class FolderSource implements Source {
  readonly device: DeviceFacts;
  /** The folder has no device's layout, and all of it is taken as files. */
  readonly plain: boolean;
  readonly linked: readonly Kind[];
  readonly #parts: SourceParts;
  readonly #readers: FolderReaders;
  readonly #apps: AppSource;
  readonly #records: Readonly<Record<RecordKind, RecordSource>>;

  /** @throws MoverError `SOURCE_MISSING`, `SOURCE_UNREADABLE`, `SOURCE_INVALID`. */
  constructor(spec: FolderSpec, readers: FolderReaders) {
    const parts = findParts(spec, readers.formats);
    const records = (kind: RecordKind): RecordSource =>
      new RecordSource(readers.formats[kind], parts.records[kind]);
    this.device = parts.device;
    this.plain = parts.plain;
    this.linked = parts.links;
    this.#parts = parts;
    this.#readers = readers;
    this.#apps = new AppSource(parts.apps, readers.readApps);
    this.#records = {
      contacts: records('contacts'),
      messages: records('messages'),
      calls: records('calls'),
      calendar: records('calendar'),
    };
  }

  async *scan(options: ScanOptions): AsyncGenerator<Entry, void> {
    for (const kind of KINDS) {
      if (!options.kinds.includes(kind)) continue;
      options.signal.throwIfAborted();
      if (this.#parts.links.includes(kind)) options.skip(kind, 'link', 1, [kind]);
      if (kind !== 'files') {
        yield* this.#scanKind(kind, options);
        continue;
      }
      // Not by way of another generator, which would make a promise of each file once more.
      const isReceiving = await lockedFolders();
      for (const root of this.#parts.files) {
        if ('folder' in root && root.below.length > 0 && isReceiving?.(root.folder) === true) {
          options.skip('files', 'receiving', 1, root.below);
          continue;
        }
        for await (const entries of this.#walk(root, options, isReceiving))
          for (const entry of entries) yield entry;
      }
    }
  }

  async isReceiving(): Promise<boolean> {
    const { top, files } = this.#parts;
    const isLocked = await lockedFolders();
    const whole = files.flatMap((root) => ('folder' in root && root.below.length === 0 ? [root.folder] : []));
    return isLocked !== undefined && [...(top === undefined ? [] : [top]), ...whole].some(isLocked);
  }

  content(entry: FileEntry | ApkEntry): Content {
    if (entry.type === 'apk') {
      const path = this.#apps.pathOf(entry);
      if (path === undefined) throw new MoverError('UNEXPECTED', { detail: 'an APK that no scan has met' });
      return { type: 'path', path };
    }
    const root = this.#rootOf(entry.path);
    if ('file' in root) return { type: 'path', path: root.file };
    const below = entry.path.slice(root.below.length).map(nameOnDevice);
    return { type: 'path', path: pathBelow(root.folder, below) };
  }

  async *segments(kind: RecordKind, first: number, signal: AbortSignal): AsyncGenerator<Segment, void> {
    signal.throwIfAborted();
    yield* this.#records[kind].make(first, signal);
  }

  /** Nothing is open between calls. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#scanKind(
    kind: Exclude<Kind, 'files'>,
    options: ScanOptions,
  ): AsyncGenerator<ApkEntry | SegmentEntry, void> {
    const { signal, app } = options;
    const skip = skipsOf(kind, options);
    if (kind === 'apps') {
      yield* this.#apps.scan({ skip, app, signal });
      return;
    }
    for await (const segment of this.#records[kind].count(skip, signal)) {
      yield { type: 'segment', kind, ...segment };
    }
  }

  #walk(
    root: WalkRoot,
    options: ScanOptions,
    isReceiving: ((folder: string) => boolean) | undefined,
  ): ReturnType<typeof walkFiles> {
    return walkFiles(root, {
      ...this.#readers,
      isIncluded: this.#parts.isIncluded,
      isReceiving,
      skip: skipsOf('files', options),
      signal: options.signal,
    });
  }

  #rootOf(path: readonly string[]): WalkRoot {
    const root = this.#parts.files.find(({ below }) => below.length === 0 || below[0] === path[0]);
    if (root === undefined) throw new MoverError('UNEXPECTED', { detail: 'a file that no scan has met' });
    return root;
  }
}

const skipsOf =
  (kind: Kind, options: ScanOptions): ReportSkip =>
  (...reason) => {
    options.skip(kind, ...reason);
  };
