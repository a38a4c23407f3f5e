/** A message with attachments as a phone will tell it, and what must be equal for it to have arrived. */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import { messageDigest } from '../../../kinds/messages/key.ts';
import { type MmsPart, type MmsRecord, UTF_8 } from '../../../kinds/messages/model.ts';
import { samePerson } from '../../../kinds/messages/own-number.ts';
import { numberKeys } from '../../../kinds/number-keys.ts';
import { legal } from '../../../kinds/xml/value.ts';
import { peopleOf } from '../mms.ts';
import type { Columns } from './binding.ts';
import { printedText, shortText } from './row-table.ts';

const RECEIVED = 1;
const SENT = 2;
const SEND_REQUEST = 128;
const RETRIEVED = 132;
/** MMS 1.2 (PduHeaders.CURRENT_MMS_VERSION). */
const VERSION = 18;
const KIND = 'application/vnd.wap.multipart.related';

/** A shell sees no drafts, nothing that waits to be sent and no notices: what cannot be read back is not written. */
export const isWritableMms = ({ msg_box: box }: MmsRecord): boolean => box === RECEIVED || box === SENT;

/** In whole seconds, with its people in `address`, texts as text, and nothing that a phone would fill in by itself. */
export function normalMms(mms: MmsRecord): MmsRecord {
  const type = mms.msg_box === RECEIVED ? RETRIEVED : SEND_REQUEST;
  const people =
    mms.address === null || mms.address === '' ? peopleOf(mms.addrs, mms.msg_box).join('~') : mms.address;
  return {
    ...mms,
    address: people === '' ? null : people,
    date: Math.floor(mms.date / 1_000) * 1_000,
    m_type: mms.m_type === SEND_REQUEST || mms.m_type === RETRIEVED ? mms.m_type : type,
    addrs: mms.addrs.filter(({ address }) => address !== null && address !== ''),
    parts: mms.parts.map(normalPart),
  };
}

export const isTextPart = (type: string | null): boolean =>
  /^(?:text\/plain|application\/smil)$/i.test(type ?? '');

function normalPart(part: MmsPart): MmsPart {
  const ct = part.ct ?? 'application/octet-stream';
  if (!isTextPart(ct)) return { ...part, ct, data: part.data === '' ? null : part.data };
  const text = part.text ?? Buffer.from(part.data ?? '', 'base64').toString('utf8');
  return { ...part, ct, text: legal(text), data: null };
}

export const pduColumns = (mms: MmsRecord, thread: number, token: string): Columns => ({
  ...{
    thread_id: thread,
    date: Math.floor(mms.date / 1_000),
    date_sent: mms.date_sent,
    msg_box: mms.msg_box,
  },
  ...{ read: readOf(mms), seen: 1, sub: mms.sub, sub_cs: mms.sub === null ? null : (mms.sub_cs ?? UTF_8) },
  ...{ ct_t: mms.ct_t ?? KIND, m_type: mms.m_type, v: VERSION, pri: mms.pri, rr: mms.rr, d_rpt: mms.d_rpt },
  ...{ locked: mms.locked, text_only: mms.text_only, tr_id: token },
});

export const partColumns = (part: MmsPart): Columns => ({
  ...{ seq: part.seq, ct: part.ct, name: part.name, chset: part.chset, cd: part.cd, fn: part.fn },
  ...{ cid: part.cid, cl: part.cl, text: part.text },
});

const readOf = ({ msg_box: box, read }: MmsRecord): number => (box === RECEIVED && read === 0 ? 0 : 1);

/** All but the people of the conversation, whose numbers the phone may spell its own way. */
function contentOf(mms: MmsRecord): string {
  const parts = mms.parts.map((part) => {
    const data = part.data === null ? null : blake3UrlSafeBase64(Buffer.from(part.data, 'base64'));
    return JSON.stringify([
      ...[part.ct, part.seq, printedText(part.name), printedText(part.cid), printedText(part.cl)],
      ...[shortText(printedText(part.text)), data],
    ]);
  });
  const addrs = mms.addrs.map(({ type, address }) => JSON.stringify([type, numberKeys(address).tail]));
  return JSON.stringify([
    ...[mms.date, mms.msg_box, printedText(mms.sub), readOf(mms)],
    ...[addrs.sort(), parts.sort()],
  ]);
}

/** Whether what the phone tells is what came, in the conversation of the same people. */
export function arrivedMms(came: MmsRecord, there: MmsRecord): boolean {
  if (contentOf(came) !== contentOf(there)) return false;
  const [people, others] = [came, there].map(({ address }) =>
    (address ?? '').split('~').filter((each) => each !== ''),
  );
  if (people === undefined || others === undefined || people.length === 0) return true;
  return (
    people.every((each) => others.some((other) => samePerson(each, other))) &&
    others.every((each) => people.some((other) => samePerson(each, other)))
  );
}

export const mmsDigest = (mms: MmsRecord): Uint8Array => messageDigest({ ...mms, address: null });
