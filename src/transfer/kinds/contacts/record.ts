/** A contact as a line of JSON: the bytes of its card, untouched, and the address book it is from. */
import { z } from 'zod';
import { isCollectionName } from '../record-merge/collection-name.ts';
import { fromRecordBytes, toRecordBytes } from '../record-merge/record-bytes.ts';
import { CardSplitter } from './card-splitter.ts';

const recordSchema = z.strictObject({
  card: z.string(),
  encoding: z.literal('latin1').optional(),
  collection: z.string().optional(),
});

export interface ContactRecord {
  /** One whole card, from BEGIN to END with its line end. */
  readonly card: Buffer;
  readonly collection: string | undefined;
}

/** @throws RangeError when the line would be longer than a string can be. */
export function formatContactRecord({ card, collection }: ContactRecord): string {
  const { text, encoding } = toRecordBytes(card);
  return JSON.stringify({
    card: text,
    ...(encoding === undefined ? {} : { encoding }),
    ...(collection === undefined ? {} : { collection }),
  });
}

/** The record of a line that came from the peer, or undefined when it is not exactly one well-formed card. */
export function parseContactRecord(line: string): ContactRecord | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = recordSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { card: text, encoding, collection } = parsed.data;
  if (collection !== undefined && !isCollectionName(collection)) return undefined;
  const card = fromRecordBytes(encoding === undefined ? { text } : { text, encoding });
  if (card === undefined) return undefined;
  const splitter = new CardSplitter();
  const pieces = [...splitter.push(card), ...splitter.end()];
  return pieces.length === 1 && pieces[0]?.type === 'card' ? { card, collection } : undefined;
}
