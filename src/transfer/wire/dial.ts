/** The way out: a TLS connection to a receiver that meets the profile, and the errors a person can act on. */
import { connect, type TLSSocket } from 'node:tls';
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { deadline } from './deadline.ts';
import { isPrivateAddress } from './private-address.ts';
import { ALPN, meetsProfile, peerCertificateDigest, TLS_VERSION } from './tls-profile.ts';

export interface DialOptions {
  readonly host: string;
  readonly port: number;
  /**
   * A person typed this address: it may be anywhere. Every other one (mDNS, a QR code) is what somebody else says, and is
   * dialled only on a local network.
   */
  readonly typed?: true | undefined;
  /** SHA-256 of the only certificate accepted; without it any, and nothing may be trusted before pairing. */
  readonly certificateDigest?: Buffer | undefined;
  /** For TCP and TLS each; by default `LIMITS.handshakeMs` and `LIMITS.answerMs`. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/**
 * The socket is connected, has no delay, and swallows errors by closing.
 * @throws MoverError `UNREACHABLE` when nothing answers in time or nothing is asked (see `typed`), `NOT_OPENMOVER` when something else does,
 * `PAIRING_FAILED` for another certificate than the one asked for; the signal's reason when aborted.
 */
export function dial(options: DialOptions): Promise<TLSSocket> {
  const { host, port, signal } = options;
  if (options.typed !== true && !isPrivateAddress(host)) {
    return Promise.reject(new MoverError('UNREACHABLE', { detail: 'that address is on no local network' }));
  }
  return new Promise((resolve, reject) => {
    let connected = false;
    const socket = connect({
      host,
      port,
      ...TLS_VERSION,
      ALPNProtocols: [ALPN],
      // The certificate is the receiver's own, of this run: pairing or the pinned digest says whether it is the right one.
      rejectUnauthorized: false,
      // No name in the clear: whoever listens need not learn which host name was typed.
      servername: '',
    });
    const fail = (error: unknown): void => {
      callOff();
      socket.destroy();
      reject(error instanceof Error ? error : new MoverError('UNREACHABLE', { cause: error }));
    };
    const late = (): void => {
      fail(signal.aborted ? signal.reason : new MoverError('UNREACHABLE', { detail: 'no answer in time' }));
    };
    let callOff = deadline(signal, options.timeoutMs ?? LIMITS.handshakeMs, late);
    socket.once('connect', () => {
      connected = true;
      callOff();
      callOff = deadline(signal, options.timeoutMs ?? LIMITS.answerMs, late);
    });
    socket.on('error', (cause) => {
      fail(new MoverError(connected ? 'NOT_OPENMOVER' : 'UNREACHABLE', { cause }));
    });
    socket.once('close', () => {
      fail(new MoverError(connected ? 'NOT_OPENMOVER' : 'UNREACHABLE'));
    });
    socket.once('secureConnect', () => {
      if (!meetsProfile(socket)) {
        fail(new MoverError('NOT_OPENMOVER'));
        return;
      }
      const expected = options.certificateDigest;
      if (expected !== undefined && peerCertificateDigest(socket)?.equals(expected) !== true) {
        fail(new MoverError('PAIRING_FAILED', { detail: 'another certificate than expected' }));
        return;
      }
      callOff();
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
