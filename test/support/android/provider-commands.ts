/**
 * Android's command `content` over a stand-in phone's databases (AOSP, frameworks/base/cmds/content): rows as they come,
 * nothing escaped, an exit code that says nothing.
 */
import { insertCalendarRow, deleteCalendarRows, updateCalendarRows } from './calendar-provider.ts';
import { deleteContactRows, insertContactRow } from './contacts-provider.ts';
import type { PhoneData } from './phone-data.ts';
import { PhoneStore, type Values } from './phone-store.ts';
import { deleteMessages, insertMessage, SHOWN, threadOf } from './telephony-provider.ts';

export interface Caller {
  readonly sdk: number;
}

const stores = new WeakMap<PhoneData, PhoneStore>();

export function storeOf(data: PhoneData): PhoneStore {
  const known = stores.get(data);
  if (known !== undefined) return known;
  const store = new PhoneStore(data);
  stores.set(data, store);
  return store;
}

const option = (args: readonly string[], flag: string): string | undefined => {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args[at + 1];
};

/** @param input what came by standard input, as `content write` reads it. */
export function content(
  data: PhoneData,
  args: readonly string[],
  { sdk }: Caller,
  input: Buffer,
): string | Buffer {
  const uri = new URL(option(args, '--uri') ?? '');
  const table = decodeURIComponent(uri.host + uri.pathname).replace(/\/$/, '');
  const verb = args[0] ?? '';
  const reads = verb === 'query' || verb === 'read';
  const closed = reads ? data.denied : [...(data.denied ?? []), ...(data.readOnly ?? [])];
  if (closed?.includes(table) === true) {
    throw new Error(
      `Error while accessing provider:x\njava.lang.SecurityException: Permission Denial: opening provider from (null) (pid=1, uid=2000) requires android.permission.${reads ? 'READ' : 'WRITE'}`,
    );
  }
  const store = storeOf(data);
  switch (verb) {
    case 'query':
      return query(store, table, uri, args);
    case 'read':
      return store.blobs.get(table) ?? '';
    case 'write':
      if (store.ops.get('WRITE_SMS') !== 'allow' || !store.blobs.has(table)) {
        throw new Error(`Error while accessing provider:x\njava.io.FileNotFoundException: ${table}`);
      }
      store.blobs.set(table, input);
      return '';
    case 'insert':
      insert(store, table, uri, bindings(args, sdk));
      return '';
    case 'update':
      update(store, table, bindings(args, sdk), option(args, '--where'));
      return '';
    case 'delete':
      remove(store, table, option(args, '--where'));
      return '';
    case 'call':
      return 'Result: null\n';
    default:
      throw new Error(`[ERROR] Unsupported operation: ${verb}`);
  }
}

function insert(store: PhoneStore, table: string, uri: URL, values: Values): void {
  if (/^(?:sms|mms)(?:\/|$)/.test(table)) insertMessage(store, table, values);
  else if (table.startsWith('com.android.contacts/')) insertContactRow(store, table, values);
  else if (table.startsWith('com.android.calendar/')) insertCalendarRow(store, table, uri, values);
  else if (table === 'call_log/calls') {
    if (values['type'] === 4)
      throw new Error('java.lang.IllegalArgumentException: Voicemails need allow_voicemails');
    store.insert(table, { ...values, countryiso: 'DE' });
  } else throw new Error(`[ERROR] Could not find provider: ${table}`);
}

function update(store: PhoneStore, table: string, values: Values, where: string | undefined): void {
  if (/^(?:sms|mms)(?:\/|$)/.test(table) && store.ops.get('WRITE_SMS') !== 'allow') return;
  if (table.startsWith('com.android.calendar/')) updateCalendarRows(store, table, values, where);
  else store.update(table, values, where);
}

function remove(store: PhoneStore, table: string, where: string | undefined): void {
  if (/^(?:sms|mms)(?:\/|$)/.test(table)) deleteMessages(store, table, where);
  else if (table.startsWith('com.android.contacts/')) deleteContactRows(store, table, where);
  else if (table.startsWith('com.android.calendar/')) deleteCalendarRows(store, table, where);
  else store.delete(table, where);
}

function query(store: PhoneStore, table: string, uri: URL, args: readonly string[]): string {
  const asked = option(args, '--projection')?.split(':');
  if (table === 'mms-sms/threadID') {
    return printed([{ _id: threadOf(store, uri.searchParams.getAll('recipient')) }], ['_id']);
  }
  const [, message] = /^mms\/(\d+)\/addr$/.exec(table) ?? [];
  const where = [
    option(args, '--where'),
    SHOWN[table],
    message === undefined ? undefined : `msg_id = ${message}`,
  ]
    .flatMap((each) => (each === undefined ? [] : [`(${each})`]))
    .join(' AND ');
  const name = message === undefined ? table : 'mms/addr';
  if (!store.has(name) && message === undefined) {
    if (!EVERYWHERE.test(name)) throw new Error(`[ERROR] Could not find provider: ${table}`);
  }
  const rows = store.all(name, { where: where === '' ? undefined : where, sort: option(args, '--sort') });
  return printed(rows, asked ?? store.columns(name));
}

/** Tables that are empty on a phone, and not absent, where nobody gave it rows. */
const EVERYWHERE =
  /^(?:sms|mms|mms\/part|mms-sms\/[\w-]+|call_log\/calls|com\.android\.(?:contacts|calendar)\/\w+)$/;

function printed(rows: readonly Values[], columns: readonly string[]): string {
  if (rows.length === 0) return 'No result found.\n';
  return rows
    .map((row, index) => {
      const values = columns.map((column) => `${column}=${text(row[column])}`);
      return `Row: ${String(index)} ${values.join(', ')}\n`;
    })
    .join('');
}

function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return value instanceof Uint8Array ? 'BLOB' : 'NULL';
}

/** `--bind column:type:value`; a backslash is an escape from Android 11 on, and a character before. */
export function bindings(args: readonly string[], sdk: number): Values {
  const values: Values = {};
  for (const [at, flag] of args.entries()) {
    if (flag !== '--bind') continue;
    const parts = sdk >= 30 ? escapedParts(args[at + 1] ?? '') : plainParts(args[at + 1] ?? '');
    const [column = '', type = '', value = ''] = parts;
    if (parts.length !== 3) throw new Error('[ERROR] Binding not well formed');
    values[column] = type === 's' ? value : type === 'n' ? null : Number(value);
  }
  if (Object.keys(values).length === 0) throw new Error('[ERROR] Bindings not specified.');
  return values;
}

function plainParts(argument: string): string[] {
  const [column = '', type = '', ...rest] = argument.split(':');
  return [column, type, rest.join(':')];
}

function escapedParts(argument: string): string[] {
  const parts = [''];
  for (let at = 0; at < argument.length; at += 1) {
    const character = argument.charAt(at);
    if (character === ':') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${character === '\\' ? argument.charAt((at += 1)) : character}`);
  }
  return parts;
}
