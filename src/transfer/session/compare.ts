/**
 * Whether all that a device has is on another one, by reading both again: files and APKs by their content, records by
 * merging them aside, where what is there already comes out as `same`. Nothing is changed on either; what is made to
 * compare is gone afterwards.
 */
import { StorableNames } from '../devices/storable-names.ts';
import type { NameRules } from '../devices/name-rules.ts';
import type {
  Content,
  Destination,
  DeviceDestination,
  DiskDestination,
  Source,
  WrittenRecords,
} from '../devices/port.ts';
import type { ApkEntry, Entry, FileEntry } from '../kinds/entry.ts';
import {
  type Kind,
  KINDS,
  type RecordKind,
  type ReportSkip,
  SKIP_REASONS,
  type SkipReason,
} from '../kinds/kind.ts';
import { ContentDigest, digestOf, type Digest } from '../disk/digest.ts';
import { digestOfFile } from './digest-of-file.ts';
import { segmentLines } from './segment-lines.ts';
import { Staging } from './staging/staging.ts';

export interface ComparedKind {
  readonly kind: Kind;
  /** Records, apps and files that are on both. */
  readonly there: number;
  /** Only on the old device. */
  readonly missing: number;
  /** Of those, the ones that never move: credentials, links, what was deleted. */
  readonly onPurpose: number;
}

/** Whether all of one device is on another, and per kind what is not. */
export interface Comparison {
  /** All that can move is on the new device. */
  readonly complete: boolean;
  readonly kinds: readonly ComparedKind[];
}

/** The two devices `compareDevices` reads, and what it tells as it goes. */
export interface CompareOptions {
  readonly source: Source;
  readonly destination: Destination;
  readonly kinds?: readonly Kind[];
  /** Told of each thing that is only on the old device; records are told by their number. */
  readonly onMissing?: (kind: Kind, path: readonly string[], reason?: SkipReason, count?: number) => void;
  /** Things compared so far. */
  readonly onProgress?: (things: number) => void;
  readonly signal: AbortSignal;
}

interface Count {
  there: number;
  missing: number;
  onPurpose: number;
}

/**
 * Reads both devices and says whether all of the old one is on the new one: "safe to erase?"
 * @throws what the devices throw; the signal's reason.
 */
export async function compareDevices(options: CompareOptions): Promise<Comparison> {
  const { destination, signal } = options;
  const there = await (destination.type === 'disk'
    ? onDisk(destination, signal)
    : onDevice(destination, signal));
  try {
    return await new Compare(options, there).run();
  } finally {
    await there.close();
  }
}

/** What is asked of the new device. */
interface Compared {
  readonly names: NameRules;
  /** Digests of the files there that could be the entry. */
  digests(entry: FileEntry | ApkEntry): AsyncIterable<Digest | undefined>;
  /** What moving these records would come to. */
  records(kind: RecordKind, incoming: () => AsyncIterable<string>): Promise<WrittenRecords>;
  close(): Promise<void>;
}

async function onDisk(destination: DiskDestination, signal: AbortSignal): Promise<Compared> {
  const staging = await Staging.openAside(destination.stagingParent);
  return {
    names: destination.nameRules(staging.folder),
    async *digests(entry) {
      for (const path of destination.candidates(entry)) yield await digestOfFile(path, entry.size, signal);
    },
    records: (kind, incoming) => destination.merge(kind, incoming, staging.workFolder(kind), signal),
    close: () => staging.drop(),
  };
}

async function onDevice(destination: DeviceDestination, signal: AbortSignal): Promise<Compared> {
  const staging = await destination.openStaging({ dryRun: true, keepUndo: false }, signal);
  return {
    names: staging.names,
    async *digests(entry) {
      const [candidates = []] = await destination.candidates([entry], signal);
      for (const file of candidates) {
        yield await digestOfStream(destination.read(file, signal), entry.size, signal);
      }
    },
    records: (kind, incoming) => staging.writeRecords(kind, incoming, signal),
    close: () => staging.drop(),
  };
}

class Compare {
  readonly #options: CompareOptions;
  readonly #there: Compared;
  readonly #names: StorableNames;
  readonly #counts = new Map<Kind, Count>();
  readonly #records = new Set<RecordKind>();
  /** Apps, and whether all of their APKs are there. */
  readonly #apps = new Map<string, boolean>();
  #things = 0;

