/**
 * What travels on the control channel once two devices are paired (PROTOCOL.md, "Control channel"): JSON text
 * `{"s":sequence,"a":acknowledged,"m":message}`, or `{"a":acknowledged}` alone. Sequences count from 1.
 */
import { z } from 'zod';
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { isDeeperThan } from './json-depth.ts';
import { pairingMessageSchema, type PairingMessage } from '../pairing/messages.ts';
import { messageSchema, type Message } from './messages.ts';

const sequence = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

const envelopeSchema = z
  .strictObject({ s: sequence.min(1).optional(), a: sequence, m: messageSchema.optional() })
  .refine(({ s, m }) => (s === undefined) === (m === undefined));

export interface Envelope {
  /** Number of the peer's last message that has arrived here, with all before it. */
  readonly acknowledged: number;
  readonly content: { readonly sequence: number; readonly message: Message } | undefined;
}

/** Space for the envelope around a message: `{"s":…,"a":…,"m":…}` with two numbers of 16 digits. */
const ENVELOPE_BYTES = 64;

/** JSON of a message. @throws RangeError when it is larger than the peer would take: the caller must split it. */
export function encodeMessage(message: Message): string {
  const json = JSON.stringify(message);
  if (Buffer.byteLength(json) + ENVELOPE_BYTES > LIMITS.messageBytes) {
    throw new RangeError(`a ${message.type} message of ${json.length} characters does not fit`);
  }
  return json;
}

/** `json` from `encodeMessage`. */
export function encodeEnvelope(sequenceNumber: number, acknowledged: number, json: string): string {
  return `{"s":${sequenceNumber},"a":${acknowledged},"m":${json}}`;
}

export function encodeAcknowledgement(acknowledged: number): string {
  return `{"a":${acknowledged}}`;
}

/** @throws MoverError `PEER_VIOLATION` for anything that is not an envelope. */
export function decodeEnvelope(text: Buffer): Envelope {
  const { s, a, m } = decode(text, LIMITS.messageBytes, envelopeSchema);
  return {
    acknowledged: a,
    content: s === undefined || m === undefined ? undefined : { sequence: s, message: m },
  };
}

/** @throws MoverError `PEER_VIOLATION` for anything that is not a message of the exchange. */
export function decodePairing(text: Buffer): PairingMessage {
  return decode(text, LIMITS.unpairedMessageBytes, pairingMessageSchema);
}

function decode<Schema extends z.ZodType>(text: Buffer, maxBytes: number, schema: Schema): z.infer<Schema> {
  if (text.length > maxBytes) throw violation('a message that is too large');
  if (isDeeperThan(text, LIMITS.jsonDepth)) throw violation('a message that nests too deep');
  let value: unknown;
  try {
    value = JSON.parse(text.toString());
  } catch {
    throw violation('a message that is not JSON');
  }
  const result = schema.safeParse(value);
  if (!result.success) throw violation('a message of no known form');
  return result.data;
}

function violation(detail: string): MoverError {
  return new MoverError('PEER_VIOLATION', { detail });
}
