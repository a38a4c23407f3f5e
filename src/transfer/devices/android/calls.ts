/** The call log as calls of "SMS Backup & Restore" (CallLog.Calls of Android's SDK). */
import { callToXml } from '../../kinds/calls/element.ts';
import type { ReportSkip } from '../../kinds/kind.ts';
import { legal } from '../../kinds/xml/value.ts';
import type { CallRecord } from '../../kinds/calls/model.ts';
import type { ContentReader, ContentRow, Table } from './content-query.ts';

const INCOMING = 1;
/** What phones before Android 4.4 keep as the number of a caller who withheld it. */
const NO_NUMBER = new Set(['', '-1', '-2', '-3']);

export const CALLS: Table = {
  uri: 'content://call_log/calls',
  numbers: ['date', 'duration', 'type', 'presentation'],
  texts: ['number', 'post_dial_digits'],
};

export async function* callElements(content: ContentReader, skip: ReportSkip): AsyncGenerator<string, void> {
  for await (const rows of content.chunks(CALLS)) {
    for (const row of rows) {
      const call = callOf(row);
      if (call === undefined) skip('malformed', 1, ['calls']);
      else yield callToXml(call);
    }
  }
}

/** Undefined for a row without a date. */
export function callOf(row: ContentRow): CallRecord | undefined {
  const date = row.number('date');
  if (date === null || date < 0) return undefined;
  const number = row.text('number');
  const digits = row.text('post_dial_digits');
  return {
    number: number === null || NO_NUMBER.has(number) ? null : legal(number),
    duration: Math.max(0, row.number('duration') ?? 0),
    date,
    type: row.number('type') ?? INCOMING,
    presentation: row.number('presentation'),
    post_dial_digits: digits === null || digits === '' ? null : legal(digits),
  };
}
