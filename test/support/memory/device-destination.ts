/**
 * A destination that is no disk, in memory: it answers late and out of order, goes away for a while when it is told to,
 * and keeps what was staged when a move ends badly.
 */
import { setImmediate } from 'node:timers/promises';
import type {
  DeviceDestination,
  DeviceStaging,
  DeviceUndoReport,
  PlacedOnDevice,
  Space,
  StagedOnDevice,
  WrittenRecords,
} from '../../../src/transfer/devices/port.ts';
import { numberedName } from '../../../src/transfer/devices/numbered-name.ts';
import { EXACT_NAMES, type NameRules } from '../../../src/transfer/devices/name-rules.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import type { ApkEntry, Entry, FileEntry, FolderEntry } from '../../../src/transfer/kinds/entry.ts';
import type { RecordKind, SkipReason } from '../../../src/transfer/kinds/kind.ts';
import { digestOf } from '../../../src/transfer/disk/digest.ts';

export interface MemoryDeviceOptions {
  readonly names?: NameRules;
  readonly freeBytes?: number;
  /** Bytes that are written before it goes away, once; what is written then is cut. */
  readonly goneAfter?: number;
}

export class MemoryDevice implements DeviceDestination {
  readonly type = 'device';
  readonly device = { platform: 'android', name: 'Pixel 7' } as const;
  readonly lockName = String(Math.random());
  /** By path: `files/a`, `apps/org.example/base.apk`. */
  readonly placed = new Map<string, Buffer>();
  readonly folders = new Set<string>();
  readonly records = new Map<RecordKind, string[]>();
  /** Outlives a move, as a phone's storage does. */
  readonly staged = new Map<string, Buffer>();
  readonly options: MemoryDeviceOptions;
  /** Bytes written so far. */
  written = 0;
  closed = false;

  constructor(options: MemoryDeviceOptions = {}) {
    this.options = options;
  }

  space(): Promise<Space> {
    return Promise.resolve({ freeBytes: this.options.freeBytes ?? 10 ** 9, totalBytes: 10 ** 10 });
  }

  async openStaging({ dryRun }: { readonly dryRun: boolean }): Promise<DeviceStaging> {
    await setImmediate();
    return new MemoryStaging(this, dryRun);
  }

  async candidates(entries: readonly (FileEntry | ApkEntry)[]): Promise<readonly (readonly string[])[]> {
    await setImmediate();
    return entries.map((entry) => {
      const path = placeOf(entry);
      return this.placed.get(path)?.length === entry.size ? [path] : [];
    });
  }

  async *read(file: string): AsyncGenerator<Uint8Array, void> {
    const bytes = this.placed.get(file) ?? this.staged.get(file);
    if (bytes === undefined) throw new Error('not there');
    for (let from = 0; from < bytes.length; from += 50_000) {
      await setImmediate();
      yield bytes.subarray(from, from + 50_000);
    }
  }

  stagingReport(): Promise<{ readonly attempts: number; readonly bytes: number }> {
    const bytes = [...this.staged.values()].reduce((sum, { length }) => sum + length, 0);
    return Promise.resolve({ attempts: this.staged.size > 0 ? 1 : 0, bytes });
  }

  dropStaging(): Promise<void> {
    this.staged.clear();
    return Promise.resolve();
  }

  undo(): Promise<DeviceUndoReport | undefined> {
    return Promise.resolve(undefined);
  }

  forgetUndo(): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

const placeOf = (entry: FileEntry | ApkEntry | FolderEntry): string => [entry.kind, ...entry.path].join('/');

class MemoryStaging implements DeviceStaging {
  readonly names: NameRules;
  readonly resumed: boolean;
  readonly #device: MemoryDevice;
  readonly #dryRun: boolean;

  constructor(device: MemoryDevice, dryRun: boolean) {
    this.#device = device;
    this.#dryRun = dryRun;
    this.names = device.options.names ?? EXACT_NAMES;
    this.resumed = device.staged.size > 0;
  }

  async find(entries: readonly Entry[]): Promise<({ staged: string; length: number } | undefined)[]> {
    await setImmediate();
    return entries.map((entry) => {
      const staged = this.pathOf(entry);
      const bytes = this.#device.staged.get(staged);
      return bytes === undefined ? undefined : { staged, length: bytes.length };
    });
  }

  pathOf(entry: Entry): string {
    return `staged/${JSON.stringify(entry)}`;
  }

  async write(
    entry: Entry,
    from: number,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<string> {
    const path = this.pathOf(entry);
    let content = Buffer.from(this.#device.staged.get(path)?.subarray(0, from) ?? []);
    const { goneAfter = Infinity } = this.#device.options;
    for await (const piece of bytes) {
      const wasThere = this.#device.written < goneAfter;
      this.#device.written += piece.byteLength;
      if (wasThere && this.#device.written >= goneAfter) throw new MoverError('CANCELLED');
      content = Buffer.concat([content, piece]);
      this.#device.staged.set(path, content);
      await setImmediate();
    }
    this.#device.staged.set(path, content);
    // Late, and later for some than for others.
    for (let turns = entry.size % 7; turns > 0; turns -= 1) await setImmediate();
    signal.throwIfAborted();
    return digestOf(content);
  }

  async placeFiles(files: readonly StagedOnDevice<FileEntry>[]): Promise<PlacedOnDevice[]> {
    await setImmediate();
    return files.map(({ entry, staged }) => {
      const bytes = this.#device.staged.get(staged);
      if (bytes?.length !== entry.size) return { outcome: 'damaged' };
      for (let count = 1; ; count += 1) {
        const name = numberedName(entry.path.at(-1) ?? '', count, 'file');
        const path = placeOf({ ...entry, path: [...entry.path.slice(0, -1), name] });
        const there = this.#device.placed.get(path);
        if (there !== undefined && !there.equals(bytes)) continue;
        this.#device.staged.delete(staged);
        if (there !== undefined) return { outcome: 'same' };
        this.#device.placed.set(path, bytes);
        return count === 1 ? { outcome: 'added' } : { outcome: 'added', name };
      }
    });
  }

  placeFolders(folders: readonly FolderEntry[]): Promise<void> {
    for (const folder of folders) this.#device.folders.add(placeOf(folder));
    return Promise.resolve();
  }

  placeApp(apks: readonly StagedOnDevice<ApkEntry>[]): Promise<'added' | 'same' | SkipReason> {
    for (const { entry, staged } of apks) {
      const bytes = this.#device.staged.get(staged) ?? this.#device.placed.get(staged);
      if (bytes === undefined) return Promise.resolve('damaged');
      this.#device.placed.set(placeOf(entry), bytes);
      this.#device.staged.delete(staged);
    }
    return Promise.resolve('added');
  }

  async writeRecords(kind: RecordKind, incoming: () => AsyncIterable<string>): Promise<WrittenRecords> {
    const there = [...(this.#device.records.get(kind) ?? [])];
    let [added, same] = [0, 0];
    for await (const line of incoming()) {
      if (there.includes(line)) same += 1;
      else {
        there.push(line);
        added += 1;
      }
    }
    if (!this.#dryRun) this.#device.records.set(kind, there);
    return { added, merged: 0, same, skipped: [] };
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  drop(): Promise<void> {
    if (!this.#dryRun) this.#device.staged.clear();
    return Promise.resolve();
  }
}
