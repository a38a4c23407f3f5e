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
  return {
    element: 'msg_box' in own ? 'mms' : 'sms',
    attributes: attributesOf(own),
    sender: extras.__sender_address && attributesOf(extras.__sender_address),
    recipients: (extras.__recipient_addresses ?? []).map(attributesOf),
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
  const all = sender === undefined ? recipients : [{ ...sender, type: '137' }, ...recipients];
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
          return leaf('part', bytes === undefined ? part : { ...part, data: bytes });
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

/** Anything else than seconds is left as it is, and found malformed. */
const milliseconds = (seconds: string | undefined): string =>
  seconds !== undefined && /^\d{1,13}$/.test(seconds) ? `${seconds}000` : 'null';

const leaf = (name: string, attributes: Attributes): XmlElement => ({ name, attributes, children: [] });

const list = (name: string, children: readonly XmlElement[]): XmlElement => ({
  name,
  attributes: {},
  children,
});
