/** A call as it travels and as it is kept: the columns of Android's call log that say something about the call. */
import { z } from 'zod';
import { OCTET, SECONDS, TYPE, integerSchema, millisecondsSchema, textSchema } from '../xml/value.ts';

/** Names are those of the attributes. Only these columns move; whatever else a file has is left behind. */
export const callSchema = z.strictObject({
  /** Null when the other side withheld it. */
  number: textSchema,
  /** Seconds. */
  duration: integerSchema(SECONDS),
  /** Milliseconds since 1970. */
  date: millisecondsSchema,
  /** 1 incoming, 2 outgoing, 3 missed, 4 voicemail, 5 rejected, 6 blocked; others are those of a maker. */
  type: integerSchema(TYPE),
  /** 1 allowed, 2 restricted, 3 unknown, 4 pay phone. */
  presentation: integerSchema(OCTET).nullable(),
  post_dial_digits: textSchema,
});

export type CallRecord = z.infer<typeof callSchema>;
