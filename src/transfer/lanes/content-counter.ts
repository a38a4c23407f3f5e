/** Bytes of content by kind since they were last reported: one message for many entries. */
import type { Kind } from '../kinds/kind.ts';

/** A message to the engine's thread costs as much as a small file: progress is told this often while a lane is busy. */
const TELL_MS = 20;

export class ContentCounter {
  #bytes: Partial<Record<Kind, number>> = {};
  #any = false;
  #takenAt = 0;

  add(kind: Kind, bytes: number): void {
    this.#bytes[kind] = (this.#bytes[kind] ?? 0) + bytes;
    this.#any = true;
  }

  get any(): boolean {
    return this.#any;
  }

  /** Whether something is to be reported and the last report is a while ago. */
  get due(): boolean {
    return this.#any && performance.now() - this.#takenAt >= TELL_MS;
  }

  take(): Partial<Record<Kind, number>> {
    const bytes = this.#bytes;
    this.#bytes = {};
    this.#any = false;
    this.#takenAt = performance.now();
    return bytes;
  }
}
