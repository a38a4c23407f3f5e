/** Tells a person who looks elsewhere what became of a move: in counts, never in names. */
import type { MoveId, MoveUpdate, Receipt } from '../ipc/contract.ts';
import type { Wording } from './words.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
}

export interface NoticesOptions {
  readonly words: Pick<Wording, 'text'>;
  readonly isWatched: () => boolean;
  readonly show: (notice: Notice) => void;
}

export class Notices {
  readonly #options: NoticesOptions;
  readonly #done = new Set<MoveId>();
  readonly #waiting = new Set<MoveId>();

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  hear(id: MoveId, update: MoveUpdate): void {
    const { words } = this.#options;
    switch (update.type) {
      case 'receipt': {
        // One of an interrupted move is followed by how it ended.
        if (update.receipt.outcome === 'interrupted') return;
        this.#done.add(id);
        const complete = update.receipt.outcome === 'complete';
        this.#show({
          title: words.text(complete ? 'noticeComplete' : 'noticePartial'),
          body: words.text('noticeCounts', countsOf(update.receipt)),
        });
        return;
      }
      case 'waiting':
        if (this.#waiting.has(id)) return;
        this.#waiting.add(id);
        this.#show({ title: words.text('noticeWaiting'), body: words.text('noticeLook') });
        return;
      case 'resumed':
        this.#waiting.delete(id);
        return;
      case 'ended':
        this.#waiting.delete(id);
        // Who stopped a move knows.
        if (!this.#done.delete(id) && update.code !== undefined && update.code !== 'CANCELLED') {
          this.#show({ title: words.text('noticeFailed'), body: words.text('noticeLook') });
        }
        return;
      default:
    }
  }

  #show(notice: Notice): void {
    if (!this.#options.isWatched()) this.#options.show(notice);
  }
}

/** What was there already has arrived, too, as a person sees it. */
export function countsOf({ kinds }: Receipt): { arrived: number; left: number } {
  let arrived = 0;
  let left = 0;
  for (const { added, merged, same, skipped } of Object.values(kinds)) {
    arrived += added + merged + same;
    for (const { count } of skipped) left += count;
  }
  return { arrived, left };
}
