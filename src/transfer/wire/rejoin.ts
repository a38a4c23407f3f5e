/**
 * A control connection that comes back within a session: it proves by the join key that it belongs there, in place of
 * pairing (PROTOCOL.md, "Coming back").
 */
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { checkJoinProof, joinProof } from '../pairing/join.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { ComeBack, ControlChannel, Reconnection } from './control.ts';
import type { ControlSocket } from './control-socket.ts';
import { dial } from './dial.ts';
import type { PairingMessage } from '../pairing/messages.ts';
import { openControl } from './open-control.ts';
import { receivePairing, sendPairing } from './pairing-io.ts';
import { Retry } from './retry.ts';

type RejoinMessage = Extract<PairingMessage, { type: 'rejoin-a' }>;

export interface RedialOptions {
  readonly host: string;
  readonly port: number;
  readonly typed?: true | undefined;
  readonly certificateDigest: Buffer;
  readonly joinKey: Ephemeral<Buffer>;
  readonly retry?: Retry | undefined;
}

/** The receiver itself says that it has no such session: dialling again cannot help. */
class SessionGone extends MoverError {
  constructor() {
    super('INTERRUPTED', { detail: 'the other device has ended the move' });
  }
}

/**
 * The sender's way back: dials with growing pauses until it is in, is turned away by the receiver, or is told to stop.
 */
export function redialer(options: RedialOptions): ComeBack {
  const retry = options.retry ?? new Retry();
  let index = 0;
  return async (received, signal) => {
    for (let pauseMs: number = LIMITS.redialMs; ; pauseMs = Math.min(2 * pauseMs, LIMITS.redialMostMs)) {
      try {
        index += 1;
        return await rejoin(options, index, received, signal);
      } catch (error) {
        if (error instanceof SessionGone) throw error;
        signal.throwIfAborted();
      }
      await retry.pause(pauseMs, signal);
    }
  };
}

async function rejoin(
  options: RedialOptions,
  index: number,
  received: number,
  signal: AbortSignal,
): Promise<Reconnection> {
  const { joinKey } = options;
  const socket = await openControl(await dial({ ...options, signal }), signal);
  try {
    const { channelBinding } = socket;
    sendPairing(socket, {
      type: 'rejoin-a',
      index,
      proof: joinProof(joinKey, 'A', index, channelBinding).toString('base64url'),
      received,
    });
    const answer = await receivePairing(socket, { timeoutMs: LIMITS.handshakeMs, signal });
    if (answer.type === 'pair-failed' && answer.code === 'INTERRUPTED') throw new SessionGone();
    if (answer.type !== 'rejoin-b') throw new MoverError('PEER_VIOLATION');
    if (!checkJoinProof(joinKey, 'B', index, channelBinding, Buffer.from(answer.proof, 'base64url'))) {
      throw new MoverError('PAIRING_FAILED');
    }
    return { socket, peerReceived: answer.received };
  } catch (error) {
    socket.terminate();
    throw error;
  }
}

/** The receiver's door for its paired sender. */
export class RejoinAcceptor {
  readonly #channel: ControlChannel;
  readonly #joinKey: Ephemeral<Buffer>;
  #lastIndex = 0;

  constructor(channel: ControlChannel, joinKey: Ephemeral<Buffer>) {
    this.#channel = channel;
    this.#joinKey = joinKey;
  }

  /**
   * Lets the connection take the place of the one before if its proof holds and its index is greater than any before.
   * @throws MoverError `INTERRUPTED` when the session is over, `PAIRING_FAILED` when the proof does not hold or has
   * been used: nothing has changed then.
   */
  answer(socket: ControlSocket, message: RejoinMessage): void {
    const { index, proof, received } = message;
    const { channelBinding } = socket;
    if (this.#channel.ended || this.#joinKey.wiped) throw new MoverError('INTERRUPTED');
    const held = checkJoinProof(this.#joinKey, 'A', index, channelBinding, Buffer.from(proof, 'base64url'));
    if (!held || index <= this.#lastIndex) throw new MoverError('PAIRING_FAILED');
    this.#lastIndex = index;
    const answer = joinProof(this.#joinKey, 'B', index, channelBinding).toString('base64url');
    this.#channel.resume({ socket, peerReceived: received }, (ownReceived) => {
      sendPairing(socket, { type: 'rejoin-b', proof: answer, received: ownReceived });
    });
  }
}
