/**
 * The signing certificates named in an APK Signing Block: schemes v2, v3 and v3.1. It extracts, it does not verify:
 * the installer on the device does that; here the digests only tell whether two packages claim the same publisher.
 * Source: https://source.android.com/docs/security/features/apksigning/v3 (and v2), AOSP ApkSignatureSchemeV3Verifier.
 */
import { createHash } from 'node:crypto';

const SCHEME_V2 = 0x7109871a;
const SCHEME_V3 = 0xf05368c0;
const SCHEME_V31 = 0x1b93ad61;
const PROOF_OF_ROTATION = 0x3ba06f8c;

/** SHA-256 digests of certificates (DER), hex. */
export interface Signers {
  readonly signers: readonly string[];
  /** Earlier certificates, oldest first, whose owner handed over to the present one. */
  readonly lineage: readonly string[];
}

/** A cursor over length-prefixed fields; every read is checked by Buffer, which throws a RangeError. */
class Fields {
  #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get more(): boolean {
    return this.#bytes.length > 0;
  }

  uint32(): number {
    const value = this.#bytes.readUInt32LE(0);
    this.#bytes = this.#bytes.subarray(4);
    return value;
  }

  take(length: number): Buffer {
    if (length > this.#bytes.length) throw new RangeError('field beyond its end');
    const value = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return value;
  }

  prefixed(): Buffer {
    return this.take(this.uint32());
  }

  sequence(): Fields {
    return new Fields(this.prefixed());
  }
}

export const digestOf = (certificate: Uint8Array): string =>
  createHash('sha256').update(certificate).digest('hex');

/**
 * The signers of the newest scheme in the block.
 * @param pairs the id-value pairs, without the block's own length fields and magic
 * @returns nothing when there is no scheme in it, or it is damaged
 */
export function readSigningBlock(pairs: Buffer): Signers | undefined {
  try {
    const schemes = new Map<number, Buffer>();
    let at = 0;
    while (at + 12 <= pairs.length) {
      const length = Number(pairs.readBigUInt64LE(at));
      if (length < 4 || at + 8 + length > pairs.length) return undefined;
      schemes.set(pairs.readUInt32LE(at + 8), pairs.subarray(at + 12, at + 8 + length));
      at += 8 + length;
    }
    // The newest first: a v3.1 signer is the rotated key that Android 13 and newer sees, v3 the one before it.
    for (const id of [SCHEME_V31, SCHEME_V3, SCHEME_V2]) {
      const scheme = schemes.get(id);
      if (scheme === undefined) continue;
      const found = readScheme(scheme, id !== SCHEME_V2);
      if (found.signers.length > 0) return found;
    }
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readScheme(scheme: Buffer, rotates: boolean): Signers {
  const signers = new Set<string>();
  const lineage = new Set<string>();
  const list = new Fields(scheme).sequence();
  while (list.more) {
    const signed = list.sequence().sequence();
    signed.prefixed(); // digests of the content
    const certificates = signed.sequence();
    if (certificates.more) signers.add(digestOf(certificates.prefixed()));
    if (rotates) {
      signed.take(8); // SDK range
      readAttributes(signed.sequence(), lineage);
    }
  }
  for (const signer of signers) lineage.delete(signer);
  return { signers: [...signers], lineage: [...lineage] };
}

function readAttributes(attributes: Fields, lineage: Set<string>): void {
  while (attributes.more) {
    const attribute = attributes.sequence();
    if (attribute.uint32() !== PROOF_OF_ROTATION) continue;
    attribute.uint32(); // version
    while (attribute.more) lineage.add(digestOf(attribute.sequence().sequence().prefixed()));
  }
}
