/**
 * When two messages are the same one. An SMS: address, date, type, body. An MMS: date, box, addresses, parts. Its
 * `m_id` would tell too, but stays on the old device. Messages alike in all of that are one message to us.
 */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import { digestOf } from '../xml/record-digest.ts';
import type { MessageRecord, MmsRecord } from './model.ts';

/** The order in which addresses are listed differs between exports of one message. */
const addressesOf = (mms: MmsRecord): string[] => [
  ...(mms.address ?? '').split('~').sort(),
  ...mms.addrs.map(({ address, type }) => `${String(type)} ${address ?? ''}`).sort(),
];

/** 32 bytes that are equal for equal messages. */
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
  return digestOf(JSON.stringify(['mms', message.date, message.msg_box, addressesOf(message), parts]));
}
