/**
 * CPace, a balanced password-authenticated key exchange: suite CPACE-RISTR255-SHA512 of draft-irtf-cfrg-cpace-21,
 * initiator-responder setting. Function by function as the draft names them; the exchange itself is in the machines.
 */
import { createHash } from 'node:crypto';
import { ristretto255, ristretto255_hasher as ristretto255Hasher } from '@noble/curves/ed25519.js';

export const SUITE = 'CPACE-RISTR255-SHA512';

/** `G.DSI`, section 8.3. */
const DOMAIN = Buffer.from('CPaceRistretto255');
/** `H.s_in_bytes` of SHA-512, section 6.2. */
const HASH_BLOCK_BYTES = 128;
/** `G.field_size_bytes`: length of a share, of a scalar and of K. */
export const ELEMENT_BYTES = 32;

/** An element of the group in its internal representation: never leaves this module except as its encoding. */
export type Element = InstanceType<typeof ristretto255.Point>;

/** `prepend_len`, appendix A.1.1: the length as LEB128, then the bytes. */
export function prependLength(data: Uint8Array): Buffer {
  const prefix: number[] = [];
  let length = data.length;
  while (length >= 0x80) {
    prefix.push((length & 0x7f) | 0x80);
    length >>>= 7;
  }
  prefix.push(length);
  return Buffer.concat([Uint8Array.from(prefix), data]);
}

/** `lv_cat`, appendix A.1.3: unambiguous concatenation. Text is taken as UTF-8. */
export function lvCat(...parts: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => prependLength(typeof part === 'string' ? Buffer.from(part) : part)),
  );
}

/** `generator_string`, section 8.1: the secret and its padding fill the first hash block, whatever its length. */
export function generatorString(prs: Uint8Array, ci: Uint8Array, sid: Uint8Array): Buffer {
  const padding = HASH_BLOCK_BYTES - 1 - prependLength(prs).length - prependLength(DOMAIN).length;
  return lvCat(DOMAIN, prs, Buffer.alloc(Math.max(0, padding)), ci, sid);
}

/**
 * `G.calculate_generator`, section 8.3, with the element derivation of RFC 9496 section 4.3.4.
 * @param prs the shared secret: short, of low entropy.
 * @param ci what both sides know of the channel.
 * @param sid identifies this session.
 */
export function calculateGenerator(prs: Uint8Array, ci: Uint8Array, sid: Uint8Array): Element {
  const seed = generatorString(prs, ci, sid);
  const digest = createHash('sha512').update(seed).digest();
  const generator = ristretto255Hasher.deriveToCurve?.(digest);
  if (generator === undefined) throw new TypeError('ristretto255 without element derivation');
  // Both give the secret away to a dictionary of a million codes.
  seed.fill(0);
  digest.fill(0);
  return generator;
}

/**
 * `G.sample_scalar`, section 8.3: 252 random bits, little-endian.
 * @param random gives `length` bytes of a cryptographic source.
 */
export function sampleScalar(random: (length: number) => Buffer): Buffer {
  const scalar = Buffer.from(random(ELEMENT_BYTES));
  scalar.writeUInt8(scalar.readUInt8(ELEMENT_BYTES - 1) & 0x0f, ELEMENT_BYTES - 1);
  return scalar;
}

const toInteger = (scalar: Buffer): bigint => BigInt(`0x${Buffer.from(scalar).reverse().toString('hex')}`);

/** `G.scalar_mult`: the encoding of `scalar * element`, 32 bytes. */
export function scalarMult(scalar: Buffer, element: Element): Buffer {
  return Buffer.from(element.multiply(toInteger(scalar)).toBytes());
}

function decode(share: Uint8Array): Element | undefined {
  try {
    return ristretto255.Point.fromBytes(share);
  } catch {
    return undefined;
  }
}

/** Whether a peer's share is the canonical encoding of an element other than the neutral one (sections 7.2 and 9). */
export function isValidShare(share: Uint8Array): boolean {
  const element = decode(share);
  return element !== undefined && !element.is0();
}

/**
 * `G.scalar_mult_vfy`, section 8.3. `undefined` stands for `G.I`: the share is no element, or the neutral one. The
 * exchange must then be aborted.
 */
export function scalarMultVerify(scalar: Buffer, share: Uint8Array): Buffer | undefined {
  const element = decode(share);
  if (element === undefined) return undefined;
  const product = element.multiply(toInteger(scalar));
  return product.is0() ? undefined : Buffer.from(product.toBytes());
}

/** `transcript_ir`, appendix A.3.4. */
export function transcriptIr(ya: Uint8Array, ada: Uint8Array, yb: Uint8Array, adb: Uint8Array): Buffer {
  return Buffer.concat([lvCat(ya, ada), lvCat(yb, adb)]);
}

/** The intermediate session key ISK, section 7.2: 64 bytes, to be put through a KDF before use. */
export function intermediateSessionKey(sid: Uint8Array, k: Uint8Array, transcript: Uint8Array): Buffer {
  const head = lvCat(Buffer.concat([DOMAIN, Buffer.from('_ISK')]), sid, k);
  const key = createHash('sha512').update(head).update(transcript).digest();
  head.fill(0);
  return key;
}
