/** What every TLS connection of ours has in common, and the checks that hold it to it (PROTOCOL.md, "TLS"). */
import { createHash, constants } from 'node:crypto';
import type { PeerCertificate, TLSSocket } from 'node:tls';

/** ALPN protocol (RFC 7301): the transport's version. */
export const ALPN = 'openmover/1';

/** Subprotocol of the control connection (RFC 6455, 1.9): the version of the messages. */
export const SUBPROTOCOL = 'openmover.v1';

/** Token of the Upgrade header (RFC 9110, 7.8) of a lane. */
export const LANE_UPGRADE = 'openmover-lane';

/** RFC 9266: exporter label, here with an empty context and 32 bytes. */
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';

export const TLS_VERSION = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;

/**
 * AES-128 is a third faster than AES-256 where there are AES instructions; a client without them puts ChaCha20 first
 * and is given it. BoringSSL lacks some of these options.
 */
export const SERVER_CIPHERS = {
  ciphers: 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384',
  secureOptions:
    constants.SSL_OP_NO_TICKET |
    constants.SSL_OP_CIPHER_SERVER_PREFERENCE |
    ((constants as Partial<typeof constants>).SSL_OP_PRIORITIZE_CHACHA ?? 0),
} as const;

/** BoringSSL servers accept a mismatch of ALPN, and Node may be told to allow more than we do: so both sides look. */
export function meetsProfile(socket: TLSSocket): boolean {
  return socket.getProtocol() === 'TLSv1.3' && socket.alpnProtocol === ALPN && !socket.isSessionReused();
}

/** What only the two ends of this very connection know: 32 bytes. */
export function exportChannelBinding(socket: TLSSocket): Buffer {
  return socket.exportKeyingMaterial(32, EXPORTER_LABEL, Buffer.alloc(0));
}

/**
 * SHA-256 of the peer's certificate (DER), or undefined when it sent none. Not by `getPeerX509Certificate`: that gives
 * a certificate only once and takes it away from every later call (seen on Node 20 and 24).
 */
export function peerCertificateDigest(socket: TLSSocket): Buffer | undefined {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  return certificate.raw === undefined ? undefined : createHash('sha256').update(certificate.raw).digest();
}
