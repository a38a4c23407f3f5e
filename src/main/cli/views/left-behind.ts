/**
 * What was left behind or renamed, by name: shown when the person asks on a terminal, written with `--left-behind FILE`.
 * Names go to no disk and no log unless they are asked for.
 */
import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { MoverError } from '../../../transfer/errors.ts';
import { type LeftBehind, SKIP_REASONS } from '../../../transfer/kinds/kind.ts';
import { printable } from '../../../transfer/privacy/escape.ts';
import { LeftBehindList } from '../../../transfer/index.ts';
import type { Io } from '../../terminal/io.ts';
import { jsonLine } from '../../terminal/json-line.ts';
import { askYesNo, canAsk } from '../../terminal/prompt.ts';
import type { View } from './view.ts';
import { count, KIND_LABELS } from '../../terminal/format.ts';

/** Names shown at once: more than a person reads. */
const SHOWN = 500;
/** Lines gathered for one write. */
const WRITE_CHARACTERS = 65_536;

export class LeftBehindReport {
  readonly #list = new LeftBehindList();
  readonly #fd: number | undefined;

  /**
   * @param path of `--left-behind`; made at once, readable by its owner only, so that a mistyped one is told before a move.
   * @throws MoverError `DESTINATION_UNWRITABLE`
   */
  constructor(path: string | undefined) {
    this.#fd = path === undefined ? undefined : create(path);
  }

  get add(): LeftBehindList['add'] {
    return this.#list.add;
  }

  /** Shows or writes the list, at the end of a command and however it ended. @throws MoverError `NO_SPACE` … */
  async finish(io: Io, view: Pick<View, 'note'>, ask: boolean, signal: AbortSignal): Promise<void> {
    const total = this.#list.count;
    if (this.#fd !== undefined) {
      this.#write(this.#fd);
      if (total > 0)
        view.note(`What was left behind or renamed is in the file you named: ${count(total)} lines.`);
      return;
    }
    if (total === 0) return;
    if (!ask || !canAsk(io) || io.output.isTTY !== true || signal.aborted) {
      view.note('To have each thing that was left behind or renamed listed: --left-behind FILE');
      return;
    }
    // The move has ended: closing the question is no failure of it.
    const show = await askYesNo(io, 'Show which things were left behind or renamed?', signal, false).catch(
      () => false,
    );
    if (show) view.note(this.#text());
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#list.close();
  }

  #write(fd: number): void {
    let lines = '';
    const flush = (): void => {
      const bytes = Buffer.from(lines);
      for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
      lines = '';
    };
    try {
      for (const { item, count: times } of this.#list) {
        const line = jsonLine(item);
        for (let each = 0; each < times; each += 1) {
          lines += line;
          if (lines.length >= WRITE_CHARACTERS) flush();
        }
      }
      flush();
    } catch (cause) {
      const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
      const sentence = `The list of what was left behind could not be written${full ? ': the disk is full' : ''}. The move itself has ended as its receipt says.`;
      throw new MoverError('DESTINATION_UNWRITABLE', { sentence, cause });
    }
  }

  #text(): string {
    const lines: string[] = [];
    for (const { item, count: times } of this.#list) {
      if (lines.length === SHOWN) {
        lines.push('  … all of them with --left-behind FILE');
        break;
      }
      lines.push(lineOf(item, times));
    }
    return lines.join('\n');
  }
}

function lineOf(item: LeftBehind, times: number): string {
  const name = printable(item.path.join('/'));
  const what =
    'reason' in item ? SKIP_REASONS[item.reason].text : `is there as ${printable(item.renamedTo.join('/'))}`;
  return `  ${KIND_LABELS[item.kind]}: ${name}${times > 1 ? ` (${count(times)} ×)` : ''}: ${what}`;
}

function create(path: string): number {
  try {
    const fd = openSync(path, 'w', 0o600);
    fchmodSync(fd, 0o600);
    return fd;
  } catch (cause) {
    const sentence = 'The file of --left-behind cannot be written. Check its folder and permissions.';
    throw new MoverError('DESTINATION_UNWRITABLE', { sentence, detail: path, cause });
  }
}
