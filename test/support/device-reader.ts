/** A device whose records come once, as a stream of its own, out of a device in memory. */
import { type MemoryDevice, MemorySource } from './memory/source.ts';
import type { DeviceReader, ReadOptions } from '../../src/transfer/devices/spooled-source.ts';
import type { FileEntry, FolderEntry } from '../../src/transfer/kinds/entry.ts';
import type { Kind, RecordKind } from '../../src/transfer/kinds/kind.ts';
import { asyncOf } from './async-of.ts';

export class OneTimeReader implements DeviceReader {
  readonly device;
  /** Kinds whose records were read, each time they were. */
  readonly asked: RecordKind[] = [];
  closed = false;
  readonly #held: MemoryDevice;
  readonly #source: MemorySource;

  constructor(held: MemoryDevice) {
    this.#held = held;
    this.#source = new MemorySource(held);
    this.device = this.#source.device;
  }

  async *records(kind: RecordKind) {
    this.asked.push(kind);
    const lines = this.#held.records?.[kind] ?? [];
    yield await Promise.resolve({
      collection: undefined,
      bytes: asyncOf(lines.map((line) => Buffer.from(`${line}\n`))),
    });
  }

  async *files(options: ReadOptions): AsyncGenerator<FileEntry | FolderEntry, void> {
    for await (const entry of this.#scan('files', options)) if (entry.kind === 'files') yield entry;
  }

  async *apps(options: ReadOptions) {
    for (const { facts } of this.#held.apps ?? []) {
      const apks = [];
      for await (const entry of this.#scan('apps', options)) {
        if (entry.type === 'apk' && entry.path[0] === facts.package) apks.push(entry);
      }
      yield { facts, apks };
    }
  }

  content(...entry: Parameters<MemorySource['content']>) {
    return this.#source.content(...entry);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  #scan(kind: Kind, { skip, signal }: ReadOptions) {
    return this.#source.scan({
      kinds: [kind],
      skip: (_kind, ...reason) => {
        skip(...reason);
      },
      app: () => undefined,
      signal,
    });
  }
}
