/**
 * The arithmetic of one pairing exchange, the same on both sides: CPace bound to the TLS connection, its transcript and
 * the keys that come of it. Written out for another implementation:
 *
 *     lv      length-value concatenation of draft-irtf-cfrg-cpace-21, appendix A.1.3
 *     sid     ekm, the TLS channel binding
 *     CI      lv("openmover/1", "initiator", "responder", "CPACE-RISTR255-SHA512")
 *     PRS     the six digits in ASCII, or the 16 bytes of the QR code
 *     ADa     lv("A", nonce, versions as one byte each, lv(feature, …))
 *     ADb     lv("B", nonce, versions as one byte each, lv(feature, …), SHA-256 of the certificate)
 *     th      SHA-512(lv(ekm, CI) | lv(Ya, ADa) | lv(Yb, ADb))
 *     k_x     HKDF-SHA-512(IKM = ISK, salt = empty, info = lv("openmover/1", x, th), L = 64)
 *             for x in "confirm-a", "confirm-b", "app", "join"
 *     Ta      HMAC-SHA-512(k_confirm-a, th)
 *     Tb      HMAC-SHA-512(k_confirm-b, th | Ta)
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { MoverError } from '../errors.ts';
import { Ephemeral } from '../privacy/ephemeral.ts';
import type { PairingMessage } from './messages.ts';
import {
  calculateGenerator,
  intermediateSessionKey,
  lvCat,
  sampleScalar,
  scalarMult,
  scalarMultVerify,
  SUITE,
  transcriptIr,
} from './cpace.ts';
import type { PairedKeys, PairingSecret, RandomBytes, SecretKind } from './machine.ts';

const PROTOCOL = 'openmover/1';
const KEY_BYTES = 64;
const NONCE_BYTES = 16;
const DIGEST_BYTES = 32;
/** The two names are part of the protocol. */
const CHANNEL = lvCat(PROTOCOL, 'typist', 'displayer', SUITE);

/** Protocol versions this program speaks. */
const VERSIONS: readonly number[] = [1];

/** Names an initiator that holds the QR code's secret and not the digits. */
const QR_FEATURE = 'qr';

export type Associated = Extract<PairingMessage, { type: 'pair-a' }>['associated'];
type AssociatedB = Extract<PairingMessage, { type: 'pair-b' }>['associated'];

export interface Share {
  readonly scalar: Ephemeral<Buffer>;
  /** 32 bytes, public. */
  readonly share: Buffer;
}

/** Bytes both sides have seen: what the keys are bound to. */
export interface Transcript {
  readonly channelBinding: Buffer;
  readonly ya: Buffer;
  readonly ada: Buffer;
  readonly yb: Buffer;
  readonly adb: Buffer;
}

/** Everything that follows from an ISK: the two proofs, and the keys for after them. */
export interface Schedule extends PairedKeys {
  readonly proofA: Ephemeral<Buffer>;
  readonly proofB: Ephemeral<Buffer>;
}

/** @throws MoverError `PEER_VIOLATION` when `text` is not exactly `length` bytes in canonical base64url. */
export function decodeBytes(text: string, length: number): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== length || bytes.toString('base64url') !== text) throw new MoverError('PEER_VIOLATION');
  return bytes;
}

/** @throws TypeError when the caller hands over something that is no 32-byte binding or digest. */
export function requireConnection(channelBinding: Buffer, certificateDigest: Buffer): void {
  if (channelBinding.length !== DIGEST_BYTES || certificateDigest.length !== DIGEST_BYTES) {
    throw new TypeError('channel binding and certificate digest are 32 bytes each');
  }
}

/** What a side says beside its share. */
export function makeAssociated(random: RandomBytes, kind: SecretKind): Associated {
  return {
    nonce: random(NONCE_BYTES).toString('base64url'),
    versions: [...VERSIONS],
    features: kind === 'qr' ? [QR_FEATURE] : [],
  };
}

export const secretKindOf = (associated: Associated): SecretKind =>
  associated.features.includes(QR_FEATURE) ? 'qr' : 'code';