  constructor(options: CompareOptions, there: Compared) {
    this.#options = options;
    this.#there = there;
    this.#names = new StorableNames(there.names);
  }

  async run(): Promise<Comparison> {
    const { source, kinds = KINDS, signal, onProgress } = this.#options;
    const skip = (kind: Kind, ...[reason, times = 1, path = []]: Parameters<ReportSkip>): void => {
      this.#lacks(kind, path, reason, times);
    };
    for await (const entry of source.scan({ kinds, skip, app: () => undefined, signal })) {
      signal.throwIfAborted();
      await this.#look(entry);
      this.#things += 1;
      onProgress?.(this.#things);
    }
    for (const kind of this.#records) await this.#compareRecords(kind);
    for (const [name, there] of this.#apps) {
      if (there) this.#count('apps').there += 1;
      else this.#lacks('apps', [name]);
    }
    const compared = KINDS.filter((kind) => kinds.includes(kind)).map((kind) => ({
      kind,
      ...this.#count(kind),
    }));
    return { complete: compared.every(({ missing, onPurpose }) => missing === onPurpose), kinds: compared };
  }

  async #look(entry: Entry): Promise<void> {
    switch (entry.type) {
      case 'segment':
        this.#records.add(entry.kind);
        return;
      case 'apk': {
        const there = await this.#isThere(entry, entry);
        this.#apps.set(entry.path[0], there && this.#apps.get(entry.path[0]) !== false);
        return;
      }
      case 'file': {
        const held = this.#names.pathFor(entry);
        if (held.type === 'file' && (await this.#isThere(entry, held))) this.#count('files').there += 1;
        else this.#lacks('files', entry.path);
        return;
      }
      case 'folder':
        // It holds nothing that could be lost, and takes its name from no other.
        this.#names.pathFor(entry);
    }
  }

  /** @param held the entry under the name it has at the destination. */
  async #isThere(entry: FileEntry | ApkEntry, held: FileEntry | ApkEntry): Promise<boolean> {
    const { source, signal } = this.#options;
    let wanted: Digest | undefined;
    for await (const digest of this.#there.digests(held)) {
      // Read once something could be it.
      wanted ??= await digestOfContent(source.content(entry), entry.size, signal);
      if (wanted === undefined) return false;
      if (digest === wanted) return true;
    }
    return false;
  }

  async #compareRecords(kind: RecordKind): Promise<void> {
    const { source, signal } = this.#options;
    const incoming = (): AsyncIterable<string> => linesOf(source, kind, signal);
    const result = await this.#there.records(kind, incoming);
    this.#count(kind).there += result.same;
    for (const { reason, count } of result.skipped) this.#lacks(kind, [], reason, count);
    // What a merge would still add to a record is not there either.
    const missing = result.added + result.merged;
    if (missing > 0) this.#lacks(kind, [], undefined, missing);
  }

  #lacks(kind: Kind, path: readonly string[], reason?: SkipReason, times = 1): void {
    const count = this.#count(kind);
    count.missing += times;
    if (reason !== undefined && SKIP_REASONS[reason].onPurpose) count.onPurpose += times;
    this.#options.onMissing?.(kind, path, reason, times);
  }

  #count(kind: Kind): Count {
    const count = this.#counts.get(kind) ?? { there: 0, missing: 0, onPurpose: 0 };
    this.#counts.set(kind, count);
    return count;
  }
}

/** Undefined for what cannot be read, or is not as large as it was when it was listed. */
async function digestOfContent(
  content: Content,
  size: number,
  signal: AbortSignal,
): Promise<Digest | undefined> {
  switch (content.type) {
    case 'path':
      return digestOfFile(content.path, size, signal);
    case 'bytes':
      return digestOf(Buffer.from(content.bytes));
    case 'stream':
      return digestOfStream(content.open(0, signal), size, signal);
  }
}

async function digestOfStream(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
  signal: AbortSignal,
): Promise<Digest | undefined> {
  const digest = new ContentDigest();
  let read = 0;
  try {
    for await (const piece of bytes) {
      digest.update(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
      read += piece.byteLength;
    }
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
  return read === size ? digest.digest() : undefined;
}

async function* linesOf(source: Source, kind: RecordKind, signal: AbortSignal): AsyncGenerator<string, void> {
  for await (const { bytes } of source.segments(kind, 0, signal)) {
    yield* segmentLines(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}
