/**
 * How a further connection of a paired session (a lane, or a control connection that comes back) shows that it belongs
 * to it: an HMAC over its role, its number and its own TLS channel binding, so that it cannot be replayed or relayed.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Ephemeral } from '../privacy/ephemeral.ts';

const BINDING_BYTES = 32;

/**
 * HMAC-SHA-256(kJoin, role | index as u32 big-endian | channel binding): 32 bytes.
 * @param role `A` proves the dialling side (the sender), `B` the listening one.
 * @throws RangeError when `index` is no u32 or the binding is not 32 bytes.
 */
export function joinProof(
  joinKey: Ephemeral<Buffer>,
  role: 'A' | 'B',
  index: number,
  channelBinding: Buffer,
): Buffer {
  if (channelBinding.length !== BINDING_BYTES) throw new RangeError('a channel binding is 32 bytes');
  const number = Buffer.alloc(4);
  number.writeUInt32BE(index);
  return joinKey.use((key) =>
    createHmac('sha256', key).update(role).update(number).update(channelBinding).digest(),
  );
}

/** Whether `proof` is the one expected, compared in constant time. A proof of another length is simply wrong. */
export function checkJoinProof(
  joinKey: Ephemeral<Buffer>,
  role: 'A' | 'B',
  index: number,
  channelBinding: Buffer,
  proof: Buffer,
): boolean {
  const expected = joinProof(joinKey, role, index, channelBinding);
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}
