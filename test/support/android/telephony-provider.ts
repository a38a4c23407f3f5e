/**
 * Messages of a stand-in phone (AOSP, packages/providers/TelephonyProvider: SmsProvider, MmsProvider, MmsSmsProvider,
 * MmsSmsDatabaseHelper). A shell may write only where its app op allows, and is told nothing where it does not.
 */
import type { PhoneStore, Values } from './phone-store.ts';

const THREADS = 'mms-sms/conversations';
const ADDRESSES = 'mms-sms/canonical-addresses';

const mayWrite = (store: PhoneStore): boolean => store.ops.get('WRITE_SMS') === 'allow';

/** What a shell is shown of a table: neither drafts nor what waits to be sent, and no notices. */
export const SHOWN: Readonly<Record<string, string>> = {
  sms: 'type IN (1, 2)',
  mms: 'msg_box IN (1, 2) AND m_type IS NOT 130',
};

export function insertMessage(store: PhoneStore, table: string, given: Values): void {
  if (!mayWrite(store)) return;
  const values: Values = { ...given };
  if (table === 'sms') {
    values['date'] ??= Date.now();
    values['type'] ??= 1;
    if (values['type'] !== 1) values['read'] = 1;
    const address = values['address'];
    if (!Number(values['thread_id'] ?? 0) && typeof address === 'string' && address !== '') {
      values['thread_id'] = threadOf(store, [address]);
    }
    if (values['type'] === 3) store.delete('sms', `type = 3 AND thread_id = ${String(values['thread_id'])}`);
    values['creator'] = 'com.android.shell';
  } else if (table === 'mms') {
    values['date'] ??= Math.floor(Date.now() / 1_000);
    if ((values['msg_box'] ??= 1) !== 1) values['read'] = 1;
    values['creator'] = 'com.android.shell';
  }
  const [, message, list] = /^mms\/(\d+)\/(part|addr)$/.exec(table) ?? [];
  if (message !== undefined && list !== undefined) {
    const column = list === 'part' ? 'mid' : 'msg_id';
    const id = store.insert(`mms/${list}`, { ...values, [column]: Number(message) });
    const isText = values['ct'] === 'text/plain' || values['ct'] === 'application/smil';
    if (list === 'part' && id !== undefined && !isText)
      store.blobs.set(`mms/part/${String(id)}`, Buffer.alloc(0));
    return;
  }
  if (store.insert(table, values) === undefined) return;
  const thread = Number(values['thread_id'] ?? 0);
  if (thread === 0) return;
  // The triggers `sms_update_thread_on_insert` and `pdu_update_thread_on_insert`.
  store.make(THREADS);
  store.update(
    THREADS,
    { date: Date.now(), snippet: (table === 'sms' ? values['body'] : values['sub']) ?? null },
    `_id = ${String(thread)}`,
  );
}

export function deleteMessages(store: PhoneStore, table: string, where: string | undefined): void {
  if (!mayWrite(store)) return;
  const [, conversation] = /^sms\/conversations\/(-?\d+)$/.exec(table) ?? [];
  if (conversation !== undefined) {
    store.delete('sms', `thread_id = ${conversation}`);
    updateThreads(store, Number(conversation));
    return;
  }
  const [, list, id] = /^(sms|mms)\/(\d+)$/.exec(table) ?? [];
  const from = list ?? table;
  const selection = id === undefined ? where : `_id = ${id}`;
  if (from === 'mms') {
    for (const { _id } of store.all('mms', { where: selection })) {
      for (const part of store.all('mms/part', { where: `mid = ${String(_id)}` })) {
        store.blobs.delete(`mms/part/${String(part['_id'])}`);
      }
      store.delete('mms/part', `mid = ${String(_id)}`);
      store.delete('mms/addr', `msg_id = ${String(_id)}`);
    }
  }
  store.delete(from, selection);
  if (from === 'sms') updateThreads(store, -1);
}

/** `updateThread`: the date and the words of the latest message, in conversations that hold at least one SMS. */
function updateThreads(store: PhoneStore, thread: number): void {
  for (const { _id } of store.all(THREADS, thread < 0 ? {} : { where: `_id = ${String(thread)}` })) {
    const sms = store.all('sms', { where: `thread_id = ${String(_id)}`, sort: 'date DESC LIMIT 1' })[0];
    const mms = store.all('mms', { where: `thread_id = ${String(_id)}`, sort: 'date DESC LIMIT 1' })[0];
    if (sms === undefined && mms === undefined) {
      store.delete(THREADS, `_id = ${String(_id)}`);
      continue;
    }
    if (sms === undefined) continue;
    const mmsDate = Number(mms?.['date'] ?? 0) * 1_000;
    const latest =
      mmsDate > Number(sms['date'] ?? 0) ? { date: mmsDate, snippet: mms?.['sub'] ?? null } : undefined;
    store.update(
      THREADS,
      latest ?? { date: sms['date'] ?? 0, snippet: sms['body'] ?? null },
      `_id = ${String(_id)}`,
    );
  }
}

/** `Threads.getOrCreateThreadId`, which `content://mms-sms/threadID?recipient=…` asks for. */
export function threadOf(store: PhoneStore, recipients: readonly string[]): number {
  store.make(THREADS);
  store.make(ADDRESSES);
  const known = store.all(ADDRESSES);
  const ids = [...new Set(recipients)].map((recipient) => {
    const there = known.find(({ address }) => sameNumber(String(address), recipient));
    return there === undefined
      ? (store.insert(ADDRESSES, { address: recipient }) ?? 0)
      : Number(there['_id']);
  });
  const recipientIds = ids.sort((a, b) => a - b).join(' ');
  const there = store.all(THREADS).find((each) => each['recipient_ids'] === recipientIds);
  return there === undefined
    ? (store.insert(THREADS, { recipient_ids: recipientIds, date: 0 }) ?? 0)
    : Number(there['_id']);
}

/** PhoneNumberUtils.compareLoosely: seven digits from the right. */
function sameNumber(a: string, b: string): boolean {
  const [x, y] = [a, b].map((each) => each.replace(/[^\d]/g, '').slice(-7));
  return a === b || (x !== undefined && x.length === 7 && x === y);
}
