/**
 * A `Source` out of a device that is no folder: a phone, a backup, an account. Its records are read once, in the form
 * their kind is exchanged in, and kept as segments in an encrypted spool; its files are streams.
 */
import type { AppFacts, DeviceFacts } from '../compat/facts.ts';
import { MoverError } from '../errors.ts';
import type { ApkEntry, Entry, FileEntry, FolderEntry } from '../kinds/entry.ts';
import { type Kind, KINDS, type RecordFormat, type RecordKind, type ReportSkip } from '../kinds/kind.ts';
import { isTooLarge } from '../kinds/too-large.ts';
import { travelTime } from '../paths/file-time.ts';
import { checkPath } from '../paths/safe-path.ts';
import { TreeKeys } from '../kinds/tree-keys.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { Content, ScanOptions, Source } from './port.ts';
import { RecordSpool } from './record-spool.ts';
import type { Segment, SegmentSize } from './segments.ts';

/** How a `DeviceReader` tells of what it leaves out, and is stopped. */
export interface ReadOptions {
  readonly skip: ReportSkip;
  readonly signal: AbortSignal;
}

/** Records as one file of them would be: vCard, iCalendar, or the XML of SMS Backup & Restore. */
export interface RecordStream {
  /** Name of the calendar or address book, when the device has several. */
  readonly collection: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** An app with its base APK and splits. */
export interface DeviceApp {
  readonly facts: AppFacts;
  readonly apks: readonly ApkEntry[];
}

/** What a device gives. */
export interface DeviceReader {
  readonly device: DeviceFacts;
  /** See `Source`. */
  readonly androidId?: Ephemeral<string>;
  /** Asked at most once for each kind. */
  records(kind: RecordKind, options: ReadOptions): AsyncIterable<RecordStream>;
  /** Depth first, siblings by code point; folders only where they are empty. Asked at each scan. */
  files(options: ReadOptions): AsyncIterable<FileEntry | FolderEntry>;
  /** Asked at each scan. */
  apps(options: ReadOptions): AsyncIterable<DeviceApp>;
  content(entry: FileEntry | ApkEntry): Content;
  close(): Promise<void>;
}

type Formats = Readonly<Record<RecordKind, Pick<RecordFormat, 'read'>>>;

export class SpooledSource implements Source {
  readonly device: DeviceFacts;
  readonly androidId?: Ephemeral<string>;
  readonly #reader: DeviceReader;
  readonly #formats: Formats;
  readonly #spool = new RecordSpool<RecordKind>();
  /** What was left out when records were read: told again at a later scan. */
  readonly #skips = new Map<RecordKind, Parameters<ReportSkip>[]>();

  constructor(reader: DeviceReader, formats: Formats) {
    this.device = reader.device;
    if (reader.androidId !== undefined) this.androidId = reader.androidId;
    this.#reader = reader;
    this.#formats = formats;
  }

  async *scan(options: ScanOptions): AsyncGenerator<Entry, void> {
    const { signal, app } = options;
    for (const kind of KINDS) {
      if (!options.kinds.includes(kind)) continue;
      signal.throwIfAborted();
      const skip = skipsOf(kind, options);
      if (kind === 'files') yield* this.#files({ skip, signal });
      else if (kind === 'apps') {
        for await (const { facts, apks } of this.#reader.apps({ skip, signal })) {
          app(facts);
          yield* apks;
        }
      } else {
        for await (const segment of this.#segmentSizes(kind, skip, signal)) {
          yield { type: 'segment', kind, ...segment };
        }
      }
    }
  }

  content(entry: FileEntry | ApkEntry): Content {
    return this.#reader.content(entry);
  }

  async *segments(kind: RecordKind, first: number, signal: AbortSignal): AsyncGenerator<Segment, void> {
    signal.throwIfAborted();
    if (!this.#spool.has(kind)) {
      const sizes = this.#segmentSizes(kind, () => undefined, signal);
      while ((await sizes.next()).done !== true);
    }
    for (const segment of this.#spool.read(kind, first)) {
      signal.throwIfAborted();
      yield segment;
    }
  }

  async close(): Promise<void> {
    this.#spool.close();
    await this.#reader.close();
  }

  /** Those whose names may travel and stand beside each other. */
  async *#files(options: ReadOptions): AsyncGenerator<FileEntry | FolderEntry, void> {
    const tree = new TreeKeys();
    for await (const entry of this.#reader.files(options)) {
      if (checkPath(entry.path) !== undefined) options.skip('name-not-portable', 1, entry.path);
      else if (!tree.add(entry.path, entry.type)) options.skip('name-clash', 1, entry.path);
      else yield { ...entry, ...('mtimeMs' in entry ? { mtimeMs: travelTime(entry.mtimeMs) } : {}) };
    }
  }

  async *#segmentSizes(
    kind: RecordKind,
    report: ReportSkip,
    signal: AbortSignal,
  ): AsyncGenerator<SegmentSize, void> {
    if (this.#spool.has(kind)) {
      for (const skipped of this.#skips.get(kind) ?? []) report(...skipped);
      yield* this.#spool.sizes(kind);
      return;
    }
    const skips: Parameters<ReportSkip>[] = [];
    this.#skips.set(kind, skips);
    const skip: ReportSkip = (...skipped) => {
      skips.push(skipped);
      report(...skipped);
    };
    yield* this.#spool.fill(kind, this.#lines(kind, { skip, signal }));
  }

  async *#lines(kind: RecordKind, options: ReadOptions): AsyncGenerator<string, void> {
    const { skip, signal } = options;
    try {
      for await (const { collection, bytes } of this.#reader.records(kind, options)) {
        const name = collection === undefined ? [] : [collection];
        const report: ReportSkip = (reason, count, path) => {
          skip(reason, count, path ?? name);
        };
        for await (const line of this.#formats[kind].read(bytes, { collection, skip: report, signal })) {
          signal.throwIfAborted();
          if (isTooLarge(line)) report('too-large');
          else yield line;
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      // What a device says by a code of ours concerns all of it; anything else costs what is left of this kind.
      if (error instanceof MoverError) throw error;
      skip('unreadable');
    }
  }
}

const skipsOf =
  (kind: Kind, options: ScanOptions): ReportSkip =>
  (...reason) => {
    options.skip(kind, ...reason);
  };
