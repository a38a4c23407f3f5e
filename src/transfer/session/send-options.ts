/** What a caller of `send` hands to the engine. */
import type { Source } from '../devices/port.ts';
import type { Kind, ReportLeft } from '../kinds/kind.ts';
import type { PairingSecret, SecretKind } from '../pairing/machine.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { Retry } from '../wire/retry.ts';
import type { Address, Choice, Listener, Plan } from './events.ts';
import type { RateLimit } from './rate-limit.ts';

/** What a caller of `send` hands to the engine. Wrong options are refused with `USAGE` before anything is done. */
export interface SendOptions {
  readonly source: Source;
  readonly to: Address;
  /** Six digits, or the secret of a QR code. Wiped when the move ends. */
  readonly code: PairingSecret;
  /** Default `code`. */
  readonly secretKind?: SecretKind;
  /** From a QR code: the certificate the receiver must have. */
  readonly certificateDigest?: Buffer;
  /** Kinds to offer; all by default. */
  readonly kinds?: readonly Kind[];
  /** Connections to stream over; as `defaultLanes` says when absent. */
  readonly lanes?: number;
  readonly androidId?: Ephemeral<string>;
  /** Of the network; none by default. It may be changed while the move runs. */
  readonly limit?: RateLimit;
  /** How long a lost connection is waited for, in milliseconds; half an hour by default. */
  readonly waitMs?: number;
  /** Dials a lost device at once, each time it is told to. */
  readonly retry?: Retry;
  readonly onEvent: Listener;
  /** Told, before the receipt, of each thing that stays behind or was renamed, as far as this device has it. */
  readonly onLeftBehind?: ReportLeft;
  /** What to move of the plan; undefined declines the move. */
  readonly onPlan: (plan: Plan) => Promise<Choice | undefined>;
  readonly signal: AbortSignal;
}
