/** Messages of another device into a phone's own conversations. */
import { messagesKind } from '../../../kinds/messages/index.ts';
import type { MessageRecord, MmsRecord, SmsRecord } from '../../../kinds/messages/model.ts';
import { parseLine } from '../../../kinds/xml/record-line.ts';
import { withAppOp } from './app-op.ts';
import { deleteCommand } from './binding.ts';
import { type RecordTable, writeBackup } from './backup-records.ts';
import { isWritableMms, normalMms } from './mms-record.ts';
import { MmsWriter } from './mms-writer.ts';
import { RowWriter } from './row-table.ts';
import { runAll } from './script.ts';
import { isWritableSms, SMS_ROWS } from './sms-rows.ts';
import type { PhoneWriting, RecordsWritten } from './writing.ts';

/**
 * Deleting what is in no conversation has the phone bring all conversations up to date (MmsSmsDatabaseHelper.updateThread
 * with a number below 0): each gets the date and the words of its latest message. Without it all that were written to are
 * dated now.
 */
export const REFRESH_THREADS = deleteCommand('content://sms/conversations/-1', '_id<0');

const SMS_LANE = 0;
const MMS_LANE = 1;

export async function writeMessages(writing: PhoneWriting): Promise<RecordsWritten> {
  const { link, dialect, signal, made } = writing;
  /** Of messages with attachments, in seconds. */
  const dates = new Set<number>();
  return await withAppOp(link, signal, async (guard) => {
    const options = { link, dialect, signal, made, guard };
    const sms: RecordTable<SmsRecord> = new RowWriter(SMS_ROWS, options);
    const mms: RecordTable<MmsRecord> = new MmsWriter(options, (seconds) => dates.has(seconds));
    return await writeBackup<MessageRecord>(
      {
        kind: messagesKind,
        begin: (lines) => gatherDates(lines, dates),
        normal: (message) => (message.element === 'mms' ? normalMms(message) : message),
        tableOf: (message) => {
          if (message.element === 'sms') return isWritableSms(message) ? SMS_LANE : undefined;
          return isWritableMms(message) ? MMS_LANE : undefined;
        },
        tables: [sms, mms],
        noun: 'messages',
        fileStem: 'OpenMover messages',
        finish: async () => {
          await runAll(link, [REFRESH_THREADS], { signal, guard });
        },
      },
      writing,
    );
  });
}

async function gatherDates(lines: AsyncIterable<string>, dates: Set<number>): Promise<number> {
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (!line.includes('"mms"')) continue;
    const record = parseLine(messagesKind, line);
    if (typeof record !== 'string') dates.add(Math.floor(record.date / 1_000));
  }
  return count;
}
