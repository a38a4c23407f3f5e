/** Records onto an Android phone over adb, and off it again. */
import type { DeviceFacts } from '../../../compat/facts.ts';
import type { PhoneLink } from '../link.ts';
import { dialectOf } from './binding.ts';
import { writeCalendar } from './calendar.ts';
import { writeCalls } from './calls.ts';
import { writeContacts } from './contacts.ts';
import { writeMessages } from './messages.ts';
import type { PhoneWriting, RecordsWritten, RecordWriting } from './writing.ts';

export { takeBack, type TakenBack } from './take-back.ts';
export type { MadeRow, RecordsWritten, RecordWriting } from './writing.ts';

/**
 * Merges records into those of a phone by the rules of their kind; running it twice adds nothing.
 * @throws PhoneFailure where the phone takes nothing at all; the signal's reason.
 */
export async function writeRecords(
  link: PhoneLink,
  facts: DeviceFacts,
  options: RecordWriting,
): Promise<RecordsWritten> {
  const hasInput = await link.has('shell_v2');
  const writing: PhoneWriting = { ...options, link, dialect: dialectOf(facts.android?.sdk, hasInput) };
  switch (options.kind) {
    case 'calls':
      return await writeCalls(writing);
    case 'messages':
      return await writeMessages(writing);
    case 'contacts':
      return await writeContacts(writing);
    case 'calendar':
      return await writeCalendar(writing);
  }
}
