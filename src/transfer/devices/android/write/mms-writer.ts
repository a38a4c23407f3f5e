/**
 * Messages with attachments onto a phone: the message, its addresses and parts, then the bytes of each attachment. Until all
 * of a message was read back it carries a mark of ours (`tr_id`), by which it is found: whatever has the mark of an earlier
 * move was cut off, and goes before anything else is written.
 */
import { randomBytes } from 'node:crypto';
import type { MmsRecord } from '../../../kinds/messages/model.ts';
import { ContentReader } from '../content-query.ts';
import { inOrder } from '../in-order.ts';
import { MMS, mmsRecords, readParts } from '../mms.ts';
import { commandsText, quoted, runCommand } from '../shell.ts';
import type { RecordTable } from './backup-records.ts';
import { canBind, deleteCommand, insertCommand, updateCommand } from './binding.ts';
import { feedCommand } from './feed.ts';
import { arrivedMms, isTextPart, mmsDigest, partColumns, pduColumns } from './mms-record.ts';
import { pushFile } from './push.ts';
import { digestText, type Outcome, type Row, type RowWriterOptions } from './row-table.ts';
import { type Guard, runAll, type ScriptOutcome } from './script.ts';
import { endingSignal, type MadeRow } from './writing.ts';

export const MMS_TABLE = 'mms';
const MARK = 'openmover-';
const TRIES = 3;
/** Attachments that go over the cable side by side. */
const AT_ONCE = 4;

interface Attempt {
  readonly placed: readonly Row<MmsRecord>[];
  readonly cut: ScriptOutcome['cut'];
}

interface Pending {
  readonly mms: MmsRecord;
  readonly token: string;
  readonly thread: number;
}

export class MmsWriter implements RecordTable<MmsRecord> {
  readonly #options: RowWriterOptions & { readonly guard: Guard };
  readonly #wants: (seconds: number) => boolean;
  readonly #threads = new Map<string, number>();

  /** @param wants dates that come, in seconds: of the messages there, only those can be one of them. */
  constructor(options: RowWriterOptions & { readonly guard: Guard }, wants: (seconds: number) => boolean) {
    this.#options = options;
    this.#wants = wants;
  }

