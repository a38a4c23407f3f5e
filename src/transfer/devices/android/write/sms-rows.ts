/** Text messages as rows of Android's `sms` table (Telephony.Sms). The phone finds the conversation by the address. */
import { messageDigest } from '../../../kinds/messages/key.ts';
import type { SmsRecord } from '../../../kinds/messages/model.ts';
import { numberKeys } from '../../../kinds/number-keys.ts';
import { SMS, smsOf } from '../sms.ts';
import { printedText, type RowShape, shortText } from './row-table.ts';

const RECEIVED = 1;
const SENT = 2;

export const SMS_ROWS: RowShape<SmsRecord> = {
  name: 'sms',
  table: SMS,
  recordOf: smsOf,
  columns: (sms) => ({
    address: sms.address,
    date: sms.date,
    date_sent: sms.date_sent,
    type: sms.type,
    protocol: sms.protocol,
    subject: sms.subject,
    body: sms.body,
    read: readOf(sms),
    // Not to be told of as new.
    seen: 1,
    status: sms.status,
    locked: sms.locked,
  }),
  // What a maker's phone may keep its own way (status, protocol) does not make a message another.
  said: (sms) =>
    JSON.stringify([
      ...[numberKeys(printedText(sms.address)).tail, sms.date, sms.date_sent ?? 0, sms.type, readOf(sms)],
      ...[printedText(sms.subject), shortText(printedText(sms.body))],
    ]),
  near: (sms) => JSON.stringify([sms.date, sms.type]),
  digest: (sms) => messageDigest({ ...sms, address: printedText(sms.address), body: printedText(sms.body) }),
};

/** Android marks all but what was received as read. */
const readOf = ({ type, read }: SmsRecord): number => (type === RECEIVED ? (read === 0 ? 0 : 1) : 1);

/**
 * A draft that is written takes the place of the person's own in that conversation (SmsProvider.insert), one to be sent
 * might be sent, and a shell sees none of them: what cannot be read back is not written.
 */
export const isWritableSms = ({ type }: SmsRecord): boolean => type === RECEIVED || type === SENT;
