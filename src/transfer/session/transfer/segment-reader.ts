/** The record segments of a source in the order of dispatch; goes back to an earlier one by reading again. */
import { sourceFault } from '../../devices/entry-check.ts';
import type { Source } from '../../devices/port.ts';
import type { RecordKind } from '../../kinds/kind.ts';

type Segments = AsyncIterator<{ index: number; bytes: Uint8Array }>;

export class SegmentReader {
  readonly #source: Source;
  readonly #signal: AbortSignal;
  readonly #open = new Map<RecordKind, { segments: Segments; next: number }>();

  constructor(source: Source, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** The segment's bytes, or undefined when the source does not have it any more: it has changed. */
  async read(kind: RecordKind, index: number): Promise<Uint8Array | undefined> {
    let open = this.#open.get(kind);
    if (open === undefined || open.next > index) {
      await open?.segments.return?.();
      open = {
        segments: this.#source.segments(kind, index, this.#signal)[Symbol.asyncIterator](),
        next: index,
      };
      this.#open.set(kind, open);
    }
    for (;;) {
      const step = await open.segments.next();
      if (step.done === true) return undefined;
      if (step.value.index < open.next) throw sourceFault('segments out of order');
      open.next = step.value.index + 1;
      if (step.value.index === index) return step.value.bytes;
      if (step.value.index > index) return undefined;
    }
  }

  async close(): Promise<void> {
    for (const { segments } of this.#open.values()) await segments.return?.();
    this.#open.clear();
  }
}
