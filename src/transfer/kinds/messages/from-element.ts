/**
 * `<sms>` and `<mms>` elements of "SMS Backup & Restore" to records, by allow-list: `service_center`, `sub_id`, `_id`,
 * `m_id`, `tr_id`, `ct_l`, `creator`, `sim_slot` and every vendor column stay behind. Where Android's databases have a
 * default for a missing column, the record has it too, since the public schema wants a number there.
 */
import type { XmlElement } from '../xml/elements.ts';
import { MILLISECONDS, OCTET, SECONDS, SIGNED_OCTET, integer, text } from '../xml/value.ts';
import { CHARACTER_SET, UTF_8 } from './model.ts';
import type { MessageRecord, MmsAddress, MmsPart, MmsRecord, SmsRecord } from './model.ts';
import { OWN_NUMBER, ownAddresses } from './own-number.ts';

type Attributes = XmlElement['attributes'];

const DRAFT = 3;
const RECEIVED = 1;
/** Android's default of `status`: no delivery report was asked for. */
const NO_STATUS = -1;
/** A moved message that looks unread would make the new phone ring for it. */
const READ = 1;
const SEND_REQUEST = 128;
const RETRIEVED = 132;

function smsFrom(attributes: Attributes): SmsRecord | undefined {
  const date = integer(attributes['date'], MILLISECONDS);
  const type = integer(attributes['type'], OCTET);
  if (date === null || type === null) return undefined;
  // A draft may be to nobody yet; any other message without an address is half a record.
  if ((attributes['address'] ?? '') === '' && type !== DRAFT) return undefined;
  return {
    element: 'sms',
    address: text(attributes['address']),
    date,
    date_sent: integer(attributes['date_sent'], MILLISECONDS),
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

/** Undefined for one without a type: nobody could say whether it is from or to. */
function addressFrom({ attributes }: XmlElement): MmsAddress | undefined {
  const type = integer(attributes['type'], OCTET);
  if (type === null) return undefined;
  return {
    address: text(attributes['address']),
    type,
    charset: integer(attributes['charset'], CHARACTER_SET) ?? UTF_8,
  };
}

const descendants = (element: XmlElement, list: string, item: string): XmlElement[] =>
  element.children
    .filter(({ name }) => name === list)
    .flatMap(({ children }) => children.filter(({ name }) => name === item));

function mmsFrom(element: XmlElement): MmsRecord | undefined {
  const { attributes } = element;
  const date = integer(attributes['date'], MILLISECONDS);
  const box = integer(attributes['msg_box'], OCTET);
  const addrs = descendants(element, 'addrs', 'addr').map(addressFrom);
  if (date === null || box === null || !addrs.every((addr) => addr !== undefined)) return undefined;
  const record: MmsRecord = {
    element: 'mms',
    address: text(attributes['address']),
    date,
    date_sent: integer(attributes['date_sent'], SECONDS) ?? 0,
    msg_box: box,
    m_type: integer(attributes['m_type'], OCTET) ?? (box === RECEIVED ? RETRIEVED : SEND_REQUEST),
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
