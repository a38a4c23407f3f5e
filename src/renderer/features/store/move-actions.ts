/** What a person can do with a card; the frame knows how. */
import type { MoveAnswer, MoveId } from '../../../main/ipc/contract.ts';
import type { SaveReceipt } from '../receipt/save-receipt.tsx';

export interface MoveActions {
  readonly onAnswer: (id: MoveId, answer: MoveAnswer) => void | Promise<void>;
  /** Bytes per second; null for no cap. */
  readonly onLimit: (id: MoveId, bytesPerSecond: number | null) => void | Promise<void>;
  /** Dials a lost device at once. */
  readonly onRetry: (id: MoveId) => void;
  /** Stop and forget; settles when it has ended. */
  readonly onStop: (id: MoveId) => Promise<void>;
  readonly onOpen: (id: MoveId) => void;
  readonly onSave: SaveReceipt;
  /** The move over the whole window. */
  readonly onShow: (id: MoveId) => void;
  /** Takes the card of a finished move off the board. */
  readonly onRemove: (id: MoveId) => void;
}
