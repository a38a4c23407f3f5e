/** Bytes of content by kind since they were last reported: one message for many entries. */
import type { Kind } from '../kinds/kind.ts';

export class ContentCounter {
  #bytes: Partial<Record<Kind, number>> = {};
  #any = false;

  add(kind: Kind, bytes: number): void {
    this.#bytes[kind] = (this.#bytes[kind] ?? 0) + bytes;
    this.#any = true;
  }

  get any(): boolean {
    return this.#any;
  }

  take(): Partial<Record<Kind, number>> {
    const bytes = this.#bytes;
    this.#bytes = {};
    this.#any = false;
    return bytes;
  }
}
