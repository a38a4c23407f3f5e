/** Messages as the engine sees them. */
import type { RecordFormat } from '../kind.ts';
import { backupFormat } from '../xml/format.ts';
import type { BackupKind } from '../xml/kind-of-backup.ts';
import { messageFromElement, withoutOwnNumber } from './from-element.ts';
import { messageDigest, messageKeys } from './key.ts';
import { messageRecordSchema } from './model.ts';
import type { MessageRecord } from './model.ts';
import { readSmsIe } from './sms-ie/read.ts';
import { messageToXml } from './to-xml.ts';

export const messagesKind: BackupKind<MessageRecord> = {
  kind: 'messages',
  fileName: 'messages.xml',
  archive: { ending: '.zip', read: readSmsIe },
  root: 'smses',
  records: ['sms', 'mms'],
  fromElement: messageFromElement,
  fromJson: (value) => {
    const record = messageRecordSchema.safeParse(value).data;
    return record?.element === 'mms' ? withoutOwnNumber(record) : record;
  },
  toXml: messageToXml,
  digest: messageDigest,
  keys: messageKeys,
};

export const messagesFormat: RecordFormat = backupFormat(messagesKind);
