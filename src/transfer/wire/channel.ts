/**
 * The control channel as the session sees it: messages in order, each exactly once, over a connection that may drop
 * and come back, for as long as its caller waits, without the session noticing more than a pause.
 */
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { Message } from './messages.ts';

export interface ChannelState {
  /** Connection lost; ends at `until` (ms since 1970) if it does not come back. */
  onWaiting: ((until: number) => void) | undefined;
  onResumed: (() => void) | undefined;
}

export interface Channel extends ChannelState {
  /** Queues a message; it is kept until the peer has acknowledged it. Never blocks; a no-op once closed. */
  send(message: Message): void;
  /**
   * The next message. Rejects with `INTERRUPTED` when the network stays away, `PEER_VIOLATION` when the peer breaks
   * the protocol, the code of its `stop` message when the peer ends the session, or the signal's reason.
   */
  receive(signal: AbortSignal): Promise<Message>;
  /** Lane traffic counts as a sign of life: a busy link may hold back the answers to pings. */
  touch(): void;
  /** Bytes of all connections so far, both ways. */
  readonly wireBytes: number;
  /** Resolves when everything queued has been acknowledged, or the channel is lost. */
  flushed(): Promise<void>;
  /** Ends the connection and stops coming back. Idempotent. */
  close(): Promise<void>;
}

/** What two paired devices share. */
export interface PairedSession {
  readonly channel: Channel;
  readonly appKey: Ephemeral<Buffer>;
  readonly joinKey: Ephemeral<Buffer>;
  /** SHA-256 of the receiver's certificate: lanes accept no other. */
  readonly certificateDigest: Buffer;
}
