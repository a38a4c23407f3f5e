/** Messages of another device into a phone's own conversations. */
import { messagesKind } from '../../../kinds/messages/index.ts';
import type { MessageRecord } from '../../../kinds/messages/model.ts';
import { withAppOp } from './app-op.ts';
import { writeBackup } from './backup-records.ts';
import { RowWriter } from './row-table.ts';
import { runAll } from './script.ts';
import { isWritableSms, SMS_ROWS } from './sms-rows.ts';
import type { PhoneWriting, RecordsWritten } from './writing.ts';

/**
 * Deleting what is in no conversation has the phone bring all conversations up to date (MmsSmsDatabaseHelper.updateThread
 * with a number below 0): each gets the date and the words of its latest message. Without it all that were written to are
 * dated now.
 */
export const REFRESH_THREADS = 'content delete --uri content://sms/conversations/-1';

export async function writeMessages(writing: PhoneWriting): Promise<RecordsWritten> {
  const { link, dialect, signal, made } = writing;
  return await withAppOp(link, signal, async (guard) => {
    const sms = new RowWriter(SMS_ROWS, { link, dialect, signal, made, guard });
    return await writeBackup<MessageRecord>(
      {
        kind: messagesKind,
        normal: (message) => message,
        tableOf: (message) => (message.element === 'sms' && isWritableSms(message) ? 0 : undefined),
        tables: [sms],
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
