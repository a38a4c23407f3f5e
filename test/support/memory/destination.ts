/**
 * A destination in memory: for tests. What the port hands round as paths (staged files, files to
 * compare with, record files) is real and waits in a scratch folder.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DeviceFacts } from '../../../src/transfer/compat/facts.ts';
import type { ApkEntry, FileEntry, FolderEntry } from '../../../src/transfer/kinds/entry.ts';
import { isFile } from '../../../src/transfer/kinds/file-identity.ts';
import type { MergeResult, RecordFile, RecordFormat, RecordKind } from '../../../src/transfer/kinds/kind.ts';
import { numberedName } from '../../../src/transfer/devices/numbered-name.ts';
import { EXACT_NAMES, type NameRules } from '../../../src/transfer/devices/name-rules.ts';
import type {
  DiskDestination,
  CreatedPath,
  CreationObserver,
  StagedApk,
} from '../../../src/transfer/devices/port.ts';

export interface PlacedFile {
  readonly type: 'file';
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly executable: boolean;
}

export interface MemoryDestinationOptions {
  /** An empty folder of the caller's, who removes it. */
  readonly scratch: string;
  readonly formats: Readonly<Record<RecordKind, RecordFormat>>;
  readonly device?: DeviceFacts;
  readonly freeBytes?: number;
  /** What it can hold as a name; by default anything. */
  readonly names?: NameRules;
}

type Node = PlacedFile | { readonly type: 'folder' };

const SEPARATOR = '/';

export class MemoryDestination implements DiskDestination {
  readonly type = 'disk';
  readonly device: DeviceFacts;
  readonly stagingParent: string;
  readonly #options: MemoryDestinationOptions;
  readonly #own: string;
  /** By path below the device: `files/photo.jpg`. */
  readonly #nodes = new Map<string, Node>();
  readonly #compared = new Map<string, string>();
  readonly #recordFiles = new Map<RecordKind, Map<string | undefined, string>>();

  constructor(options: MemoryDestinationOptions) {
    this.device = options.device ?? { platform: 'computer' };
    this.stagingParent = options.scratch;
    this.#options = options;
    this.#own = mkdtempSync(join(options.scratch, 'memory-'));
  }

  nameRules(): NameRules {
    return this.#options.names ?? EXACT_NAMES;
  }

  space(): { freeBytes: number; totalBytes: number } {
    const freeBytes = this.#options.freeBytes ?? Number.MAX_SAFE_INTEGER;
    return { freeBytes, totalBytes: freeBytes };
  }

