/**
 * When two messages are the same one. An SMS: number, date, type, body. An MMS: date, box, people, parts. Its `m_id` would
 * tell too, but stays on the old device. Messages alike in all of that are one message to us.
 */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import { numberKeys } from '../number-keys.ts';
import { digestOf } from '../xml/record-digest.ts';
import { recordKeys, type RecordKeys } from '../xml/record-keys.ts';
import type { MessageRecord, MmsPart, MmsRecord } from './model.ts';

/** How the pictures and words of a message are laid out; some programs leave it out, others make their own. */
const LAYOUT = 'application/smil';

/** What a message says, exactly as it is written: 32 bytes, to see that what was written is what was meant. */
export function messageDigest(message: MessageRecord): Uint8Array {
  if (message.element === 'sms') {
    return digestOf(JSON.stringify(['sms', message.address, message.date, message.type, message.body]));
  }
  // Attachments are large: hashed as they are, not as JSON of JSON.
  const parts = message.parts.map((part) => [
    part.ct,
    part.text,
    part.data === null ? null : blake3UrlSafeBase64(part.data),
  ]);
  const addrs = message.addrs.map(({ address, type }) => [address, type]);
  return digestOf(JSON.stringify(['mms', message.date, message.msg_box, message.address, addrs, parts]));
}

export function messageKeys(message: MessageRecord): RecordKeys {
  if (message.element === 'sms') {
    const { type, body, date, address } = message;
    const text = body === null ? 'none' : blake3UrlSafeBase64(body);
    return recordKeys(`sms ${String(date)} ${String(type)} ${text}`, address);
  }
  const participants = (message.address ?? '').split('~').filter((each) => each !== '');
  // One other person is compared as exactly as in an SMS; for more, the ends of all numbers have to agree.
  const only = participants.length === 1 ? (participants[0] ?? null) : null;
  const rest = [
    message.date,
    message.msg_box,
    participants.length === 1 ? [] : tailsOf(participants),
    addressesOf(message),
    message.parts
      .filter((part) => part.ct?.toLowerCase() !== LAYOUT)
      .map(partOf)
      .sort(),
  ];
  return recordKeys(`mms ${blake3UrlSafeBase64(JSON.stringify(rest))}`, only);
}

const tailsOf = (addresses: readonly string[]): string[] =>
  [...new Set(addresses.map((address) => numberKeys(address).tail))].sort();

/** The order in which addresses are listed differs between exports of one message. */
const addressesOf = ({ addrs }: MmsRecord): string[] =>
  [...new Set(addrs.map(({ address, type }) => `${String(type)} ${numberKeys(address).tail}`))].sort();

const partOf = ({ ct, text, data }: MmsPart): string =>
  JSON.stringify([ct?.toLowerCase() ?? '', text ?? '', data === null ? '' : blake3UrlSafeBase64(bare(data))]);

/** Base64 without what programs break it into lines and fill it up with. */
function bare(data: string): string {
  const joined = /\s/.test(data) ? data.replace(/\s+/g, '') : data;
  return joined.endsWith('=') ? joined.replace(/=+$/, '') : joined;
}
