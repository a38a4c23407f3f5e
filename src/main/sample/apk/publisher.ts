/**
 * A made-up publisher of apps: a throwaway P-256 key and its self-signed certificate, the same for the same seed, which
 * is why they are not made by node:crypto. Worth nothing: anyone can make them again.
 * Source: RFC 5280, section 4.1; RFC 5480; RFC 6979 for signatures without randomness.
 */
import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import type { Random } from '../random.ts';
import { bitString, der, integer, objectIdentifier, sequence, set, utcTime, utf8String } from './der.ts';

const ECDSA_WITH_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const EC_P256 = sequence(objectIdentifier('1.2.840.10045.2.1'), objectIdentifier('1.2.840.10045.3.1.7'));
const COMMON_NAME = objectIdentifier('2.5.4.3');

export interface Publisher {
  /** DER. */
  readonly certificate: Buffer;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  /** ECDSA with SHA-256, DER. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export function makePublisher(random: Random, name: string): Publisher {
  const { secretKey, publicKey } = p256.keygen(
    createHash('sha512').update(random.fork(name).key()).digest().subarray(0, p256.lengths.seed),
  );
  const sign = (message: Uint8Array): Uint8Array =>
    p256.sign(message, secretKey, { format: 'der', lowS: false });
  const point = p256.Point.fromBytes(publicKey).toBytes(false);
  const spki = sequence(EC_P256, bitString(point));
  const subject = sequence(set(sequence(COMMON_NAME, utf8String(name))));
  const tbs = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(createHash('sha256').update(name).digest().subarray(0, 8)),
    ECDSA_WITH_SHA256,
    subject,
    sequence(utcTime('150101000000Z'), utcTime('491231235959Z')),
    subject,
    spki,
  );
  return {
    certificate: sequence(tbs, ECDSA_WITH_SHA256, bitString(sign(tbs))),
    publicKey: spki,
    sign,
  };
}
