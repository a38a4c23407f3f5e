/** What a caller of `receive` hands to the engine. */
import type { Destination } from '../devices/port.ts';
import type { Kind, ReportLeft } from '../kinds/kind.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Decision, Listener, Offer } from './events.ts';

/** What a caller of `receive` hands to the engine. Wrong options are refused with `USAGE` before anything is done. */
export interface ReceiveOptions {
  readonly destination: Destination;
  /** Name to be found under; two random words by default. */
  readonly name?: string;
  /** Control port; the lanes take the following ones. Free ports by default. */
  readonly port?: number;
  /** One address to listen on; every private one by default. */
  readonly host?: string;
  /** Kinds to take; all by default. */
  readonly kinds?: readonly Kind[];
  readonly androidId?: Ephemeral<string>;
  /** Whether to be found by mDNS; true by default. */
  readonly advertise?: boolean;
  /** Everything is sent, compared and merged aside, and nothing of it is kept: the receipt says what a move would do. */
  readonly dryRun?: boolean;
  /** Whether the move can be taken back by `undoMove`; true by default. */
  readonly keepUndo?: boolean;
  /** When the caller stops the move, what had arrived of it is dropped; by default it is kept for a later run. */
  readonly dropWhenStopped?: boolean;
  /** Of the network; none by default. It may be changed while the move runs. */
  readonly limit?: RateLimit;
  /** How long a lost connection is waited for, in milliseconds; half an hour by default. */
  readonly waitMs?: number;
  readonly onEvent: Listener;
  /** Told, before the receipt, of each thing that stays behind or was renamed, as far as this device has it. */
  readonly onLeftBehind?: ReportLeft;
  /** Asked once the sender has said what it has. */
  readonly onOffer: (offer: Offer) => Promise<Decision>;
  readonly signal: AbortSignal;
}
