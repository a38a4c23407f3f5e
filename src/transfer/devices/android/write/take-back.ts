/** Takes rows back that a move has made: those that still say what they said. What the person has changed is theirs. */
import { readGroups } from '../contacts.ts';
import { AUTHORITY, EVENTS } from '../calendar.ts';
import { ContentReader, type ContentRow } from '../content-query.ts';
import { ContentRefused } from '../content-rows.ts';
import type { PhoneLink } from '../link.ts';
import { MMS, mmsRecords } from '../mms.ts';
import { withAppOp } from './app-op.ts';
import { deleteCommand } from './binding.ts';
import { CALL_ROWS } from './call-rows.ts';
import { REFRESH_THREADS } from './messages.ts';
import { mmsDigest } from './mms-record.ts';
import { MMS_TABLE } from './mms-writer.ts';
import {
  DATA,
  groupDigest,
  GROUPS,
  ofRaws,
  RAW_CONTACTS,
  rawDigest,
  readDataRows,
  rowDigest,
} from './contact-data.ts';
import { ITEM } from './contact-rows.ts';
import { asAdapter, EVENT_ROWS, guestRow, readGuests, readReminders, reminderRow } from './event-writer.ts';
import { calendarDigest, ownCalendars } from './own-calendars.ts';
import { removeFile } from './ready-file.ts';
import { digestText, madeRow, readRows, type RowShape, writeUri } from './row-table.ts';
import { type Guard, runAll } from './script.ts';
import { SMS_ROWS } from './sms-rows.ts';
import type { MadeRow } from './writing.ts';

export interface TakenBack {
  readonly removed: number;
  /** Were not there any more. */
  readonly gone: number;
  /** Say something else now, or could not be taken back. */
  readonly left: number;
}

/** Rows one command names. */
const ROWS_AT_ONCE = 500;

interface Phone {
  readonly link: PhoneLink;
  readonly signal: AbortSignal;
}

/** How the rows of a table are found again and deleted. */
export interface Deletion {
  readonly uri: string;
  /** Which rows of the table are there: a synchronised contact stays as a mark that it was deleted. */
  readonly alive?: string;
  /** What the rows of these numbers say now. */
  now(content: ContentReader, ids: readonly number[], phone: Phone): AsyncIterable<MadeRow>;
}

const ofRows = <R>(shape: RowShape<R>): Deletion => ({
  uri: writeUri(shape),
  async *now(content, ids) {
    for await (const row of readRows(shape, content, `_id IN (${ids.join(',')})`)) yield madeRow(shape, row);
  },
});

const MMS_ROWS: Deletion = {
  uri: MMS.uri,
  async *now(content, ids, { link, signal }) {
    const where = `_id IN (${ids.join(',')})`;
    for await (const { id, record } of mmsRecords(
      { link, content, signal, skip: () => undefined },
      { where },
    )) {
      yield { type: 'row', table: MMS_TABLE, id, digest: digestText(mmsDigest(record)) };
    }
  },
};

const RAWS: Deletion = {
  uri: RAW_CONTACTS,
  alive: 'deleted=0',
  async *now(content, ids) {
    const raws = await content.ids(RAW_CONTACTS, `deleted=0 AND _id IN (${ids.join(',')})`);
    const rows = await readDataRows(content, ofRaws(ids));
    for (const id of raws)
      yield { type: 'row', table: 'raw-contact', id, digest: rawDigest(rows.get(id) ?? []) };
  },
};

const CONTACT_DATA: Deletion = {
  uri: DATA,
  async *now(content, ids) {
    for (const rows of (await readDataRows(content, `_id IN (${ids.join(',')})`)).values()) {
      for (const row of rows)
        yield { type: 'row', table: 'contact-data', id: row.id, digest: rowDigest(row) };
    }
  },
};

/** One that somebody is in is theirs by now. */
const CONTACT_GROUPS: Deletion = {
  uri: GROUPS,
  alive: 'deleted=0',
  async *now(content, ids) {
    for (const [id, title] of await readGroups(content)) {
      if (!ids.includes(Number(id))) continue;
      const members = await content.ids(DATA, `mimetype='${ITEM}group_membership' AND data1='${id}'`);
      const digest = members.length > 0 ? '' : groupDigest(title);
      yield { type: 'row', table: 'contact-group', id: Number(id), digest };
    }
  },
};

