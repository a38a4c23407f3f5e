/**
 * Hash of the merge: 32 bits to look records up by.
 *
 * BLAKE3 by way of base64url: the addon's buffers are each an allocation outside V8's heap with a finalizer of its own,
 * which costs three times as much as decoding the text, and memory until the collector comes by.
 */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';

/** Characters that hold 4 bytes. */
const CHARACTERS_32 = 6;

/** BLAKE3 cut to 32 bits. Only ever a hint: whoever finds something by it compares the records themselves. */
export function hash32(key: string): number {
  return Buffer.from(blake3UrlSafeBase64(key).slice(0, CHARACTERS_32), 'base64url').readUInt32LE(0);
}
