/**
 * The receiver's certificate: made in memory for one run, and saying nothing of the device. P-256, because Electron's
 * TLS (BoringSSL) refuses Ed25519. Name and dates are the same on every device, so that they tell none apart; trust
 * comes from pairing, which binds the certificate's digest.
 */
import { createHash, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { Ephemeral } from '../privacy/ephemeral.ts';
import { toPem } from './pem.ts';

const COMMON_NAME = 'openmover';
const NOT_BEFORE = new Date('2020-01-01T00:00:00Z');
const NOT_AFTER = new Date('2049-12-31T23:59:59Z');
/** id-at-commonName, RFC 5280 appendix A.1. */
const COMMON_NAME_ID = '2.5.4.3';
/** ecdsa-with-SHA256, RFC 5758 section 3.2: without parameters. */
const ECDSA_SHA256_ID = '1.2.840.10045.4.3.2';

export interface Identity {
  /** PKCS #8, PEM: the bytes of it, which is what TLS takes. Whoever made it wipes it; TLS has a copy of its own. */
  readonly key: Ephemeral<Buffer>;
  /** X.509, PEM. */
  readonly certificate: string;
  /** SHA-256 of the certificate's DER: 32 bytes. */
  readonly digest: Buffer;
}

/** 16 random bytes as a positive integer in the shortest DER form (RFC 5280 section 4.1.2.2). */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return Uint8Array.from(bytes).buffer;
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
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const name = new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({
        type: COMMON_NAME_ID,
        value: new AttributeValue({ utf8String: COMMON_NAME }),
      }),
    ]),
  ]);
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ECDSA_SHA256_ID });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer: name,
    validity: new Validity({ notBefore: NOT_BEFORE, notAfter: NOT_AFTER }),
    subject: name,
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  });
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signature = Uint8Array.from(sign('sha256', signed, privateKey)).buffer;
  const der = Buffer.from(
    AsnConvert.serialize(new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue: signature })),
  );
  return {
    key: pemOf(privateKey),
    certificate: toPem('CERTIFICATE', der).toString('latin1'),
    digest: createHash('sha256').update(der).digest(),
  };
}
