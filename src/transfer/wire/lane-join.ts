/**
 * How a lane's connection joins the session: pinned certificate, then proofs of the join key both ways (PROTOCOL.md,
 * "Joining a lane"). Everything but `answerLaneJoin` is meant for the lane's worker thread.
 */
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Identity } from '../pairing/identity.ts';
import { checkJoinProof, joinProof } from '../pairing/join.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import { deadline } from './deadline.ts';
import { dial } from './dial.ts';
import { request } from './http.ts';
import { decodePreface, encodePreface, PREFACE_BYTES, PROOF_BYTES } from './lane-preface.ts';
import { readExactly } from './read-exactly.ts';
import { admit, listenTls } from './tls-listener.ts';
import { exportChannelBinding, LANE_UPGRADE } from './tls-profile.ts';

export interface JoinLaneOptions {
  readonly host: string;
  readonly typed?: true | undefined;
  /** The lane's own port. */
  readonly port: number;
  /** Used when the lane's own port cannot be joined within `LIMITS.laneJoinMs`. */
  readonly controlPort: number;
  readonly certificateDigest: Buffer;
  readonly joinKey: Ephemeral<Buffer>;
  /** u32, from 1, larger for every later connection of the lane. */
  readonly index: number;
  readonly lane: number;
  readonly signal: AbortSignal;
}

/**
 * Sender. The socket is joined, not flowing, and its first byte to be written is the first of a chunk.
 * @throws MoverError `UNREACHABLE`, `NOT_OPENMOVER`, `PAIRING_FAILED` (another certificate, or a proof that does not
 * hold); the signal's reason when aborted.
 */
export async function joinLane(options: JoinLaneOptions): Promise<TLSSocket> {
  const { signal } = options;
  const attempt = new AbortController();
  const callOff = deadline(signal, LIMITS.laneJoinMs, () => {
    attempt.abort(new MoverError('UNREACHABLE'));
  });
  try {
    const socket = await dial({ ...options, signal: attempt.signal });
    return await introduce(socket, options, attempt.signal);
  } catch {
    // A firewall, or whatever else has the port: the control port was reachable a moment ago.
    signal.throwIfAborted();
  } finally {
    callOff();
  }
  const socket = await dial({ ...options, port: options.controlPort });
  return introduce(await upgrade(socket, signal), options, signal);
}

/** Owns `socket`: it is destroyed when this fails. */
async function introduce(
  socket: TLSSocket,
  options: JoinLaneOptions,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { lane, index, joinKey } = options;
  try {
    const channelBinding = exportChannelBinding(socket);
    socket.write(encodePreface({ lane, index, proof: joinProof(joinKey, 'A', index, channelBinding) }));
    const proof = await readExactly(socket, PROOF_BYTES, { timeoutMs: LIMITS.handshakeMs, signal });
    if (!checkJoinProof(joinKey, 'B', index, channelBinding, proof)) throw new MoverError('PAIRING_FAILED');
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw MoverError.from(error, 'UNREACHABLE');
  }
}

/** Asks the control port to let this connection be a lane. Owns `socket`: it is destroyed when this fails. */
function upgrade(socket: TLSSocket, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const ask = request({
      createConnection: () => socket,
      path: '/lane',
      headers: { Connection: 'Upgrade', Upgrade: LANE_UPGRADE },
    });
    const fail = (error: unknown): void => {
      callOff();
      ask.destroy();
      socket.destroy();
      reject(MoverError.from(error, 'UNREACHABLE'));
    };
    const callOff = deadline(signal, LIMITS.handshakeMs, () => {
      fail(signal.aborted ? signal.reason : undefined);
    });
    ask.on('error', fail);
    ask.on('response', () => {
      fail(new MoverError('NOT_OPENMOVER'));
    });
    ask.on('upgrade', (_response, _socket, head: Buffer) => {
      callOff();
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    ask.end();
  });
}

export interface LaneListener {
  readonly port: number;
  /** Stops listening and destroys the lane's connection. Idempotent. */
  close(): Promise<void>;
}

export interface ListenLaneOptions {
  readonly identity: Identity;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly joinKey: Ephemeral<Buffer>;
  readonly lane: number;
  /** A proven connection, not flowing; any earlier one of this listener has been destroyed. */
  readonly onConnection: (socket: TLSSocket, index: number) => void;
}

/**
 * Receiver, in the lane's worker: the lane's own port.
 * @throws MoverError `PORT_IN_USE`, `HOST_UNAVAILABLE`.
 */
export async function listenLane(options: ListenLaneOptions): Promise<LaneListener> {
  const { identity, host, port, joinKey, lane, onConnection } = options;
  let current: TLSSocket | undefined;
  let lastIndex = 0;
  const claim = (wanted: number, index: number): boolean => {
    if (wanted !== lane || index <= lastIndex) return false;
    lastIndex = index;
    return true;
  };
  return listenTls({
    identity,
    host,
    port,
    onSecure: (socket) => {
      answer(socket, { joinKey, laneCount: lane + 1, claim }).then(
        ({ index }) => {
          current?.destroy();
          current = socket;
          onConnection(socket, index);
        },
        () => {
          // An unauthenticated peer, or a proof that does not hold: the connection is gone, the listener goes on.
        },
      );
    },
  });
}

export interface AnswerLaneJoinOptions {
  readonly joinKey: Ephemeral<Buffer>;
  /** Lanes of this move are numbered from 0 to `laneCount - 1`. */
  readonly laneCount: number;
  /** Whether the lane takes this connection: true only for an index greater than any before. Asked after the proof. */
  readonly claim: (lane: number, index: number) => boolean;
}

/**
 * Receiver, engine's thread: `socket` and `head` of `Endpoint.onLane`. Resolves when the connection has proved itself;
 * it is not flowing then. Otherwise it is destroyed.
 * @throws MoverError `PAIRING_FAILED` for whoever does not belong to the session: nothing is wrong with the session then.
 */
export async function answerLaneJoin(
  socket: Duplex,
  head: Buffer,
  options: AnswerLaneJoinOptions,
): Promise<{ readonly lane: number; readonly index: number }> {
  if (!(socket instanceof TLSSocket)) {
    socket.destroy();
    throw new MoverError('PAIRING_FAILED');
  }
  if (head.length > 0) socket.unshift(head);
  return answer(socket, options);
}

async function answer(
  socket: TLSSocket,
  options: AnswerLaneJoinOptions,
): Promise<{ readonly lane: number; readonly index: number }> {
  const { joinKey, laneCount, claim } = options;
  const never = new AbortController().signal;
  try {
    const bytes = await readExactly(socket, PREFACE_BYTES, { timeoutMs: LIMITS.handshakeMs, signal: never });
    const preface = decodePreface(bytes);
    if (preface === undefined) throw new MoverError('PAIRING_FAILED');
    const { lane, index, proof } = preface;
    const channelBinding = exportChannelBinding(socket);
    if (!checkJoinProof(joinKey, 'A', index, channelBinding, proof)) throw new MoverError('PAIRING_FAILED');
    if (lane >= laneCount || !claim(lane, index)) throw new MoverError('PAIRING_FAILED');
    admit(socket);
    socket.write(joinProof(joinKey, 'B', index, channelBinding));
    return { lane, index };
  } catch (error) {
    socket.destroy();
    throw MoverError.from(error, 'PAIRING_FAILED');
  }
}
