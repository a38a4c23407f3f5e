/** A device in memory: for tests. */
import type { AppFacts, DeviceFacts } from '../../../src/transfer/compat/facts.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import type { ApkEntry, Entry, FileEntry, FolderEntry } from '../../../src/transfer/kinds/entry.ts';
import { compareCodePoints } from '../../../src/transfer/kinds/files/order.ts';
import { KINDS, type Kind, type RecordKind, type ReportSkip } from '../../../src/transfer/kinds/kind.ts';
import { checkPath } from '../../../src/transfer/paths/safe-path.ts';
import { TreeKeys } from '../../../src/transfer/kinds/tree-keys.ts';
import type { Content, ScanOptions, Source } from '../../../src/transfer/devices/port.ts';
import { isTooLarge } from '../../../src/transfer/kinds/too-large.ts';
import { countSegments, makeSegments, type Segment } from '../../../src/transfer/devices/segments.ts';

export interface MemoryFile {
  readonly path: readonly string[];
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly executable?: boolean;
}

export interface MemoryApp {
  readonly facts: AppFacts;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array; readonly mtimeMs: number }[];
}

export interface MemoryDevice {
  readonly device?: DeviceFacts;
  /** Lines as the kind's format reads them. */
  readonly records?: Readonly<Partial<Record<RecordKind, readonly string[]>>>;
  readonly apps?: readonly MemoryApp[];
  readonly files?: readonly MemoryFile[];
  readonly emptyFolders?: readonly (readonly string[])[];
}

type TreeEntry = FileEntry | FolderEntry;

export class MemorySource implements Source {
  readonly device: DeviceFacts;
  readonly #held: MemoryDevice;

  constructor(held: MemoryDevice) {
    this.device = held.device ?? { platform: 'computer' };
    this.#held = held;
  }

  async *scan(options: ScanOptions): AsyncGenerator<Entry, void> {
    for (const kind of KINDS) {
      if (!options.kinds.includes(kind)) continue;
      options.signal.throwIfAborted();
      const skip: ReportSkip = (...reason) => {
        options.skip(kind, ...reason);
      };
      yield* this.#scanKind(kind, options, skip);
    }
  }

  content(entry: FileEntry | ApkEntry): Content {
    const bytes = entry.type === 'apk' ? this.#apk(entry) : this.#file(entry);
    if (bytes === undefined) throw new MoverError('UNEXPECTED', { detail: 'an entry that no scan has met' });
    return { type: 'bytes', bytes };
  }

  segments(kind: RecordKind, first: number, signal: AbortSignal): AsyncGenerator<Segment, void> {
    return makeSegments(
      this.#lines(kind, () => undefined, signal),
      first,
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#scanKind(kind: Kind, options: ScanOptions, skip: ReportSkip): AsyncGenerator<Entry, void> {
    if (kind === 'apps') yield* this.#apps(options);
    else if (kind === 'files') yield* this.#tree(skip);
    else {
      for await (const segment of countSegments(this.#lines(kind, skip, options.signal))) {
        yield { type: 'segment', kind, ...segment };
      }
    }
  }

  *#lines(kind: RecordKind, skip: ReportSkip, signal: AbortSignal): Generator<string, void> {
    for (const line of this.#held.records?.[kind] ?? []) {
      signal.throwIfAborted();
      if (isTooLarge(line)) skip('too-large');
      else yield line;
    }
  }

  *#apps({ app }: ScanOptions): Generator<ApkEntry, void> {
    for (const { facts, files } of this.#held.apps ?? []) {
      app(facts);
      for (const { name, bytes, mtimeMs } of files) {
        yield { type: 'apk', kind: 'apps', path: [facts.package, name], size: bytes.byteLength, mtimeMs };
      }
    }
  }

  *#tree(skip: ReportSkip): Generator<TreeEntry, void> {
    const tree = new TreeKeys();
    const files = (this.#held.files ?? []).map(({ path, bytes, mtimeMs, executable = false }): TreeEntry => ({
      type: 'file',
      kind: 'files',
      path,
      size: bytes.byteLength,
      mtimeMs,
      executable,
    }));
    const folders = (this.#held.emptyFolders ?? []).map((path): TreeEntry => ({
      type: 'folder',
      kind: 'files',
      path,
      size: 0,
    }));
    for (const entry of [...files, ...folders].sort((a, b) => comparePaths(a.path, b.path))) {
      if (checkPath(entry.path) !== undefined) skip('name-not-portable', 1, entry.path);
      else if (!tree.add(entry.path, entry.type)) skip('name-clash', 1, entry.path);
      else yield entry;
    }
  }

  #file({ path }: FileEntry): Uint8Array | undefined {
    return this.#held.files?.find((file) => comparePaths(file.path, path) === 0)?.bytes;
  }

  #apk({ path: [name, file] }: ApkEntry): Uint8Array | undefined {
    const app = this.#held.apps?.find(({ facts }) => facts.package === name);
    return app?.files.find((apk) => apk.name === file)?.bytes;
  }
}

/** Depth first, siblings by code point. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let depth = 0; depth < a.length && depth < b.length; depth += 1) {
    const order = compareCodePoints(a[depth] ?? '', b[depth] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
