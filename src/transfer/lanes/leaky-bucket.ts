/**
 * How fast a lane may go: a leaky bucket (ITU-T I.371, annex A, virtual scheduling). What was passed sets the moment from
 * which more may pass; pauses are made up for no further back than `BURST_MS`.
 */

const BURST_MS = 100;

export class LeakyBucket {
  #bytesPerMs: number | undefined;
  /** Milliseconds of `performance.now()`. */
  #clear = 0;

  constructor(bytesPerSecond: number | null = null) {
    this.set(bytesPerSecond, 0);
  }

  /** From now on; null for as fast as it goes. A debt made at the old pace is paid at the new one. */
  set(bytesPerSecond: number | null, now: number): void {
    const before = this.#bytesPerMs;
    this.#bytesPerMs = bytesPerSecond === null ? undefined : bytesPerSecond / 1000;
    const debt = Math.max(0, this.#clear - now);
    this.#clear =
      before === undefined || this.#bytesPerMs === undefined ? now : now + (debt * before) / this.#bytesPerMs;
  }

  take(bytes: number, now: number): void {
    if (this.#bytesPerMs === undefined) return;
    this.#clear = Math.max(this.#clear, now - BURST_MS) + bytes / this.#bytesPerMs;
  }

  /** Milliseconds until more may pass. */
  wait(now: number): number {
    return this.#bytesPerMs === undefined ? 0 : Math.max(0, this.#clear - now);
  }
}
