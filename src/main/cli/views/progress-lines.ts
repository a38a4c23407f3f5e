/**
 * Progress as plain lines, for a file or a pipe: one every two seconds, and one at each change of phase.
 */
import type { Progress } from '../../../transfer/session/events.ts';
import type { ProgressDisplay } from './progress-display.ts';
import type { Output } from '../../terminal/io.ts';
import { bytes, duration, speed } from '../../terminal/format.ts';

const EVERY_MS = 2_000;

export class ProgressLines implements ProgressDisplay {
  readonly #output: Output;
  readonly #now: () => number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #phase: Progress['phase'] | undefined;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  show(progress: Progress): void {
    const changed = progress.phase !== this.#phase;
    this.#phase = progress.phase;
    if (!changed && this.#now() - this.#lastMs < EVERY_MS) return;
    this.#lastMs = this.#now();
    this.#output.write(`${progressText(progress)}\n`);
  }

  waiting(): void {
    this.#output.write('Connection lost, trying again; everything that arrived is safe.\n');
  }

  resumed(): void {
    this.#output.write('The devices see each other again; the move goes on.\n');
  }

  stalled(): void {
    this.#output.write('Nothing has moved for some seconds; waiting for the network or the disk.\n');
  }

  end(): void {
    // Lines stay where they are.
  }
}

/** `63 % · 412 MB of 653 MB · 71 MB/s · 5 min left` */
export function progressText(progress: Progress): string {
  if (progress.phase === 'committing') return 'Everything has arrived; putting it in its place.';
  const parts = [
    `${String(percent(progress.bytes, progress.totalBytes))} %`,
    `${bytes(progress.bytes)} of ${bytes(progress.totalBytes)}`,
    speed(progress.bytesPerSecond),
  ];
  if (progress.secondsLeft !== undefined) parts.push(`${duration(progress.secondsLeft)} left`);
  return parts.join(' · ');
}

/** Whole percent, 100 only when all of it is there. */
export function percent(part: number, whole: number): number {
  if (whole <= 0) return 0;
  return Math.min(100, Math.floor((part / whole) * 100));
}
