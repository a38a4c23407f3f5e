/**
 * The receiver's certificate: made in memory for one run, and saying nothing of the device. P-256, because Electron's
 * TLS (BoringSSL) refuses Ed25519. Name and dates are the same on every device, so that they tell none apart; trust
 * comes from pairing, which binds the certificate's digest.
 */
import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Ephemeral } from '../privacy/ephemeral.ts';
import { toPem } from './pem.ts';

export interface Identity {
  /** PKCS #8, PEM: the bytes of it, which is what TLS takes. Whoever made it wipes it; TLS has a copy of its own. */
  readonly key: Ephemeral<Buffer>;
  /** X.509, PEM. */
  readonly certificate: string;
  /** SHA-256 of the certificate's DER: 32 bytes. */
  readonly digest: Buffer;
}

function pemOf(privateKey: KeyObject): Ephemeral<Buffer> {
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const pem = toPem('PRIVATE KEY', der);
  der.fill(0);
  return new Ephemeral(pem);
}

/** A fresh key and its self-signed certificate, ready for `tls.createServer`. The caller owns the key. */
export async function makeIdentity(): Promise<Identity> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const { selfSigned } = await import('./self-signed.ts');
  const der = selfSigned(privateKey, publicKey);
  return {
    key: pemOf(privateKey),
    certificate: toPem('CERTIFICATE', der).toString('latin1'),
    digest: createHash('sha256').update(der).digest(),
  };
}
