/**
 * Contacts of a stand-in phone (AOSP, packages/providers/ContactsProvider, ContactsProvider2): raw contacts are joined to
 * people by name and number, a raw contact that belongs to no account is deleted at once.
 */
import type { PhoneStore, Values } from './phone-store.ts';

const AUTHORITY = 'com.android.contacts';
const RAW = `${AUTHORITY}/raw_contacts`;
const DATA = `${AUTHORITY}/data`;
const ITEM = 'vnd.android.cursor.item/';

export function insertContactRow(store: PhoneStore, table: string, values: Values): void {
  store.make(RAW);
  store.make(DATA);
  if (table === RAW) {
    const id = store.insert(RAW, { ...values, dirty: 1 });
    if (id !== undefined) store.update(RAW, { contact_id: 1_000_000 + id }, `_id = ${String(id)}`);
    return;
  }
  if (table === DATA) {
    const raw = Number(values['raw_contact_id'] ?? 0);
    if (store.all(RAW, { where: `_id = ${String(raw)}` }).length === 0 || values['mimetype'] === undefined) {
      throw new Error('java.lang.IllegalArgumentException: raw_contact_id and mimetype are required');
    }
    store.insert(DATA, values);
    aggregate(store, raw);
    return;
  }
  store.insert(table, values);
}

export function deleteContactRows(store: PhoneStore, table: string, where: string | undefined): void {
  if (table === RAW) {
    for (const row of store.all(RAW, { where })) {
      store.delete(DATA, `raw_contact_id = ${String(row['_id'])}`);
      if (row['account_type'] === null) store.delete(RAW, `_id = ${String(row['_id'])}`);
      else store.update(RAW, { deleted: 1, contact_id: null }, `_id = ${String(row['_id'])}`);
    }
    return;
  }
  store.delete(table, where);
}

/** Those of one name that share a number or an address of e-mail are one person. */
function aggregate(store: PhoneStore, raw: number): void {
  const own = store.all(DATA, { where: `raw_contact_id = ${String(raw)}` });
  const name = own.find(({ mimetype }) => mimetype === `${ITEM}name`)?.['data1'];
  if (typeof name !== 'string') return;
  const shared = own.filter(
    ({ mimetype }) => mimetype === `${ITEM}phone_v2` || mimetype === `${ITEM}email_v2`,
  );
  for (const other of store.all(DATA)) {
    if (other['raw_contact_id'] === raw) continue;
    if (!shared.some((each) => each['mimetype'] === other['mimetype'] && each['data1'] === other['data1']))
      continue;
    const others = store.all(DATA, { where: `raw_contact_id = ${String(other['raw_contact_id'])}` });
    if (!others.some((each) => each['mimetype'] === `${ITEM}name` && each['data1'] === name)) continue;
    const person =
      store.all(RAW, { where: `_id = ${String(other['raw_contact_id'])}` })[0]?.['contact_id'] ?? null;
    store.update(RAW, { contact_id: person }, `_id = ${String(raw)}`);
    return;
  }
}
