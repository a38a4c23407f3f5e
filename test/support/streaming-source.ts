/** A device that has no paths: the bytes of every file come as a stream, in pieces of odd sizes, as from a phone. */
import type { Content, Source } from '../../src/transfer/devices/port.ts';
import { type MemoryDevice, MemorySource } from './memory/source.ts';
import type { ApkEntry, FileEntry } from '../../src/transfer/kinds/entry.ts';

/** What a file's stream does instead of giving the bytes it has; `undefined` to give them. */
type Fault = 'fails' | 'short' | 'long' | Promise<void> | undefined;

export class StreamingSource extends MemorySource implements Source {
  /** Where each stream was opened: name and offset. */
  readonly opened: [name: string, from: number][] = [];
  readonly #fault: (name: string) => Fault;

  /** @param fault of the file of that name, asked at each opening; a promise holds the stream up in its middle. */
  constructor(held: MemoryDevice, fault: (name: string) => Fault = () => undefined) {
    super(held);
    this.#fault = fault;
  }

  override content(entry: FileEntry | ApkEntry): Content {
    const content = super.content(entry);
    if (content.type !== 'bytes') throw new TypeError('a device in memory has bytes');
    const name = entry.path.at(-1) ?? '';
    return { type: 'stream', open: (from, signal) => this.#stream(name, content.bytes, from, signal) };
  }

  async *#stream(
    name: string,
    bytes: Uint8Array,
    from: number,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void> {
    this.opened.push([name, from]);
    const fault = this.#fault(name);
    const middle = Math.floor((from + bytes.length) / 2);
    for (let position = from, size = 1; position < bytes.length; size = (size * 3) % 70_001) {
      signal.throwIfAborted();
      if (position >= middle && fault instanceof Promise) await fault;
      if (position >= middle && fault === 'fails') throw new Error('the phone says no');
      if (position >= middle && fault === 'short') return;
      yield bytes.subarray(position, position + size);
      position += size;
    }
    if (fault === 'long') yield Buffer.from('more');
  }
}