  async *existing(): AsyncGenerator<Row<MmsRecord>, void> {
    const { signal } = this.#options;
    await this.#drop(`tr_id LIKE '${MARK}%'`, signal);
    yield* mmsRecords(this.#readOptions(signal), { wants: (row) => this.#wants(row.number('date') ?? -1) });
  }

  fits(mms: MmsRecord): boolean {
    const { dialect } = this.#options;
    return canBind([pduColumns(mms, 0, ''), ...mms.parts.map(partColumns)], dialect);
  }

  async write(records: readonly MmsRecord[]): Promise<Outcome<MmsRecord>> {
    const { signal } = this.#options;
    const run = randomBytes(8).toString('hex');
    await this.#findThreads(records);
    let left = records.flatMap((mms, index): Pending[] => {
      const thread = this.#threads.get(mms.address ?? '');
      return thread === undefined ? [] : [{ mms, thread, token: `${MARK}${run}-${String(index)}` }];
    });
    const placed: Row<MmsRecord>[] = [];
    const seen = new Set<string>();
    try {
      for (let tries = 0; left.length > 0 && tries < TRIES; tries += 1) {
        const attempt = await this.#attempt(left, run, seen);
        if (attempt.cut === 'gone') tries -= 1;
        placed.push(...attempt.placed);
        const done = new Set(attempt.placed.map(({ record }) => record));
        left = left.filter(({ mms }) => !done.has(mms));
        if (left.length > 0) await this.#drop(`tr_id LIKE '${MARK}${run}-%'`, signal);
      }
    } catch (error) {
      if (signal.aborted)
        await this.#drop(`tr_id LIKE '${MARK}${run}-%'`, endingSignal()).catch(() => undefined);
      throw error;
    }
    const damaged = left.filter(({ token }) => seen.has(token)).length;
    const arrived = new Set(placed.map(({ record }) => record));
    const spoilt = new Set(left.flatMap(({ mms, token }) => (seen.has(token) ? [mms] : [])));
    const missing = records.filter((mms) => !arrived.has(mms) && !spoilt.has(mms));
    return { arrived: placed.length, placed, damaged, missing };
  }

  /** @param seen marks of messages that the phone took at least once. */
  async #attempt(pending: readonly Pending[], run: string, seen: Set<string>): Promise<Attempt> {
    const { signal, dialect, made, link, guard } = this.#options;
    const content = new ContentReader(link, signal, () => undefined);
    const pdus = pending.map(({ mms, thread, token }) =>
      insertCommand(MMS.uri, pduColumns(mms, thread, token), dialect),
    );
    const inserted = await runAll(link, pdus, { signal, guard });
    if (inserted.cut !== undefined) return { placed: [], cut: inserted.cut };
    const ids = new Map<string, number>();
    const where = `tr_id LIKE '${MARK}${run}-%'`;
    for (const row of await content.rows({ uri: MMS.uri, where, numbers: [], texts: ['tr_id'] })) {
      ids.set(row.text('tr_id') ?? '', row.id);
    }
    const there = pending.flatMap((each) => {
      const id = ids.get(each.token);
      if (id === undefined) return [];
      seen.add(each.token);
      return [{ ...each, id }];
    });
    if (there.length === 0) return { placed: [], cut: undefined };
    const lists = there.map(({ id, mms }) => this.#listCommands(id, mms));
    const cut =
      (await runAll(link, lists, { signal, guard })).cut ?? (await this.#writeAttachments(there, content));
    if (cut !== undefined) return { placed: [], cut };
    const wanted = new Map(there.map(({ id, mms }) => [id, mms]));
    const placed: Row<MmsRecord>[] = [];
    const rows: MadeRow[] = [];
    const written = mmsRecords(this.#readOptions(signal), {
      where: `_id IN (${[...wanted.keys()].join(',')})`,
    });
    for await (const { id, record } of written) {
      const mms = wanted.get(id);
      if (mms === undefined || !arrivedMms(mms, record)) continue;
      placed.push({ id, record: mms });
      rows.push({ type: 'row', table: MMS_TABLE, id, digest: digestText(mmsDigest(record)) });
    }
    if (placed.length === 0) return { placed, cut: undefined };
    await made(rows, signal);
    const unmark = updateCommand(
      MMS.uri,
      `_id IN (${rows.map(({ id }) => String(id)).join(',')})`,
      { tr_id: '' },
      dialect,
    );
    // Whatever keeps its mark would be taken for one that was cut off.
    while ((await runAll(link, [unmark], { signal, guard })).cut === 'gone') continue;
    return { placed, cut: undefined };
  }

  /** Addresses and parts of one message, one after another: the phone tells parts in that order. */
  #listCommands(id: number, { addrs, parts }: MmsRecord): string {
    const { dialect } = this.#options;
    const at = `${MMS.uri}/${String(id)}`;
    return [
      ...addrs.map(({ address, type, charset }) =>
        insertCommand(`${at}/addr`, { address, type, charset }, dialect),
      ),
      ...parts.map((part) => insertCommand(`${at}/part`, partColumns(part), dialect)),
    ].join('\n');
  }

