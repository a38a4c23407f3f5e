/**
 * Signs a ZIP by APK Signature Scheme v2, so that an installer accepts it.
 * Source: https://source.android.com/docs/security/features/apksigning/v2
 */
import { createHash } from 'node:crypto';
import type { Publisher } from './publisher.ts';
import type { ZipParts } from './zip.ts';

const SCHEME_V2 = 0x7109871a;
const ECDSA_SHA256 = 0x0201;
const CHUNK_BYTES = 1024 * 1024;
const MAGIC = 'APK Sig Block 42';

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

const uint64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** Its length, then the content. */
export const prefixed = (...content: readonly Uint8Array[]): Buffer => {
  const bytes = Buffer.concat(content);
  return Buffer.concat([uint32(bytes.length), bytes]);
};

function contentDigest({ entries, directory, end }: ZipParts): Buffer {
  const digests: Buffer[] = [];
  for (const part of [entries, directory, end]) {
    for (let at = 0; at < part.length; at += CHUNK_BYTES) {
      const chunk = part.subarray(at, at + CHUNK_BYTES);
      digests.push(
        createHash('sha256').update(Buffer.of(0xa5)).update(uint32(chunk.length)).update(chunk).digest(),
      );
    }
  }
  const all = createHash('sha256').update(Buffer.of(0x5a)).update(uint32(digests.length));
  for (const digest of digests) all.update(digest);
  return all.digest();
}

function schemeV2(zip: ZipParts, publisher: Publisher): Buffer {
  const signed = Buffer.concat([
    prefixed(prefixed(uint32(ECDSA_SHA256), prefixed(contentDigest(zip)))),
    prefixed(prefixed(publisher.certificate)),
    prefixed(),
  ]);
  const signature = prefixed(uint32(ECDSA_SHA256), prefixed(publisher.sign(signed)));
  return prefixed(prefixed(prefixed(signed), prefixed(signature), prefixed(publisher.publicKey)));
}

/** An APK Signing Block of these id-value pairs. */
export function signingBlock(pairs: readonly { readonly id: number; readonly value: Buffer }[]): Buffer {
  const content = Buffer.concat(
    pairs.flatMap(({ id, value }) => [uint64(4 + value.length), uint32(id), value]),
  );
  const size = uint64(content.length + 8 + MAGIC.length);
  return Buffer.concat([size, content, size, Buffer.from(MAGIC, 'latin1')]);
}

/** The ZIP with a block between its entries and its directory. */
export function withSigningBlock({ entries, directory, end }: ZipParts, block: Buffer): Buffer {
  const moved = Buffer.from(end);
  moved.writeUInt32LE(entries.length + block.length, 16);
  return Buffer.concat([entries, block, directory, moved]);
}

export const signApk = (zip: ZipParts, publisher: Publisher): Buffer =>
  withSigningBlock(zip, signingBlock([{ id: SCHEME_V2, value: schemeV2(zip, publisher) }]));