const beside = (
  uri: string,
  read: (content: ContentReader, where: string) => Promise<ContentRow[]>,
  made: (row: ContentRow) => MadeRow,
): Deletion => ({
  uri,
  async *now(content, ids) {
    for (const row of await read(content, `_id IN (${ids.join(',')})`)) yield made(row);
  },
});

/** One that holds an event is the person's by now. */
const CALENDARS: Deletion = {
  uri: asAdapter('calendars'),
  async *now(content, ids) {
    for (const [name, id] of await ownCalendars(content)) {
      if (!ids.includes(id)) continue;
      const events = await content.ids(EVENTS.uri, `deleted=0 AND calendar_id=${String(id)}`);
      const digest = events.length > 0 ? '' : calendarDigest(name);
      yield { type: 'row', table: 'calendar', id, digest };
    }
  },
};

/** In the order in which they are taken back. */
const DELETIONS: ReadonlyMap<string, Deletion> = new Map<string, Deletion>([
  [SMS_ROWS.name, ofRows(SMS_ROWS)],
  [MMS_TABLE, MMS_ROWS],
  [CALL_ROWS.name, ofRows(CALL_ROWS)],
  ['contact-data', CONTACT_DATA],
  ['raw-contact', RAWS],
  ['contact-group', CONTACT_GROUPS],
  ['event-reminder', beside(`${AUTHORITY}/reminders`, readReminders, reminderRow)],
  ['event-guest', beside(`${AUTHORITY}/attendees`, readGuests, guestRow)],
  [EVENT_ROWS.name, { ...ofRows(EVENT_ROWS), alive: 'deleted=0' }],
  ['calendar', CALENDARS],
]);
const MESSAGE_TABLES: ReadonlySet<string> = new Set([SMS_ROWS.name, MMS_TABLE]);

export async function takeBack(
  link: PhoneLink,
  rows: readonly MadeRow[],
  signal: AbortSignal,
): Promise<TakenBack> {
  const counts = { removed: 0, gone: 0, left: 0 };
  for (const file of rows.filter(({ table }) => table === 'file')) {
    counts[await removeFile(link, file, signal)] += 1;
  }
  for (const [table, deletion] of DELETIONS) {
    const some = rows.filter((row) => row.table === table);
    if (some.length === 0) continue;
    const remove = async (guard?: Guard): Promise<void> => {
      for (let at = 0; at < some.length; at += ROWS_AT_ONCE) {
        const taken = await takeSome(link, deletion, some.slice(at, at + ROWS_AT_ONCE), { signal, guard });
        counts.removed += taken.removed;
        counts.gone += taken.gone;
        counts.left += taken.left;
      }
    };
    if (!MESSAGE_TABLES.has(table)) await remove();
    else {
      await withAppOp(link, signal, async (guard) => {
        await remove(guard);
        await runAll(link, [REFRESH_THREADS], { signal, guard });
      });
    }
  }
  const known = counts.removed + counts.gone + counts.left;
  return { ...counts, left: counts.left + rows.length - known };
}

async function takeSome(
  link: PhoneLink,
  deletion: Deletion,
  rows: readonly MadeRow[],
  { signal, guard }: { readonly signal: AbortSignal; readonly guard: Guard | undefined },
): Promise<TakenBack> {
  const content = new ContentReader(link, signal, () => undefined);
  const digests = new Map(rows.map(({ id, digest }) => [id, digest]));
  let there = 0;
  const ours: number[] = [];
  try {
    for await (const { id, digest } of deletion.now(content, [...digests.keys()], { link, signal })) {
      there += 1;
      if (digests.get(id) === digest) ours.push(id);
    }
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
    return { removed: 0, gone: 0, left: rows.length };
  }
  const gone = rows.length - there;
  if (ours.length === 0) return { removed: 0, gone, left: there };
  const where = `_id IN (${ours.join(',')})`;
  let kept = ours.length;
  for (let tries = 0; kept > 0 && tries < 2; tries += 1) {
    const command = deleteCommand(deletion.uri, where);
    await runAll(link, [command], { signal, ...(guard === undefined ? {} : { guard }) });
    const there = deletion.alive === undefined ? where : `${deletion.alive} AND ${where}`;
    kept = (await content.ids(idsUri(deletion.uri), there)).length;
  }
  return { removed: ours.length - kept, gone, left: there - ours.length + kept };
}

/** Without what makes a deletion a sync adapter's. */
const idsUri = (uri: string): string => uri.split('?')[0] ?? uri;
