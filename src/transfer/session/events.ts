/**
 * What the engine tells its caller, and what it asks. The engine has no policy: who accepts and what is chosen is
 * decided by the functions handed to it.
 */
import type { AppFacts, AppVerdict, DeviceFacts } from '../compat/facts.ts';
import type { Address } from '../discovery/port.ts';
import type { ErrorCode } from '../errors.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { KindOffer, Receipt } from '../wire/messages.ts';

export type { Address } from '../discovery/port.ts';

/** What the sender has: asked of the receiving side's `onOffer`. */
export interface Offer {
  readonly peer: DeviceFacts;
  readonly kinds: readonly KindOffer[];
  readonly apps: readonly AppFacts[];
}

/** What the receiver would take: asked of the sending side's `onPlan`. */
export interface Plan {
  readonly peer: DeviceFacts;
  /** Kinds the receiver takes. */
  readonly kinds: readonly Kind[];
  readonly verdicts: readonly AppVerdict[];
  readonly freeBytes: number;
  /** The receiver will keep nothing: its receipt says what a move would do. */
  readonly dryRun?: true;
}

/** How far one kind has come. Bytes and entries of the manifest. */
export interface KindProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly entries: number;
  readonly totalEntries: number;
}

/** How far a move has come, in all and per kind. Told several times a second. */
export interface Progress extends KindProgress {
  readonly kinds: Readonly<Partial<Record<Kind, KindProgress>>>;
  /** Over the last seconds. */
  readonly bytesPerSecond: number;
  /** Absent while it cannot be told. */
  readonly secondsLeft: number | undefined;
  readonly phase: 'streaming' | 'committing';
}

/** What `onEvent` is told while a move runs. Tell the types apart by `type`. */
export type MoveEvent =
  | { readonly type: 'listening'; readonly name: string; readonly addresses: readonly Address[] }
  /** The code to show, now and each time it changes. `qr` is the text of the QR code. */
  | {
      readonly type: 'code';
      readonly code: Ephemeral<string>;
      readonly qr: Ephemeral<string>;
      readonly expiresAt: number;
    }
  /** A sender failed to pair with this code. */
  | { readonly type: 'attempt-failed'; readonly code: ErrorCode; readonly triesLeft: number }
  | { readonly type: 'paired' }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'plan'; readonly plan: Plan }
  | { readonly type: 'progress'; readonly progress: Progress }
  /** The network is gone; goes on by itself, or ends with `INTERRUPTED` at `until` (ms since 1970). */
  | { readonly type: 'waiting'; readonly until: number }
  | { readonly type: 'resumed' }
  /** The devices are connected and nothing has moved for seconds: a slow disk, a weak network. The next progress ends it. */
  | { readonly type: 'stalled' }
  | { readonly type: 'receipt'; readonly receipt: Receipt };

/** Never awaited: a slow listener must not stall a lane. */
export type Listener = (event: MoveEvent) => void;

/** The receiving side's answer to an offer. */
export type Decision =
  { readonly accept: true; readonly kinds: readonly Kind[] } | { readonly accept: false };

/** What the sender's person chose of a plan. */
export interface Choice {
  readonly kinds: readonly Kind[];
  /** Packages to move; those with verdict `no` among them only if the person insists. */
  readonly apps: readonly string[];
}
