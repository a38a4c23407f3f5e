/**
 * Messages as "SMS Backup & Restore" writes them, with every attribute its public schema requires; what we do not
 * carry is `null`, as that app writes an empty column. `sub_id` is -1 always: with a real one the message is hidden
 * on a phone that does not hold that SIM.
 */
import { attribute, optionalAttribute, readableDate } from '../xml/write.ts';
import type { MessageRecord, MmsAddress, MmsPart, MmsRecord, SmsRecord } from './model.ts';

/** MMS 1.2 in the header's coding (0x12), what Android writes for its own. */
const MMS_VERSION = 18;
/** Marks the empty columns between those we carry, in the order the app writes them. */
const empty = (...names: string[]): string => names.map((name) => ` ${name}="null"`).join('');

const smsToXml = (sms: SmsRecord): string =>
  '<sms' +
  optionalAttribute('protocol', sms.protocol) +
  attribute('address', sms.address) +
  attribute('date', sms.date) +
  attribute('type', sms.type) +
  attribute('subject', sms.subject) +
  attribute('body', sms.body) +
  SMS_EMPTY +
  attribute('read', sms.read) +
  attribute('status', sms.status) +
  optionalAttribute('locked', sms.locked) +
  optionalAttribute('date_sent', sms.date_sent) +
  ' sub_id="-1"' +
  attribute('readable_date', readableDate(sms.date)) +
  ' />';
const SMS_EMPTY = empty('toa', 'sc_toa', 'service_center');

const partToXml = (part: MmsPart): string =>
  '\n      <part' +
  attribute('seq', part.seq) +
  attribute('ct', part.ct) +
  attribute('name', part.name) +
  attribute('chset', part.chset) +
  attribute('cd', part.cd) +
  attribute('fn', part.fn) +
  attribute('cid', part.cid) +
  attribute('cl', part.cl) +
  PART_EMPTY +
  attribute('text', part.text) +
  optionalAttribute('data', part.data) +
  ' />';
const PART_EMPTY = empty('ctt_s', 'ctt_t');

const addressToXml = (addr: MmsAddress): string =>
  '\n      <addr' +
  attribute('address', addr.address) +
  attribute('type', addr.type) +
  attribute('charset', addr.charset) +
  ' />';

const listToXml = (name: string, items: readonly string[]): string =>
  items.length === 0 ? '' : `\n    <${name}>${items.join('')}\n    </${name}>`;

const mmsToXml = (mms: MmsRecord): string =>
  '<mms' +
  attribute('date', mms.date) +
  attribute('rr', mms.rr) +
  attribute('sub', mms.sub) +
  attribute('ct_t', mms.ct_t) +
  attribute('seen', mms.seen) +
  attribute('msg_box', mms.msg_box) +
  attribute('address', mms.address) +
  attribute('sub_cs', mms.sub_cs) +
  optionalAttribute('text_only', mms.text_only) +
  attribute('locked', mms.locked) +
  attribute('date_sent', mms.date_sent) +
  attribute('read', mms.read) +
  attribute('pri', mms.pri) +
  attribute('d_rpt', mms.d_rpt) +
  attribute('m_type', mms.m_type) +
  attribute('v', MMS_VERSION) +
  MMS_EMPTY +
  ' sub_id="-1"' +
  attribute('readable_date', readableDate(mms.date)) +
  '>' +
  listToXml('parts', mms.parts.map(partToXml)) +
  listToXml('addrs', mms.addrs.map(addressToXml)) +
  '\n  </mms>';
const MMS_EMPTY = empty(
  'read_status',
  'resp_st',
  'retr_st',
  'd_tm',
  'exp',
  'm_id',
  'st',
  'retr_txt_cs',
  'retr_txt',
  'm_size',
  'rpt_a',
  'ct_cls',
  'tr_id',
  'resp_txt',
  'ct_l',
  'm_cls',
);

/** The message's element, indented for two levels, without a line feed at either end. */
export const messageToXml = (message: MessageRecord): string =>
  message.element === 'sms' ? smsToXml(message) : mmsToXml(message);
