/** An X.509 certificate that vouches for itself: made by receivers alone, and loaded by them alone (25 ms). */
import { type KeyObject, randomBytes, sign } from 'node:crypto';
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

const COMMON_NAME = 'openmover';
const NOT_BEFORE = new Date('2020-01-01T00:00:00Z');
const NOT_AFTER = new Date('2049-12-31T23:59:59Z');
/** id-at-commonName, RFC 5280 appendix A.1. */
const COMMON_NAME_ID = '2.5.4.3';
/** ecdsa-with-SHA256, RFC 5758 section 3.2: without parameters. */
const ECDSA_SHA256_ID = '1.2.840.10045.4.3.2';

/** 16 random bytes as a positive integer in the shortest DER form (RFC 5280 section 4.1.2.2). */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return Uint8Array.from(bytes).buffer;
}

/** @returns the certificate's DER. */
export function selfSigned(privateKey: KeyObject, publicKey: KeyObject): Buffer {
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
  return Buffer.from(
    AsnConvert.serialize(new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue: signature })),
  );
}
