/**
 * Every message that is said before the devices trust each other: pairing, and a connection that comes back (PROTOCOL.md,
 * "Pairing"). Binary values are base64url without padding. Schemas are strict: an unknown key is a violation.
 */
import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { LIMITS } from '../limits.ts';

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const bytes16 = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const shortText = z.string().max(32);

/** What each side adds to its public share in the exchange; bound into the keys. */
const associated = z.strictObject({
  nonce: bytes16,
  versions: z.array(z.number().int().min(1).max(255)).min(1).max(8),
  features: z.array(shortText).max(16),
});

export const pairingMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('pair-a'), share: bytes32, associated }),
  z.strictObject({
    type: z.literal('pair-b'),
    share: bytes32,
    associated: associated.extend({ certificate: bytes32 }),
  }),
  z.strictObject({ type: z.literal('confirm-a'), tag: z.string().regex(/^[A-Za-z0-9_-]{86}$/) }),
  z.strictObject({ type: z.literal('confirm-b'), tag: z.string().regex(/^[A-Za-z0-9_-]{86}$/) }),
  /** The exchange ended; `triesLeft` of this code, for a wrong one. */
  z.strictObject({
    type: z.literal('pair-failed'),
    code: z.enum(ERROR_CODES),
    triesLeft: z.number().int().min(0).max(LIMITS.codeAttempts).optional(),
  }),
  /** A control connection that comes back instead of pairing: HMAC(join key, role | index | channel binding). */
  z.strictObject({
    type: z.literal('rejoin-a'),
    index: z.number().int().min(1).max(0xffffffff),
    proof: bytes32,
    received: count,
  }),
  z.strictObject({ type: z.literal('rejoin-b'), proof: bytes32, received: count }),
]);
export type PairingMessage = z.infer<typeof pairingMessageSchema>;
