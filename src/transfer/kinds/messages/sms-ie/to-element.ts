/**
 * A message of sms-ie as the element "SMS Backup & Restore" would have written: both name their values after the columns
 * of Android's databases, so that one allow-list serves both. What differs: an MMS has its date in seconds here, and no
 * list of the other people of the conversation, which is made from its addresses.
 */
import { z } from 'zod';
import type { XmlElement } from '../../xml/elements.ts';
import { samePerson } from '../own-number.ts';

type Attributes = XmlElement['attributes'];

/** Columns are strings, absent where the database has NULL; numbers are taken as well. */
const columns = z.record(z.string(), z.unknown());
const addressSchema = columns;
const mmsExtras = z.object({
  __sender_address: addressSchema.optional(),
  __recipient_addresses: z.array(addressSchema).max(10_000).optional(),
  /** All of them in one list, as version 1 wrote. */
  __addresses: z.array(addressSchema).max(10_000).optional(),
  __parts: z.array(columns).max(10_000).optional(),
});

export interface SmsIeMessage {
  readonly element: 'sms' | 'mms';
  readonly attributes: Attributes;
  readonly sender: Attributes | undefined;
  readonly recipients: readonly Attributes[];
  readonly parts: readonly Attributes[];
}

const RECEIVED = '1';
const TO = '151';
const FROM = '137';

/** Undefined for what is no message. */
export function parseSmsIe(line: string): SmsIeMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const own = columns.safeParse(value).data;
  const extras = mmsExtras.safeParse(value).data;
  if (own === undefined || extras === undefined) return undefined;
  const listed = (extras.__addresses ?? []).map(attributesOf);
  const sender =
    extras.__sender_address === undefined
      ? listed.find(({ type }) => type === FROM)
      : attributesOf(extras.__sender_address);
  return {
    element: 'msg_box' in own ? 'mms' : 'sms',
    attributes: attributesOf(own),
    sender,
    recipients: [
      ...(extras.__recipient_addresses ?? []).map(attributesOf),
      ...listed.filter(({ type }) => type !== FROM),
    ],
    parts: (extras.__parts ?? []).map(attributesOf),
  };
}

function attributesOf(values: Readonly<Record<string, unknown>>): Attributes {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') attributes[name] = value;
    else if (typeof value === 'number') attributes[name] = String(value);
  }
  return attributes;
}

/** The owner's number where a message gives it away: an MMS from somebody to one person has reached the owner. */
export function ownNumberIn({ attributes, sender, recipients }: SmsIeMessage): string | undefined {
  const [only, ...others] = recipients;
  if (attributes['msg_box'] !== RECEIVED || sender === undefined || others.length > 0) return undefined;
  return only?.['type'] === TO ? only['address'] : undefined;
}

/** Base64 of an attachment in the message itself, as version 1 wrote it. */
const INLINE = 'binary_data';

/** Name of the attachment in `data/`, as the last part of the path on the phone. */
export const dataNameOf = (part: Attributes): string | undefined => part['_data']?.split('/').at(-1);

/**
 * @param own numbers that are known to be the owner's.
 * @param data of each part, Base64.
 */
export function elementOf(
  message: SmsIeMessage,
  own: readonly string[],
  data: readonly (string | undefined)[],
): XmlElement {
  const { element, attributes, sender, recipients, parts } = message;
  if (element === 'sms') return { name: 'sms', attributes, children: [] };
  const all = sender === undefined ? recipients : [{ ...sender, type: FROM }, ...recipients];
  return {
    name: 'mms',
    attributes: {
      ...attributes,
      address: participantsOf(message, own),
      date: milliseconds(attributes['date']),
    },
    children: [
      list(
        'parts',
        parts.map((part, index) => {
          const bytes = data[index];
          const data64 = bytes ?? part[INLINE];
          return leaf('part', data64 === undefined ? part : { ...part, data: data64 });
        }),
      ),
      list(
        'addrs',
        all.map((address) => leaf('addr', address)),
      ),
    ],
  };
}

/** Everybody but the owner, joined by "~" as Android does it in the other form. */
function participantsOf({ attributes, sender, recipients }: SmsIeMessage, own: readonly string[]): string {
  const received = attributes['msg_box'] === RECEIVED;
  const addresses = (received && sender !== undefined ? [sender, ...recipients] : recipients).flatMap(
    ({ address }) => (address === undefined || address === '' ? [] : [address]),
  );
  const others = addresses.filter((address) => !own.some((number) => samePerson(number, address)));
  return [...new Set(others)].join('~');
}

/** Anything else than seconds, or milliseconds of this century, is found malformed. */
const milliseconds = (date: string | undefined): string => {
  if (date === undefined || !/^\d{1,13}$/.test(date)) return 'null';
  return date.length === 13 && date.startsWith('1') ? date : `${date}000`;
};

const leaf = (name: string, attributes: Attributes): XmlElement => ({ name, attributes, children: [] });

const list = (name: string, children: readonly XmlElement[]): XmlElement => ({
  name,
  attributes: {},
  children,
});
