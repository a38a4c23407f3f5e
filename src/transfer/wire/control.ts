/**
 * The control channel over real connections: messages in order, each exactly once, though connections come and go.
 * Every message is numbered and kept until the peer has acknowledged it; after a loss both sides say how far they have
 * received, and send the rest again (PROTOCOL.md, "Control channel").
 */
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Channel } from './channel.ts';
import type { ControlSocket, SocketEnd } from './control-socket.ts';
import { decodeEnvelope, encodeAcknowledgement, encodeEnvelope, encodeMessage } from './envelope.ts';
import { Heartbeat } from './heartbeat.ts';
import { Inbox } from './inbox.ts';
import type { Message } from './messages.ts';
import { Outbox } from './outbox.ts';

/** A connection that has come back and proved itself, and how far the peer has received. */
export interface Reconnection {
  readonly socket: ControlSocket;
  readonly peerReceived: number;
}

/**
 * How the dialling side comes back: tries until the signal aborts; a rejection ends the channel. `received` is how far
 * this side has received.
 */
export type ComeBack = (received: number, signal: AbortSignal) => Promise<Reconnection>;

export interface ControlChannelOptions {
  /** Paired and admitted. */
  readonly socket: ControlSocket;
  /** Absent on the side that waits to be dialled again. */
  readonly comeBack?: ComeBack;
  /** How long a lost connection is waited for, in milliseconds; `LIMITS.waitMs` by default. */
  readonly waitMs?: number | undefined;
}

type State =
  | { readonly type: 'open'; readonly socket: ControlSocket; readonly heartbeat: Heartbeat }
  | { readonly type: 'waiting'; readonly timer: NodeJS.Timeout; readonly search: AbortController }
  | { readonly type: 'ended' };

/** What a waiting message costs beside its text, so that a flood of tiny ones is bounded too. */
const MESSAGE_OVERHEAD_BYTES = 256;

export class ControlChannel implements Channel {
  onWaiting: ((until: number) => void) | undefined;
  onResumed: (() => void) | undefined;
  readonly #comeBack: ComeBack | undefined;
  readonly #waitMs: number;
  readonly #outbox = new Outbox();
  readonly #inbox = new Inbox();
  #state: State;
  #socket: ControlSocket;
  #received = 0;
  #acknowledgedReceived = 0;
  #acknowledgeTimer: NodeJS.Timeout | undefined;
  #paused = false;
  #earlierBytes = 0;
  #goodbye: Promise<void> = Promise.resolve();

  constructor(options: ControlChannelOptions) {
    this.#comeBack = options.comeBack;
    this.#waitMs = options.waitMs ?? LIMITS.waitMs;
    this.#socket = options.socket;
    this.#state = this.#open(options.socket);
    this.#listen(options.socket);
  }

  get ended(): boolean {
    return this.#state.type === 'ended';
  }

  get wireBytes(): number {
    return this.#earlierBytes + this.#socket.bytesRead + this.#socket.bytesWritten;
  }