  candidates(entry: FileEntry | ApkEntry): readonly string[] {
    if (entry.type === 'apk') return this.appSets([entry]).flat();
    const folder = this.#findFolder([entry.kind, ...entry.path.slice(0, -1)]);
    const found: string[] = [];
    for (let count = 1; folder !== undefined; count += 1) {
      const path = folder + SEPARATOR + numberedName(entry.path.at(-1) ?? '', count, 'file');
      const node = this.#nodes.get(path);
      if (node === undefined) break;
      if (node.type === 'file' && node.bytes.byteLength === entry.size) found.push(this.#onDisk(path, node));
    }
    return found;
  }

  placeFolder(entry: FolderEntry, observer?: CreationObserver): 'added' | 'same' {
    const path = ['files', ...entry.path];
    const isThere = this.#findFolder(path) !== undefined;
    this.#makeFolder(path, observer);
    return isThere ? 'same' : 'added';
  }

  /** Has no rename: what is staged is read file by file. */
  freePathFor(): undefined {
    return undefined;
  }

  adoptFolder(): boolean {
    return false;
  }

  place(
    entry: FileEntry,
    staged: string,
    identical: (path: string) => boolean,
    observer?: CreationObserver,
  ): 'added' | 'same' {
    const folder = this.#makeFolder([entry.kind, ...entry.path.slice(0, -1)], observer);
    for (let count = 1; ; count += 1) {
      const path = folder + SEPARATOR + numberedName(entry.path.at(-1) ?? '', count, 'file');
      const node = this.#nodes.get(path);
      if (node === undefined) {
        observer?.before([{ type: 'file', path }]);
        this.#take(path, staged);
        return 'added';
      }
      if (
        node.type === 'file' &&
        node.bytes.byteLength === entry.size &&
        identical(this.#onDisk(path, node))
      ) {
        unlinkSync(staged);
        return 'same';
      }
    }
  }

  appSets(entries: readonly ApkEntry[]): readonly (readonly string[])[] {
    const sets: string[][] = [];
    const [first] = entries;
    for (let count = 1; first !== undefined; count += 1) {
      const folder = ['apps', numberedName(first.path[0], count, 'folder')].join(SEPARATOR);
      const there = this.#nodes.get(folder);
      if (there === undefined) break;
      const apks = entries.flatMap(({ path: [, name], size }) => {
        const path = folder + SEPARATOR + name;
        const node = this.#nodes.get(path);
        return node?.type === 'file' && node.bytes.byteLength === size ? [this.#onDisk(path, node)] : [];
      });
      if (there.type === 'folder' && apks.length === entries.length) sets.push(apks);
    }
    return sets;
  }

  placeApp(apks: readonly StagedApk[], workFolder: string, observer?: CreationObserver): void {
    const [first] = apks;
    if (first === undefined) return;
    this.#makeFolder(['apps'], observer);
    let folder: string;
    let count = 0;
    do {
      count += 1;
      folder = ['apps', numberedName(first.entry.path[0], count, 'folder')].join(SEPARATOR);
    } while (this.#nodes.has(folder) && !this.#isEmptyFolder(folder));
    const pathOf = (name: string): string => folder + SEPARATOR + name;
    const files = apks.map(({ entry }): CreatedPath => ({ type: 'file', path: pathOf(entry.path[1]) }));
    observer?.before(this.#nodes.has(folder) ? files : [{ type: 'folder', path: folder }, ...files]);
    this.#nodes.set(folder, { type: 'folder' });
    for (const { entry, staged } of apks) this.#take(pathOf(entry.path[1]), staged);
    rmSync(workFolder, { recursive: true });
  }

  async merge(
    kind: RecordKind,
    incoming: () => AsyncIterable<string>,
    workFolder: string,
    signal: AbortSignal,
  ): Promise<MergeResult> {
    const files = this.#recordFiles.get(kind) ?? new Map<string | undefined, string>();
    this.#recordFiles.set(kind, files);
    const existing: RecordFile[] = [...files]
      .filter(([, path]) => existsSync(path))
      .map(([collection, path]) => ({ path, collection }));
    const target = (collection: string | undefined): string => {
      const path = files.get(collection) ?? join(this.#own, `${kind}-${String(files.size)}`);
      files.set(collection, path);
      return path;
    };
    return this.#options.formats[kind].merge({ existing, incoming, target, workFolder, signal });
  }

  sizeOf(path: string): number | undefined {
    const node = this.#nodes.get(path);
    return node?.type === 'file' ? node.bytes.byteLength : undefined;
  }

  holds(kind: RecordKind, replacements: MergeResult['replacements']): boolean {
    const paths = [...(this.#recordFiles.get(kind)?.values() ?? [])];
    return replacements.every(({ to, read }) => paths.includes(to) && isFile(to, read));
  }

  /** Memory has nothing stabler. */
  flush(): Promise<void> {
    return Promise.resolve();
  }

  recordBytes(kind: RecordKind): number {
    const paths = [...(this.#recordFiles.get(kind)?.values() ?? [])];
    return paths.reduce((sum, path) => sum + (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  close(): Promise<void> {
    rmSync(this.#own, { recursive: true, force: true });
    return Promise.resolve();
  }

  /** What is at a path below the device, e.g. `files/photo.jpg`. */
  at(path: string): Node | undefined {
    return this.#nodes.get(path);
  }

  /** Puts something there as if it had been there before. */
  put(path: string, node: Node): void {
    this.#nodes.set(path, node);
  }

  /** All paths, sorted. */
  paths(): string[] {
    return [...this.#nodes.keys()].sort();
  }

  #isEmptyFolder(path: string): boolean {
    if (this.#nodes.get(path)?.type !== 'folder') return false;
    return !this.paths().some((other) => other.startsWith(path + SEPARATOR));
  }

  #take(path: string, staged: string): void {
    const { mtimeMs, mode } = lstatSync(staged);
    const bytes = readFileSync(staged);
    this.#nodes.set(path, { type: 'file', bytes, mtimeMs, executable: (mode & 0o100) !== 0 });
    unlinkSync(staged);
  }

  #makeFolder(components: readonly string[], observer?: CreationObserver): string {
    return this.#walkFolder(components, (path) => {
      observer?.before([{ type: 'folder', path }]);
      this.#nodes.set(path, { type: 'folder' });
      return true;
    }) as string;
  }

  #findFolder(components: readonly string[]): string | undefined {
    return this.#walkFolder(components, () => false);
  }

  /** Component by component; what is no folder stays, and ours is called `name (2)`. */
  #walkFolder(components: readonly string[], absent: (path: string) => boolean): string | undefined {
    let folder = '';
    for (const component of components) {
      let path = '';
      for (let count = 1; ; count += 1) {
        path = (folder === '' ? '' : folder + SEPARATOR) + numberedName(component, count, 'folder');
        const node = this.#nodes.get(path);
        if (node === undefined && !absent(path)) return undefined;
        if (node?.type !== 'file') break;
      }
      folder = path;
    }
    return folder;
  }

  /** A file to compare with must be where it can be read. */
  #onDisk(path: string, node: PlacedFile): string {
    const known = this.#compared.get(path);
    if (known !== undefined) return known;
    const folder = join(this.#own, 'compared');
    mkdirSync(folder, { recursive: true });
    const copy = join(folder, String(this.#compared.size));
    writeFileSync(copy, node.bytes);
    this.#compared.set(path, copy);
    return copy;
  }
}
