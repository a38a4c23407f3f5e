/** The board's own figures: what runs, what is finished, whether one more may be started; and what a card is called. */
import type { MoveState } from '../../state/move-state.ts';
import { isOver } from '../../state/reduce-move.ts';

export interface Board {
  readonly running: number;
  readonly finished: number;
  /** The machine carries no more side by side. Finished moves cost nothing. */
  readonly full: boolean;
}

export function boardOf(moves: readonly MoveState[], maxMoves: number): Board {
  const finished = moves.filter(isOver).length;
  const running = moves.length - finished;
  return { running, finished, full: running >= maxMoves };
}

export interface CardName {
  /** Undefined until it is known. */
  readonly name: string | undefined;
  readonly emoji: string | undefined;
  /** What the other device calls itself, when the card is named after this one. */
  readonly other: string | undefined;
}

/** A receiver is known by the name it shows; a sender by the new device it has found. */
export function cardName({ self, peer }: MoveState): CardName {
  return self === undefined
    ? { name: peer, emoji: undefined, other: undefined }
    : { name: self.name, emoji: self.emoji, other: peer };
}
