/**
 * `<sms>` and `<mms>` elements of "SMS Backup & Restore" to records, by allow-list: `service_center`, `sub_id`, `_id`,
 * `m_id`, `tr_id`, `ct_l`, `creator`, `sim_slot` and every vendor column stay behind. Where Android's databases have a
 * default for a missing column, the record has it too, since the public schema wants a number there.
 */
import type { XmlElement } from '../xml/elements.ts';
import { OCTET, SIGNED_OCTET, integer, integerOr, milliseconds, seconds, text } from '../xml/value.ts';
import { CHARACTER_SET, UTF_8 } from './model.ts';
import type { MessageRecord, MmsAddress, MmsPart, MmsRecord, SmsRecord } from './model.ts';
import { OWN_NUMBER, ownAddresses } from './own-number.ts';

type Attributes = XmlElement['attributes'];

const RECEIVED = 1;
const SENT = 2;
/** PduHeaders.TO of Android. */
const TO = 151;
/** Android's default of `status`: no delivery report was asked for. */
const NO_STATUS = -1;
/** A moved message that looks unread would make the new phone ring for it. */
const READ = 1;
const SEND_REQUEST = 128;
const RETRIEVED = 132;

/** When it came or was written; where that is empty, when it was sent. */
function dateOf(attributes: Attributes): number | null {
  const { date } = attributes;
  return date === undefined || date === '' || date === 'null'
    ? milliseconds(attributes['date_sent'])
    : milliseconds(date);
}

function smsFrom(attributes: Attributes): SmsRecord | undefined {
  const date = dateOf(attributes);
  const type = integerOr(attributes['type'], OCTET, RECEIVED);
  if (date === null || type === null) return undefined;
  return {
    element: 'sms',
    address: text(attributes['address']),
    date,
    date_sent: milliseconds(attributes['date_sent']),
    type,
    protocol: integer(attributes['protocol'], OCTET),
    subject: text(attributes['subject']),
    body: text(attributes['body']),
    read: integer(attributes['read'], OCTET) ?? READ,
    status: integer(attributes['status'], SIGNED_OCTET) ?? NO_STATUS,
    locked: integer(attributes['locked'], OCTET),
  };
}

const partFrom = ({ attributes }: XmlElement): MmsPart => ({
  seq: integer(attributes['seq'], SIGNED_OCTET) ?? 0,
  ct: text(attributes['ct']),
  name: text(attributes['name']),
  chset: integer(attributes['chset'], CHARACTER_SET),
  cd: text(attributes['cd']),
  fn: text(attributes['fn']),
  cid: text(attributes['cid']),
  cl: text(attributes['cl']),
  text: text(attributes['text']),
  data: text(attributes['data']),
});

/** One without a type is of a recipient: a message has one sender and any number of those. */
function addressFrom({ attributes }: XmlElement): MmsAddress {
  return {
    address: text(attributes['address']),
    type: integer(attributes['type'], OCTET) ?? TO,
    charset: integer(attributes['charset'], CHARACTER_SET) ?? UTF_8,
  };
}

const descendants = (element: XmlElement, list: string, item: string): XmlElement[] =>
  element.children
    .filter(({ name }) => name === list)
    .flatMap(({ children }) => children.filter(({ name }) => name === item));

function mmsFrom(element: XmlElement): MmsRecord | undefined {
  const { attributes } = element;
  const date = dateOf(attributes);
  const type = integer(attributes['m_type'], OCTET);
  const box = integerOr(attributes['msg_box'], OCTET, type === SEND_REQUEST ? SENT : RECEIVED);
  if (date === null || box === null) return undefined;
  const addrs = descendants(element, 'addrs', 'addr').map(addressFrom);
  const record: MmsRecord = {
    element: 'mms',
    address: text(attributes['address']),
    date,
    date_sent: seconds(attributes['date_sent']) ?? 0,
    msg_box: box,
    m_type: type ?? (box === RECEIVED ? RETRIEVED : SEND_REQUEST),
    ct_t: text(attributes['ct_t']),
    sub: text(attributes['sub']),
    sub_cs: integer(attributes['sub_cs'], CHARACTER_SET),
    text_only: integer(attributes['text_only'], OCTET),
    read: integer(attributes['read'], OCTET) ?? READ,
    seen: integer(attributes['seen'], OCTET) ?? READ,
    rr: integer(attributes['rr'], OCTET),
    d_rpt: integer(attributes['d_rpt'], OCTET),
    pri: integer(attributes['pri'], OCTET),
    locked: integer(attributes['locked'], OCTET),
    parts: descendants(element, 'parts', 'part').map(partFrom),
    addrs,
  };
  return withoutOwnNumber(record);
}

/** The record with the owner's own number replaced wherever it is known to be theirs. */
export function withoutOwnNumber(record: MmsRecord): MmsRecord {
  const own = ownAddresses(record);
  if (own.size === 0) return record;
  return {
    ...record,
    addrs: record.addrs.map((addr) =>
      addr.address !== null && own.has(addr.address) ? { ...addr, address: OWN_NUMBER } : addr,
    ),
  };
}

/** The message an element holds; undefined when it is malformed. */
export const messageFromElement = (element: XmlElement): MessageRecord | undefined =>
  element.name === 'sms' ? smsFrom(element.attributes) : mmsFrom(element);