/**
 * The bytes of associated data that go into the transcript.
 * @throws MoverError `PEER_VIOLATION` for a name or number that has more than one reading.
 */
export function encodeAssociated(role: 'A', associated: Associated): Buffer;
export function encodeAssociated(role: 'B', associated: AssociatedB): Buffer;
export function encodeAssociated(role: 'A' | 'B', associated: Associated | AssociatedB): Buffer {
  // Ill-formed UTF-16 becomes U+FFFD in UTF-8: two names would share one transcript.
  if (!associated.features.every((feature) => /^[a-z0-9-]{1,32}$/.test(feature))) {
    throw new MoverError('PEER_VIOLATION');
  }
  if (!associated.versions.every((version) => Number.isInteger(version) && version > 0 && version < 256)) {
    throw new MoverError('PEER_VIOLATION');
  }
  const parts: (Uint8Array | string)[] = [
    role,
    decodeBytes(associated.nonce, NONCE_BYTES),
    Uint8Array.from(associated.versions),
    lvCat(...associated.features),
  ];
  if ('certificate' in associated) parts.push(decodeBytes(associated.certificate, DIGEST_BYTES));
  return lvCat(...parts);
}

/** @throws MoverError `PEER_VERSION` when the peer speaks no version of ours. */
export function requireCommonVersion(peer: Associated): void {
  if (!peer.versions.some((version) => VERSIONS.includes(version))) throw new MoverError('PEER_VERSION');
}

/** A scalar and its share of the generator that the secret and the connection make. */
export function makeShare(secret: PairingSecret, channelBinding: Buffer, random: RandomBytes): Share {
  const borrow = (value: string | Buffer): Share => {
    const prs = Buffer.from(value);
    const generator = calculateGenerator(prs, CHANNEL, channelBinding);
    prs.fill(0);
    const scalar = sampleScalar(random);
    return { share: scalarMult(scalar, generator), scalar: new Ephemeral(scalar) };
  };
  return (secret as Ephemeral<string | Buffer>).use(borrow);
}

/**
 * Proofs and keys of an exchange. Wipes the scalar.
 * @throws MoverError `PEER_VIOLATION` when the peer's share is invalid or our own come back.
 */
export function deriveSchedule(scalar: Ephemeral<Buffer>, role: 'A' | 'B', transcript: Transcript): Schedule {
  const { channelBinding, ya, ada, yb, adb } = transcript;
  const k = scalar.use((value) =>
    ya.equals(yb) ? undefined : scalarMultVerify(value, role === 'A' ? yb : ya),
  );
  scalar.wipe();
  if (k === undefined) throw new MoverError('PEER_VIOLATION');

  const seen = transcriptIr(ya, ada, yb, adb);
  const isk = intermediateSessionKey(channelBinding, k, seen);
  k.fill(0);
  const hash = createHash('sha512').update(lvCat(channelBinding, CHANNEL)).update(seen).digest();
  const expand = (label: string): Buffer =>
    Buffer.from(hkdfSync('sha512', isk, '', lvCat(PROTOCOL, label, hash), KEY_BYTES));

  const keyA = expand('confirm-a');
  const keyB = expand('confirm-b');
  const proofA = createHmac('sha512', keyA).update(hash).digest();
  const proofB = createHmac('sha512', keyB).update(hash).update(proofA).digest();
  const schedule = {
    proofA: new Ephemeral(proofA),
    proofB: new Ephemeral(proofB),
    appKey: new Ephemeral(expand('app')),
    joinKey: new Ephemeral(expand('join')),
  };
  for (const spent of [isk, keyA, keyB]) spent.fill(0);
  return schedule;
}

export function wipeSchedule({ proofA, proofB, appKey, joinKey }: Schedule): void {
  for (const secret of [proofA, proofB, appKey, joinKey]) secret.wipe();
}

/** @throws MoverError `WRONG_CODE` unless `tag` is the proof, compared in constant time. */
export function requireProof(expected: Ephemeral<Buffer>, tag: string): void {
  const given = decodeBytes(tag, KEY_BYTES);
  if (!expected.use((proof) => timingSafeEqual(proof, given))) throw new MoverError('WRONG_CODE');
}
