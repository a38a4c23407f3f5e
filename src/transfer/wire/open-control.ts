/** The sender's upgrade of a dialled connection to the control channel (RFC 6455). */
import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { ControlSocket } from './control-socket.ts';
import { deadline } from './deadline.ts';
import { SUBPROTOCOL } from './tls-profile.ts';

const UPGRADE_REQUIRED = 426;

/**
 * Owns `socket` from the call on: it is destroyed when this fails.
 * @throws MoverError `PEER_VERSION` when the peer speaks another version, `NOT_OPENMOVER` when it answers as something
 * else, `UNREACHABLE` when it does not answer; the signal's reason when aborted.
 */
export function openControl(socket: TLSSocket, signal: AbortSignal): Promise<ControlSocket> {
  return new Promise((resolve, reject) => {
    // The address is never looked up: the connection stands already.
    const ws = new WebSocket('ws://openmover/control', [SUBPROTOCOL], {
      createConnection: () => socket,
      perMessageDeflate: false,
      maxPayload: LIMITS.messageBytes,
      followRedirects: false,
      // Masking protects plaintext proxies; inside TLS it only costs time: 100 MiB/s with a random mask, 600 with none.
      generateMask: (mask) => mask.fill(0),
    });
    const fail = (error: unknown): void => {
      callOff();
      ws.terminate();
      socket.destroy();
      reject(error instanceof Error ? error : new MoverError('UNREACHABLE', { cause: error }));
    };
    const callOff = deadline(signal, LIMITS.answerMs, () => {
      fail(signal.aborted ? signal.reason : new MoverError('UNREACHABLE', { detail: 'no answer in time' }));
    });
    ws.on('unexpected-response', (_request, response) => {
      fail(new MoverError(response.statusCode === UPGRADE_REQUIRED ? 'PEER_VERSION' : 'NOT_OPENMOVER'));
    });
    ws.on('error', (cause: NodeJS.ErrnoException) => {
      const network = cause.code === 'ECONNRESET' || cause.code === 'EPIPE';
      fail(new MoverError(network ? 'UNREACHABLE' : 'NOT_OPENMOVER', { cause }));
    });
    ws.on('open', () => {
      callOff();
      resolve(new ControlSocket(ws, socket));
    });
  });
}
