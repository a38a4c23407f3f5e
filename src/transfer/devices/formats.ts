/** The form in which each kind of record is read and merged. */
import { calendarFormat } from '../kinds/calendar/index.ts';
import { callsFormat } from '../kinds/calls/index.ts';
import { contactsFormat } from '../kinds/contacts/index.ts';
import type { RecordFormat, RecordKind } from '../kinds/kind.ts';
import { messagesFormat } from '../kinds/messages/index.ts';

export const FORMATS: Readonly<Record<RecordKind, RecordFormat>> = {
  contacts: contactsFormat,
  messages: messagesFormat,
  calls: callsFormat,
  calendar: calendarFormat,
};