  /** Says when it was cut off. */
  async #writeAttachments(
    messages: readonly { readonly id: number; readonly mms: MmsRecord }[],
    content: ContentReader,
  ): Promise<ScriptOutcome['cut']> {
    const parts = await readParts(messages, content);
    const attachments = messages.flatMap(({ id, mms }) => {
      const rows = parts.get(id) ?? [];
      // Other numbers of parts than were written: reading back will tell.
      if (rows.length !== mms.parts.length) return [];
      return mms.parts.flatMap((part, index) => {
        const row = rows[index];
        return row === undefined || part.data === null || isTextPart(part.ct)
          ? []
          : [{ uri: `content://mms/part/${String(row.id)}`, bytes: Buffer.from(part.data, 'base64') }];
      });
    });
    if (attachments.length === 0) return undefined;
    const { link, signal } = this.#options;
    try {
      if (await link.has('shell_v2')) await this.#feed(attachments);
      else await this.#push(attachments);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      return (await link.mend(error, 1, signal)) ? 'gone' : 'failed';
    }
  }

  /** One shell holds the app op for as long as it has input; others write meanwhile. */
  async #feed(attachments: readonly Attachment[]): Promise<void> {
    const { link, signal, guard } = this.#options;
    const ended = new AbortController();
    const held = new AbortController();
    const holding = (async () => {
      const script = `trap ${quoted(`${guard.after} >/dev/null 2>&1`)} EXIT; trap 'exit 129' HUP INT TERM; ${guard.before}; echo held; cat >/dev/null`;
      const input = (async function* () {
        await aborted(ended.signal);
        yield Buffer.alloc(0);
      })();
      try {
        for await (const _ of feedCommand(link, script, input, signal)) held.abort();
      } finally {
        held.abort();
      }
    })();
    holding.catch(() => undefined);
    try {
      await aborted(held.signal);
      const writing = inOrder(attachments, AT_ONCE, async ({ uri, bytes }) => {
        for await (const _ of feedCommand(link, `content write --uri ${quoted(uri)}`, [bytes], signal))
          continue;
      });
      for await (const _ of writing) continue;
    } finally {
      ended.abort();
    }
    await holding;
  }

  /** A phone without the shell protocol has no end of input: the bytes wait in its shared storage. */
  async #push(attachments: readonly Attachment[]): Promise<void> {
    const { link, signal, guard } = this.#options;
    for (const { uri, bytes } of attachments) {
      const aside = `/sdcard/.openmover-${randomBytes(8).toString('hex')}`;
      try {
        await pushFile(link, aside, asyncOf(bytes), signal);
        const command = `content write --uri ${quoted(uri)} < ${quoted(aside)}; rm -f ${quoted(aside)}`;
        const { cut } = await runAll(link, [command], { signal, guard });
        if (cut !== undefined) throw new Error('the phone was away');
      } finally {
        const ending = signal.aborted ? endingSignal() : signal;
        const removing = runCommand(link, `rm -f ${quoted(aside)}`, ending);
        await (async () => {
          for await (const _ of removing) continue;
        })().catch(() => undefined);
      }
    }
  }

  /** The conversation of each set of people, made where there is none (Threads.getOrCreateThreadId). */
  async #findThreads(records: readonly MmsRecord[]): Promise<void> {
    const { link, signal } = this.#options;
    const people = new Set(records.map(({ address }) => address ?? ''));
    const unknown = [...people].filter((each) => each !== '' && !this.#threads.has(each));
    const mark = randomBytes(8).toString('hex');
    const commands = unknown.map((each, index) => {
      const query = each
        .split('~')
        .filter((address) => address !== '')
        .map((address) => `recipient=${encodeURIComponent(address)}`)
        .join('&');
      return `echo; echo ${mark} ${String(index)}; content query --uri ${quoted(`content://mms-sms/threadID?${query}`)}`;
    });
    const output = await commandsText(link, commands, { signal });
    for (const [, index, id] of output.matchAll(new RegExp(`${mark} (\\d+)\\r?\\nRow: 0 _id=(\\d+)`, 'g'))) {
      const each = unknown[Number(index)];
      if (each !== undefined) this.#threads.set(each, Number(id));
    }
  }

  async #drop(where: string, signal: AbortSignal): Promise<void> {
    const { link, guard } = this.#options;
    const content = new ContentReader(link, signal, () => undefined);
    if ((await content.ids(MMS.uri, where)).length === 0) return;
    await runAll(link, [deleteCommand(MMS.uri, where)], { signal, guard });
  }

  #readOptions(signal: AbortSignal): Parameters<typeof mmsRecords>[0] {
    const { link } = this.#options;
    const content = new ContentReader(link, signal, () => undefined);
    return { link, content, skip: () => undefined, signal };
  }
}

async function* asyncOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(bytes);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

interface Attachment {
  readonly uri: string;
  readonly bytes: Buffer;
}
