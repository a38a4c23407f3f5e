/**
 * What both pairing machines share: what they are started with and what a step gives back. The machines are initiator.ts
 * (sender, TLS client) and responder.ts (receiver, TLS server); the cryptography they share is in exchange.ts.
 *
 * A state is used once: a step wipes the secrets of the state it was given, whether it succeeds or throws. A machine
 * that has thrown is over, and a state given to `step` twice answers `PAIRING_FAILED`.
 */
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { PairingMessage } from './messages.ts';

/** Six digits as text, or the 16 bytes of the QR code. Stays with whoever made it; the machines only borrow it. */
export type PairingSecret = Ephemeral<string> | Ephemeral<Buffer>;

/** Which of the two secrets an exchange is run with; the initiator says so in `associated.features`. */
export type SecretKind = 'code' | 'qr';

/** `length` bytes of a cryptographic source. Injected, so that the machines are pure. */
export type RandomBytes = (length: number) => Buffer;

/** What ties the exchange to this one TLS connection. */
export interface Connection {
  /** `exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', empty)`: 32 bytes. */
  readonly channelBinding: Buffer;
  /** SHA-256 of the receiver's certificate: the live one on the initiator's side, the own one on the responder's. */
  readonly certificateDigest: Buffer;
}

/** What the two devices share once both have proved the secret. Whoever called the machine owns and wipes them. */
export interface PairedKeys {
  /** 64 bytes: HMAC key of this session for comparing identifiers. */
  readonly appKey: Ephemeral<Buffer>;
  /** 64 bytes: see join.ts. */
  readonly joinKey: Ephemeral<Buffer>;
}

export interface Step<State> {
  readonly state: State;
  /** To be sent to the peer before anything the keys protect. */
  readonly send?: PairingMessage;
  /** On the one step after which both sides have proved the secret; never before. */
  readonly keys?: PairedKeys;
}
