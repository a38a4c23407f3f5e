/**
 * How far the move is: in all and per kind, with speed over the last seconds and the time left. Reports coalesce: a
 * lane tells of thousands of entries, a listener hears of them a few times a second.
 */
import type { Kind } from '../kinds/kind.ts';
import { LIMITS } from '../limits.ts';
import type { KindProgress, Listener, Progress } from './events.ts';

/** Speed is measured over this much of the past: steady enough to read, quick enough to show a change. */
const WINDOW_MS = 5_000;

type Counts = { -readonly [K in keyof KindProgress]: number };

export class ProgressMeter {
  readonly #listener: Listener;
  readonly #now: () => number;
  readonly #kinds = new Map<Kind, Counts>();
  #samples: { at: number; bytes: number }[] = [];
  #lastAt = -Infinity;
  phase: Progress['phase'] = 'streaming';

  constructor(listener: Listener, now: () => number = () => performance.now()) {
    this.#listener = listener;
    this.#now = now;
  }

  /** What there is of a kind; may be told again when it is known better. */
  expect(kind: Kind, total: { bytes: number; entries: number }): void {
    const { bytes = 0, entries = 0 } = this.#kinds.get(kind) ?? {};
    this.#kinds.set(kind, { bytes, totalBytes: total.bytes, entries, totalEntries: total.entries });
  }

  /** What is sent again after a break must not count twice: a kind never shows more than its total. */
  moved(content: Partial<Record<Kind, number>>): void {
    for (const [kind, bytes] of Object.entries(content) as [Kind, number][]) {
      const counts = this.#kinds.get(kind);
      if (counts !== undefined) counts.bytes = Math.min(counts.totalBytes, counts.bytes + bytes);
    }
    this.#report(false);
  }

  settled(kind: Kind, entries = 1): void {
    const counts = this.#kinds.get(kind);
    if (counts !== undefined) counts.entries = Math.min(counts.totalEntries, counts.entries + entries);
    this.#report(false);
  }

  /** Tells the listener now, whatever it heard last and when. */
  tell(): void {
    this.#report(true);
  }

  snapshot(): Progress {
    const all: Counts = { bytes: 0, totalBytes: 0, entries: 0, totalEntries: 0 };
    for (const counts of this.#kinds.values()) {
      all.bytes += counts.bytes;
      all.totalBytes += counts.totalBytes;
      all.entries += counts.entries;
      all.totalEntries += counts.totalEntries;
    }
    const bytesPerSecond = this.#speed(all.bytes);
    return {
      ...all,
      kinds: Object.fromEntries([...this.#kinds].map(([kind, counts]) => [kind, { ...counts }])),
      bytesPerSecond,
      secondsLeft: bytesPerSecond > 0 ? (all.totalBytes - all.bytes) / bytesPerSecond : undefined,
      phase: this.phase,
    };
  }

  #speed(bytes: number): number {
    const at = this.#now();
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && (this.#samples[0]?.at ?? at) < at - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || at <= first.at) return 0;
    return Math.max(0, ((bytes - first.bytes) * 1000) / (at - first.at));
  }

  #report(force: boolean): void {
    const now = this.#now();
    if (!force && now - this.#lastAt < LIMITS.progressMs) return;
    this.#lastAt = now;
    this.#listener({ type: 'progress', progress: this.snapshot() });
  }
}
