/**
 * What the window knows of one move: each state carries only what is there in it. Made by `reduceMove` from the
 * updates of `ipc/contract.ts`; every screen from Meet to Receipt is drawn from one of these and nothing else.
 */
import type {
  AppFacts,
  ErrorCode,
  JudgedApp,
  Kind,
  KindFigures,
  KindOffer,
  MoveId,
  Receipt,
} from '../../main/ipc/contract.ts';

export interface Code {
  readonly digits: string;
  readonly qr: string;
  readonly expiresAt: number;
  /** Of this code; 3 until somebody mistyped it. */
  readonly triesLeft: number;
}

export interface MovingFigures extends KindFigures {
  readonly kinds: Readonly<Partial<Record<Kind, KindFigures>>>;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | undefined;
  readonly phase: 'streaming' | 'committing';
  /** Bytes per second at each progress update, oldest first, the last two minutes at most: the graph. */
  readonly speeds: readonly { readonly at: number; readonly bytesPerSecond: number }[];
}

export type MoveStage =
  /** Receiver: preparing to be found. Sender: connecting. */
  | { readonly at: 'starting' }
  /** Receiver: found under this name; shows the code. */
  | {
      readonly at: 'meeting';
      readonly name: string;
      readonly emoji: string;
      readonly addresses: readonly string[];
      readonly code: Code | undefined;
    }
  /** The code was right; the devices are telling each other what they are. */
  | {
      readonly at: 'agreeing';
      /** Sender: what it has said it holds, until the plan comes. */
      readonly said?: { readonly offer: readonly KindOffer[]; readonly apps: readonly AppFacts[] };
    }
  /** Receiver: the person is asked whether to take this. */
  | {
      readonly at: 'offered';
      readonly peer: string | undefined;
      readonly kinds: readonly KindOffer[];
      readonly apps: readonly AppFacts[];
      readonly freeBytes: number | undefined;
    }
  /** Sender: the person chooses of this. `kinds` are those the new device takes. */
  | {
      readonly at: 'choosing';
      readonly peer: string | undefined;
      readonly offer: readonly KindOffer[];
      readonly kinds: readonly Kind[];
      readonly apps: readonly AppFacts[];
      readonly verdicts: readonly JudgedApp[];
      readonly freeBytes: number;
    }
  /** This side has answered; the other person has not yet, or the first byte is on its way. */
  | { readonly at: 'answered' }
  | {
      readonly at: 'moving';
      readonly figures: MovingFigures;
      /** The network is gone; trying again until then (ms since 1970). */
      readonly waitingUntil: number | undefined;
      /** Connected, and nothing has moved for seconds. */
      readonly stalled: boolean;
    }
  | { readonly at: 'done'; readonly receipt: Receipt }
  /** `receipt` is there when bytes had moved. */
  | { readonly at: 'failed'; readonly code: ErrorCode; readonly receipt: Receipt | undefined };

export interface MoveState {
  readonly id: MoveId;
  readonly role: 'sender' | 'receiver' | 'keeper';
  /** What the other device calls itself, once it has said so, or the name it was found under. */
  readonly peer: string | undefined;
  /** New device: what it is called in this move, also after it has been met. */
  readonly self?: { readonly name: string; readonly emoji: string };
  /** What the old device offered of each kind, as a person counts: progress counts entries. */
  readonly items?: Readonly<Partial<Record<Kind, number>>>;
  /** The network is gone before the first byte; trying again until then (ms since 1970). */
  readonly lostUntil?: number | undefined;
  readonly limit: number | null;
  readonly startedAt: number;
  readonly stage: MoveStage;
}
