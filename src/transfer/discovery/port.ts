/**
 * How two devices find each other. What discovery says is a hint and never a proof: anyone on the network can say
 * anything, and only pairing tells who answers. One contract holds `bonjour.ts`
 * and the implementation in memory that tests use.
 */

/** Where a receiver listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** The person typed it, so that it may be outside the local network; nobody else's word is enough for that. */
  readonly typed?: true | undefined;
}

/** A receiver that says it is there. */
export interface Found {
  /** Printable, at most 63 bytes; unique on the network, case aside. */
  readonly name: string;
  /** Where it says it listens, likeliest first; never empty, only addresses of a local network. */
  readonly addresses: readonly Address[];
}

export interface AdvertiseOptions {
  /** Two words made for this run when absent. Cleaned so that it fits a DNS label (63 bytes, no full stop). */
  readonly name?: string | undefined;
  readonly port: number;
  /** IP addresses the receiver listens on; every one of a local network when absent. Others are not published. */
  readonly addresses?: readonly string[] | undefined;
  /** Gives up before it is published. */
  readonly signal?: AbortSignal | undefined;
}

export interface Advertisement {
  /** As published: another one than asked for when that is taken on this network. */
  readonly name: string;
  /** False where no interface can carry multicast: others must come by address or QR code. */
  readonly visible: boolean;
  /** Says goodbye and closes what was opened. Idempotent. */
  stop(): Promise<void>;
}

export interface BrowseOptions {
  /** Ends the search. */
  readonly signal: AbortSignal;
  /** A receiver came, or its addresses changed. At most `LIMITS.services` are known at a time. */
  readonly onFound: (found: Found) => void;
  /** It said goodbye, or has not answered for a while. */
  readonly onLost?: (name: string) => void;
  /** Receivers it does not hold for are passed over before they count. */
  readonly accept?: (name: string) => boolean;
}

/** How receivers are published and found; another one can be handed to `discover` and `findByName`. */
export interface Discovery {
  /**
   * Publishes a receiver until stopped.
   * @throws RangeError for a port that is none; the signal's reason.
   */
  advertise(options: AdvertiseOptions): Promise<Advertisement>;
  /** Looks for receivers until the signal aborts; then resolves, everything it opened closed. Never rejects. */
  browse(options: BrowseOptions): Promise<void>;
}
