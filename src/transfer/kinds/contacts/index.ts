/** Contacts: vCard 2.1, 3.0 and 4.0 files, one record a card. */
import type { RecordFormat } from '../kind.ts';
import { mergeContacts } from './merge.ts';
import { readContacts } from './read.ts';

export const contactsFormat: RecordFormat = {
  kind: 'contacts',
  fileName: 'contacts.vcf',
  read: readContacts,
  merge: mergeContacts,
};

export { parseContactRecord } from './record.ts';
