/** The sender's side of pairing over a real connection: dials, runs the exchange, and hands over what came of it. */
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { PairedKeys, PairingSecret, SecretKind } from '../pairing/machine.ts';
import { endInitiator, startInitiator, stepInitiator } from '../pairing/initiator.ts';
import type { PairedSession } from './channel.ts';
import { ControlChannel } from './control.ts';
import type { ControlSocket } from './control-socket.ts';
import { dial } from './dial.ts';
import { openControl } from './open-control.ts';
import { receivePairing, sendPairing } from './pairing-io.ts';
import { redialer } from './rejoin.ts';
import type { Retry } from './retry.ts';

export interface PairAsSenderOptions {
  readonly host: string;
  readonly port: number;
  /** See `DialOptions.typed`. */
  readonly typed?: true | undefined;
  /** Borrowed for the exchange; stays the caller's. */
  readonly secret: PairingSecret;
  /** Default `code`. */
  readonly secretKind?: SecretKind;
  /** From a QR code: the only certificate accepted. */
  readonly certificateDigest?: Buffer;
  /** See `ControlChannelOptions.waitMs`. */
  readonly waitMs?: number | undefined;
  /** Each time it says so, a lost connection is dialled again at once. */
  readonly retry?: Retry | undefined;
  readonly signal: AbortSignal;
}

/**
 * Dials and pairs. The caller owns the keys of the result and closes its channel.
 * @throws MoverError `UNREACHABLE`, `NOT_OPENMOVER`, `PEER_VERSION`, `WRONG_CODE`, `PAIRING_BUSY`, `PAIRING_LOCKED`,
 * `PAIRING_FAILED`, `PEER_VIOLATION`; the signal's reason when aborted.
 */
export async function pairAsSender(options: PairAsSenderOptions): Promise<PairedSession> {
  const { host, port, typed, signal } = options;
  const connection = await dial({ host, port, typed, certificateDigest: options.certificateDigest, signal });
  const socket = await openControl(connection, signal);
  try {
    const certificateDigest = socket.peerCertificateDigest;
    if (certificateDigest === undefined) throw new MoverError('NOT_OPENMOVER');
    const keys = await exchange(socket, certificateDigest, options);
    socket.admit();
    const { waitMs, retry } = options;
    const comeBack = redialer({ host, port, typed, certificateDigest, joinKey: keys.joinKey, retry });
    return { channel: new ControlChannel({ socket, comeBack, waitMs }), ...keys, certificateDigest };
  } catch (error) {
    await socket.close();
    throw error;
  }
}

async function exchange(
  socket: ControlSocket,
  certificateDigest: Buffer,
  options: PairAsSenderOptions,
): Promise<PairedKeys> {
  const { secret, secretKind = 'code', signal } = options;
  const { channelBinding } = socket;
  const start = startInitiator({ secret, secretKind, channelBinding, certificateDigest });
  let { state } = start;
  let refused = false;
  try {
    sendPairing(socket, start.send);
    for (;;) {
      const message = await receivePairing(socket, { timeoutMs: LIMITS.pairingMs, signal });
      refused = message.type === 'pair-failed';
      const step = stepInitiator(state, message);
      state = step.state;
      if (step.send !== undefined) sendPairing(socket, step.send);
      if (step.keys !== undefined) return step.keys;
    }
  } catch (error) {
    endInitiator(state);
    // The receiver counts an attempt that ends here; it need not wait until its time is over.
    if (!refused)
      sendPairing(socket, { type: 'pair-failed', code: MoverError.from(error, 'CANCELLED').code });
    throw error;
  }
}
