/** Messages as they travel and as they are kept: the columns of Android's databases that are the person's content. */
import { z } from 'zod';
import {
  OCTET,
  SIGNED_OCTET,
  integerSchema,
  millisecondsSchema,
  secondsSchema,
  textSchema,
} from '../xml/value.ts';

/** Parts and addresses of one MMS: the largest groups have some hundred members; a hundred times that is an attack. */
const MAX_CHILDREN = 20_000;

/** MIBenum of a character set (IANA registry). */
export const CHARACTER_SET = { min: 0, max: 65_535 } as const;
export const UTF_8 = 106;

/** Names are those of the attributes. Only these columns move; whatever else a file has is left behind. */
export const smsSchema = z.strictObject({
  element: z.literal('sms'),
  /** Null in a draft that is to nobody yet. */
  address: textSchema,
  /** Milliseconds since 1970. */
  date: millisecondsSchema,
  /** Milliseconds since 1970; null when the file has no such column. */
  date_sent: millisecondsSchema.nullable(),
  /** 1 in, 2 sent, 3 draft, 4 outbox, 5 failed, 6 queued. */
  type: integerSchema(OCTET),
  protocol: integerSchema(OCTET).nullable(),
  subject: textSchema,
  body: textSchema,
  read: integerSchema(OCTET),
  /** -1 none, 0 complete, 32 pending, 64 failed. */
  status: integerSchema(SIGNED_OCTET),
  locked: integerSchema(OCTET).nullable(),
});

export const partSchema = z.strictObject({
  seq: integerSchema(SIGNED_OCTET),
  /** MIME type. */
  ct: textSchema,
  name: textSchema,
  chset: integerSchema(CHARACTER_SET).nullable(),
  cd: textSchema,
  fn: textSchema,
  cid: textSchema,
  cl: textSchema,
  text: textSchema,
  /** Base64, as it stood in the file: an attachment the old device damaged arrives no worse. */
  data: textSchema,
});

export const addressSchema = z.strictObject({
  address: textSchema,
  /** 137 from, 151 to, 130 cc, 129 bcc (PduHeaders of Android; OMA MMS encapsulation, 7.3). */
  type: integerSchema(OCTET),
  charset: integerSchema(CHARACTER_SET),
});

export const mmsSchema = z.strictObject({
  element: z.literal('mms'),
  /** The other people of the conversation, joined by "~"; needed to show the message. */
  address: textSchema,
  /** Milliseconds since 1970. */
  date: millisecondsSchema,
  /** SECONDS since 1970, unlike that of an SMS. */
  date_sent: secondsSchema,
  /** 1 in, 2 sent, 3 draft, 4 outbox. */
  msg_box: integerSchema(OCTET),
  /** 128 sent, 130 announced, 132 received. */
  m_type: integerSchema(OCTET),
  ct_t: textSchema,
  sub: textSchema,
  /** Character set of `sub`; without it a phone shows a subject with umlauts garbled. */
  sub_cs: integerSchema(CHARACTER_SET).nullable(),
  text_only: integerSchema(OCTET).nullable(),
  read: integerSchema(OCTET),
  seen: integerSchema(OCTET),
  rr: integerSchema(OCTET).nullable(),
  d_rpt: integerSchema(OCTET).nullable(),
  pri: integerSchema(OCTET).nullable(),
  /** A locked message is spared when a phone clears out old ones. */
  locked: integerSchema(OCTET).nullable(),
  parts: z.array(partSchema).max(MAX_CHILDREN),
  addrs: z.array(addressSchema).max(MAX_CHILDREN),
});

export const messageRecordSchema = z.discriminatedUnion('element', [smsSchema, mmsSchema]);

export type SmsRecord = z.infer<typeof smsSchema>;
export type MmsRecord = z.infer<typeof mmsSchema>;
export type MmsPart = z.infer<typeof partSchema>;
export type MmsAddress = z.infer<typeof addressSchema>;
export type MessageRecord = z.infer<typeof messageRecordSchema>;
