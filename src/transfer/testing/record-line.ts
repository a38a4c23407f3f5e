/** Whether a line is a record as it travels (PROTOCOL.md, "Records"). */
import { callSchema } from '../kinds/calls/model.ts';
import { parseCalendarRecord } from '../kinds/calendar/index.ts';
import { parseContactRecord } from '../kinds/contacts/index.ts';
import type { RecordKind } from '../kinds/kind.ts';
import { messageRecordSchema } from '../kinds/messages/model.ts';
import { isTooLarge } from '../kinds/too-large.ts';

/**
 * Whether a line is a record of its kind as it travels.
 * @param line without its line feed.
 */
export function isRecordLine(kind: RecordKind, line: string): boolean {
  if (isTooLarge(line)) return false;
  switch (kind) {
    case 'contacts':
      return parseContactRecord(line) !== undefined;
    case 'calendar':
      return parseCalendarRecord(line) !== undefined;
    case 'messages':
      return messageRecordSchema.safeParse(parsed(line)).success;
    case 'calls':
      return callSchema.safeParse(parsed(line)).success;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
