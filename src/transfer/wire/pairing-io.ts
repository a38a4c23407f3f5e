/** Messages of the exchange over a control connection whose peer is not yet known. */
import { MoverError } from '../errors.ts';
import type { ControlSocket } from './control-socket.ts';
import { deadline } from './deadline.ts';
import { decodePairing } from './envelope.ts';
import type { PairingMessage } from '../pairing/messages.ts';

export function sendPairing(socket: ControlSocket, message: PairingMessage): void {
  socket.send(JSON.stringify(message));
}

/**
 * The peer's next message.
 * @throws MoverError `PEER_VIOLATION` for anything else, `PAIRING_FAILED` when the connection ends or nothing comes in
 * time; the signal's reason when aborted.
 */
export function receivePairing(
  socket: ControlSocket,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<PairingMessage> {
  const { timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      callOff();
      socket.onText = undefined;
      socket.onEnd = undefined;
    };
    const fail = (error: unknown): void => {
      settle();
      reject(MoverError.from(error, 'PAIRING_FAILED'));
    };
    const callOff = deadline(signal, timeoutMs, () => {
      settle();
      reject(
        signal.aborted
          ? (signal.reason as Error)
          : new MoverError('PAIRING_FAILED', { detail: 'no answer in time' }),
      );
    });
    socket.onText = (text) => {
      settle();
      try {
        resolve(decodePairing(text));
      } catch (error) {
        fail(error);
      }
    };
    socket.onEnd = (end) => {
      fail(new MoverError(end === 'violation' ? 'PEER_VIOLATION' : 'PAIRING_FAILED'));
    };
  });
}
