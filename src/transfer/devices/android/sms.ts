/** Text messages as elements of "SMS Backup & Restore" (Telephony.Sms of Android's SDK). */
import type { ReportSkip } from '../../kinds/kind.ts';
import { messageToXml } from '../../kinds/messages/to-xml.ts';
import { legal } from '../../kinds/xml/value.ts';
import type { SmsRecord } from '../../kinds/messages/model.ts';
import type { ContentReader, ContentRow, Table } from './content-query.ts';

const NO_STATUS = -1;
const INCOMING = 1;

export const SMS: Table = {
  uri: 'content://sms',
  numbers: ['date', 'date_sent', 'type', 'protocol', 'read', 'status', 'locked'],
  texts: ['address', 'subject', 'body'],
  written: ['body'],
};

/** A shell sees what was received and sent; drafts are for the phone's own messages app only. */
export async function* smsElements(content: ContentReader, skip: ReportSkip): AsyncGenerator<string, void> {
  for await (const rows of content.chunks(SMS)) {
    for (const row of rows) {
      const message = smsOf(row);
      if (message === undefined) skip('malformed', 1, ['messages']);
      else yield messageToXml(message);
    }
  }
}

/** Undefined for a row without a date. */
export function smsOf(row: ContentRow): SmsRecord | undefined {
  const date = row.number('date') ?? row.number('date_sent');
  if (date === null || date < 0) return undefined;
  return {
    element: 'sms',
    address: textOf(row, 'address'),
    date,
    date_sent: positive(row.number('date_sent')),
    type: octet(row.number('type')) ?? INCOMING,
    protocol: octet(row.number('protocol')),
    subject: textOf(row, 'subject'),
    body: textOf(row, 'body'),
    read: octet(row.number('read')) ?? 1,
    status: within(row.number('status'), -128, 127) ?? NO_STATUS,
    locked: octet(row.number('locked')),
  };
}

export const textOf = (row: ContentRow, column: string): string | null => {
  const text = row.text(column);
  return text === null ? null : legal(text);
};

export const within = (value: number | null, min: number, max: number): number | null =>
  value !== null && value >= min && value <= max ? value : null;

export const octet = (value: number | null): number | null => within(value, 0, 255);

const positive = (value: number | null): number | null => (value === null || value < 0 ? null : value);
