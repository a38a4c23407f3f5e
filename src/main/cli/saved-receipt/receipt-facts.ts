/** What a saved receipt says. */
import { z } from 'zod';
import { receiptSchema } from '../../../transfer/index.ts';

export const MOST_REFERENCE = 200;

export const signedSchema = z.strictObject({
  openmover: z.literal(1),
  type: z.literal('receipt'),
  /** ISO 8601, in UTC. */
  date: z.iso.datetime(),
  /** Of OpenMover. */
  version: z.string().max(64),
  /** What the person typed, such as the number of an order. */
  reference: z.string().max(MOST_REFERENCE).optional(),
  /** The same on both devices: see `receiptNumber`. */
  number: z.string().max(64),
  receipt: receiptSchema,
});
export type ReceiptFacts = z.infer<typeof signedSchema>;