  /** @throws RangeError for a message that is too large for the peer: the caller must split it. */
  send(message: Message): void {
    if (this.#state.type === 'ended') return;
    const json = encodeMessage(message);
    const sequence = this.#outbox.add(json);
    if (this.#state.type === 'open') this.#post(this.#state.socket, sequence, json);
    if (this.#outbox.bytes > LIMITS.unacknowledgedBytes) {
      // While the network is away that is nobody's fault.
      const code = this.#state.type === 'open' ? 'PEER_VIOLATION' : 'INTERRUPTED';
      this.#finish(new MoverError(code, { detail: 'messages are not acknowledged' }));
    }
  }

  async receive(signal: AbortSignal): Promise<Message> {
    const message = await this.#inbox.take(signal);
    if (this.#paused && this.#inbox.bytes < LIMITS.inboxBytes / 2) {
      this.#paused = false;
      this.#socket.resume();
    }
    return message;
  }

  flushed(): Promise<void> {
    return this.#outbox.empty();
  }

  touch(): void {
    if (this.#state.type === 'open') this.#state.heartbeat.touch();
  }

  close(): Promise<void> {
    this.#finish(new MoverError('INTERRUPTED', { detail: 'the channel was closed' }));
    return this.#goodbye;
  }

  /**
   * Goes on with a connection that has proved itself, in place of the one lost or not yet known to be. `announce` is
   * told how far this side has received, before anything is sent again.
   */
  resume({ socket, peerReceived }: Reconnection, announce?: (received: number) => void): void {
    const before = this.#state;
    if (before.type === 'ended') {
      socket.terminate();
      return;
    }
    this.#leave(before);
    this.#earlierBytes = this.wireBytes;
    this.#socket = socket;
    this.#paused = false;
    announce?.(this.#received);
    socket.admit();
    this.#state = this.#open(socket);
    if (!this.#outbox.acknowledge(peerReceived)) {
      this.#violate(new MoverError('PEER_VIOLATION', { detail: 'acknowledged what was never sent' }));
      return;
    }
    for (const [sequence, json] of this.#outbox.unacknowledged()) this.#post(socket, sequence, json);
    this.#listen(socket);
    if (before.type === 'waiting') this.onResumed?.();
  }

  #open(socket: ControlSocket): State {
    const heartbeat = new Heartbeat({
      ping: () => {
        socket.ping();
      },
      bytesRead: () => (this.#paused ? undefined : socket.bytesRead),
      onDead: () => {
        socket.terminate();
      },
    });
    return { type: 'open', socket, heartbeat };
  }

  #listen(socket: ControlSocket): void {
    socket.onEnd = (end) => {
      this.#onEnd(end);
    };
    socket.onText = (text) => {
      try {
        this.#take(text);
      } catch (error) {
        this.#violate(MoverError.from(error));
      }
    };
  }

  #take(text: Buffer): void {
    const { acknowledged, content } = decodeEnvelope(text);
    if (!this.#outbox.acknowledge(acknowledged)) {
      throw new MoverError('PEER_VIOLATION', { detail: 'an acknowledgement out of order' });
    }
    if (content === undefined) return;
    if (content.sequence !== this.#received + 1) {
      throw new MoverError('PEER_VIOLATION', { detail: 'a message out of order' });
    }
    this.#received = content.sequence;
    this.#inbox.put(content.message, text.length + MESSAGE_OVERHEAD_BYTES);
    if (content.message.type === 'stop') {
      this.#finish(new MoverError('INTERRUPTED'));
      return;
    }
    if (this.#inbox.bytes > LIMITS.inboxBytes && !this.#paused) {
      this.#paused = true;
      this.#socket.pause();
    }
    if (this.#received - this.#acknowledgedReceived >= LIMITS.acknowledgeMessages) this.#acknowledge();
    else
      this.#acknowledgeTimer ??= setTimeout(() => {
        this.#acknowledge();
      }, LIMITS.acknowledgeMs);
  }

  #post(socket: ControlSocket, sequence: number, json: string): void {
    socket.send(encodeEnvelope(sequence, this.#received, json));
    this.#noteAcknowledged();
  }

  #acknowledge(): void {
    if (this.#state.type === 'open' && this.#received > this.#acknowledgedReceived) {
      this.#state.socket.send(encodeAcknowledgement(this.#received));
    }
    this.#noteAcknowledged();
  }

  #noteAcknowledged(): void {
    clearTimeout(this.#acknowledgeTimer);
    this.#acknowledgeTimer = undefined;
    this.#acknowledgedReceived = this.#received;
  }

  #onEnd(end: SocketEnd): void {
    switch (end) {
      case 'closed':
        this.#finish(new MoverError('INTERRUPTED', { detail: 'the other device ended the connection' }));
        break;
      case 'violation':
        this.#finish(new MoverError('PEER_VIOLATION'));
        break;
      case 'lost':
        this.#wait();
        break;
    }
  }

  #wait(): void {
    if (this.#state.type !== 'open') return;
    this.#leave(this.#state);
    const search = new AbortController();
    const timer = setTimeout(() => {
      this.#finish(new MoverError('INTERRUPTED'));
    }, this.#waitMs);
    this.#state = { type: 'waiting', timer, search };
    this.onWaiting?.(Date.now() + this.#waitMs);
    this.#comeBack?.(this.#received, search.signal).then(
      (reconnection) => {
        if (search.signal.aborted) reconnection.socket.terminate();
        else this.resume(reconnection);
      },
      (error: unknown) => {
        if (!search.signal.aborted) this.#finish(MoverError.from(error, 'INTERRUPTED'));
      },
    );
  }

  /** Tells the peer what it is accused of, so that it does not wait for us to come back. */
  #violate(error: MoverError): void {
    if (this.#state.type === 'open') {
      const json = encodeMessage({ type: 'stop', code: error.code });
      this.#post(this.#state.socket, this.#outbox.add(json), json);
    }
    this.#finish(error);
  }

  #finish(error: MoverError): void {
    const { type } = this.#state;
    if (type === 'ended') return;
    this.#acknowledge();
    this.#leave(this.#state, false);
    this.#state = { type: 'ended' };
    if (type === 'open') this.#goodbye = this.#socket.close();
    this.#inbox.end(error);
    this.#outbox.clear();
  }

  /** Lets go of what a state holds; of its connection, too, unless that is to be closed with a goodbye. */
  #leave(state: State, terminate = true): void {
    switch (state.type) {
      case 'open':
        state.heartbeat.stop();
        state.socket.onEnd = undefined;
        state.socket.onText = undefined;
        if (terminate) state.socket.terminate();
        break;
      case 'waiting':
        clearTimeout(state.timer);
        state.search.abort();
        break;
      case 'ended':
        break;
    }
  }
}
