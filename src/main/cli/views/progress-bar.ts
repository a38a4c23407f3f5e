/**
 * Progress on a terminal, redrawn in place: a bar for all of it and one for each kind.
 */
import { KINDS, type Kind } from '../../../transfer/kinds/kind.ts';
import type { KindProgress, Progress } from '../../../transfer/session/events.ts';
import type { ProgressDisplay } from './progress-display.ts';
import type { Output } from '../../terminal/io.ts';
import { percent, progressText } from './progress-lines.ts';
import { bytes, count, countdown, KIND_LABELS } from '../../terminal/format.ts';

const LABEL_COLUMNS = 10;
const ESCAPE = '\u001B[';
const BEFORE_COLOUR = new RegExp(`(?=${ESCAPE.replace('[', '\\[')})`, 'u');

export class ProgressBar implements ProgressDisplay {
  readonly #output: Output;
  readonly #colour: boolean;
  readonly #now: () => number;
  #drawn = 0;
  #last: Progress | undefined;
  #countdown: NodeJS.Timeout | undefined;

  constructor(output: Output, colour: boolean, now: () => number = () => Date.now()) {
    this.#output = output;
    this.#colour = colour;
    this.#now = now;
  }

  show(progress: Progress): void {
    this.#last = progress;
    if (this.#countdown === undefined) this.#draw(this.#lines(progress));
  }

  waiting(until: number): void {
    clearInterval(this.#countdown);
    const tick = (): void => {
      const text = `Connection lost · trying again (${countdown(until - this.#now())}) · everything that arrived is safe`;
      this.#draw([text, ...(this.#last === undefined ? [] : this.#lines(this.#last).slice(1))]);
    };
    tick();
    this.#countdown = setInterval(tick, 1_000);
    this.#countdown.unref();
  }

  stalled(): void {
    if (this.#countdown !== undefined) return;
    const text = 'Nothing has moved for some seconds · waiting for the network or the disk';
    this.#draw([text, ...(this.#last === undefined ? [] : this.#lines(this.#last).slice(1))]);
  }

  resumed(): void {
    clearInterval(this.#countdown);
    this.#countdown = undefined;
    if (this.#last !== undefined) this.#draw(this.#lines(this.#last));
  }

  end(): void {
    clearInterval(this.#countdown);
    this.#countdown = undefined;
    // What was drawn last stays as it is; whatever is written next goes below it.
    this.#drawn = 0;
  }

  #lines(progress: Progress): string[] {
    const columns = this.#columns();
    const text = progressText(progress);
    const bar = Math.min(40, columns - text.length - 3);
    const first = bar < 5 ? text : `${this.#bar(progress.bytes, progress.totalBytes, bar)}  ${text}`;
    const rows = this.#output.rows ?? 24;
    const kinds = rows < 10 ? [] : KINDS.filter((kind) => (progress.kinds[kind]?.totalEntries ?? 0) > 0);
    return [first, ...kinds.map((kind) => this.#kindLine(kind, progress.kinds[kind], columns))];
  }

  #kindLine(kind: Kind, progress: KindProgress | undefined, columns: number): string {
    if (progress === undefined) return '';
    const done = `${bytes(progress.bytes)} of ${bytes(progress.totalBytes)}`;
    // Entries of record kinds are segments of records, a number nobody knows; files and APKs can be counted.
    const pieces =
      kind === 'files' || kind === 'apps'
        ? ` · ${count(progress.entries)} of ${count(progress.totalEntries)}`
        : '';
    const share =
      progress.totalBytes > 0
        ? progress.bytes / progress.totalBytes
        : progress.entries / progress.totalEntries;
    const label = `  ${KIND_LABELS[kind].padEnd(LABEL_COLUMNS)}`;
    const tail = `${String(percent(share, 1)).padStart(3)} %  ${done}${pieces}`;
    const bar = Math.min(20, columns - label.length - tail.length - 3);
    return bar < 5 ? label + tail : `${label}${this.#bar(share, 1, bar)}  ${tail}`;
  }

  #bar(part: number, whole: number, columns: number): string {
    const full = whole <= 0 ? 0 : Math.min(columns, Math.floor((part / whole) * columns));
    const done = '█'.repeat(full);
    const left = '░'.repeat(columns - full);
    return this.#colour ? `\x1b[36m${done}\x1b[90m${left}\x1b[39m` : done + left;
  }

  #columns(): number {
    return Math.max(20, this.#output.columns ?? 80);
  }

  /** One write a frame, so that a slow terminal never shows half of one. */
  #draw(lines: readonly string[]): void {
    const columns = this.#columns();
    const back = this.#drawn === 0 ? '' : `\x1b[${String(this.#drawn)}A\r\x1b[J`;
    this.#output.write(back + lines.map((line) => `${clipped(line, columns - 1)}\n`).join(''));
    this.#drawn = lines.length;
  }
}

/** At most `columns` characters, colour sequences not counted: a line that wraps could not be redrawn in place. */
function clipped(line: string, columns: number): string {
  let left = columns;
  return line
    .split(BEFORE_COLOUR)
    .map((piece) => {
      const sequence = piece.startsWith(ESCAPE) ? piece.slice(0, piece.indexOf('m') + 1) : '';
      const text = [...piece.slice(sequence.length)].slice(0, Math.max(0, left));
      left -= text.length;
      return sequence + text.join('');
    })
    .join('');
}
