/**
 * Messages with attachments and of groups as elements of "SMS Backup & Restore" (Telephony.Mms of Android's SDK). The
 * addresses of a message can be asked for one message at a time only: one command asks for those of many.
 */
import { randomBytes } from 'node:crypto';
import type { ReportSkip } from '../../kinds/kind.ts';
import {
  CHARACTER_SET,
  type MmsAddress,
  type MmsPart,
  type MmsRecord,
  UTF_8,
} from '../../kinds/messages/model.ts';
import { OWN_NUMBER } from '../../kinds/messages/own-number.ts';
import { messageToXml } from '../../kinds/messages/to-xml.ts';
import { legal } from '../../kinds/xml/value.ts';
import { LIMITS } from '../../limits.ts';
import type { ContentReader, ContentRow, Table } from './content-query.ts';
import { inOrder } from './in-order.ts';
import type { PhoneLink } from './link.ts';
import { commandText, TooMuchOutput } from './shell.ts';
import { octet, textOf, within } from './sms.ts';

const FROM = 137;
const TO = 151;
const RECEIVED = 1;
const SENT = 2;
/** PduHeaders of Android: a message to be sent, one that was fetched, and the notice that one can be. */
const SEND_REQUEST = 128;
const NOTICE = 130;
const RETRIEVED = 132;
/** Messages whose addresses one command asks for: it stays short enough for any daemon. */
const ADDRESSES_AT_ONCE = 40;
const AT_ONCE = 4;
/** `data` is base64 and a record holds other things, too. */
const MOST_ATTACHMENT_BYTES = Math.floor((LIMITS.recordBytes / 4) * 3) - 1024 * 1024;

export interface MmsOptions {
  readonly link: PhoneLink;
  readonly content: ContentReader;
  readonly skip: ReportSkip;
  readonly signal: AbortSignal;
}

export const MMS: Table = {
  uri: 'content://mms',
  numbers: [
    ...['thread_id', 'date', 'date_sent', 'msg_box', 'm_type', 'sub_cs', 'text_only'],
    ...['read', 'seen', 'rr', 'd_rpt', 'pri', 'locked'],
  ],
  texts: ['sub', 'ct_t'],
  written: ['sub'],
};

export async function* mmsElements(options: MmsOptions): AsyncGenerator<string, void> {
  for await (const { record } of mmsRecords(options)) yield messageToXml(record);
}

export interface MmsRow {
  readonly id: number;
  readonly record: MmsRecord;
}

/** @param some which messages: each costs a query for its addresses, and one for each attachment. */
export async function* mmsRecords(
  options: MmsOptions,
  some: { readonly where?: string; readonly wants?: (row: ContentRow) => boolean } = {},
): AsyncGenerator<MmsRow, void> {
  const { content } = options;
  const { where, wants = () => true } = some;
  const people = await readThreads(content);
  for await (const all of content.chunks(where === undefined ? MMS : { ...MMS, where })) {
    const rows = all.filter(wants);
    for (let at = 0; at < rows.length; at += ADDRESSES_AT_ONCE) {
      const some = rows.slice(at, at + ADDRESSES_AT_ONCE);
      const addresses = await readAddresses(some, options);
      const parts = await readParts(some, content);
      yield* inOrder(some, AT_ONCE, async (row) => {
        const record = await recordOf(row, {
          options,
          addrs: addresses.get(row.id) ?? [],
          parts: parts.get(row.id) ?? [],
          people: people.get(row.number('thread_id') ?? -1),
        });
        return { id: row.id, record };
      });
    }
  }
}

interface Around {
  readonly options: MmsOptions;
  readonly addrs: readonly MmsAddress[];
  readonly parts: readonly ContentRow[];
  /** Of the conversation, all but the owner. */
  readonly people: readonly string[] | undefined;
}

async function recordOf(row: ContentRow, { options, addrs, parts, people }: Around): Promise<MmsRecord> {
  const type = octet(row.number('m_type'));
  const box = octet(row.number('msg_box')) ?? (type === SEND_REQUEST ? SENT : RECEIVED);
  const others = people ?? peopleOf(addrs, box);
  const kept: MmsPart[] = [];
  for (const part of parts) kept.push(await partOf(part, options));
  return {
    element: 'mms',
    address: others.length === 0 ? null : legal(others.join('~')),
    // Seconds in this table.
    date: Math.max(0, row.number('date') ?? 0) * 1_000,
    date_sent: Math.max(0, row.number('date_sent') ?? 0),
    msg_box: box,
    m_type: type === null || type === NOTICE ? (box === RECEIVED ? RETRIEVED : SEND_REQUEST) : type,
    ct_t: textOf(row, 'ct_t'),
    sub: textOf(row, 'sub'),
    sub_cs: characterSet(row.number('sub_cs')),
    text_only: octet(row.number('text_only')),
    read: octet(row.number('read')) ?? 1,
    seen: octet(row.number('seen')) ?? 1,
    rr: octet(row.number('rr')),
    d_rpt: octet(row.number('d_rpt')),
    pri: octet(row.number('pri')),
    locked: octet(row.number('locked')),
    parts: kept,
    addrs: [...addrs],
  };
}

const characterSet = (value: number | null): number | null =>
  within(value, CHARACTER_SET.min, CHARACTER_SET.max);

/** Where the phone does not tell the conversation: who it is from and, in a group, whoever else it is to. */
export function peopleOf(addrs: readonly MmsAddress[], box: number): readonly string[] {
  const of = (...types: readonly number[]): string[] =>
    addrs.flatMap(({ type, address }) =>
      types.includes(type) && address !== null && address !== OWN_NUMBER ? [address] : [],
    );
  const to = of(TO, 130, 129);
  return [...new Set(box === RECEIVED ? [...of(FROM), ...(to.length > 1 ? to : [])] : to)];
}

async function partOf(row: ContentRow, { content, skip }: MmsOptions): Promise<MmsPart> {
  const type = textOf(row, 'ct') ?? 'application/octet-stream';
  const text = textOf(row, 'text');
  const isText = /^(?:text\/plain|application\/smil)$/i.test(type);
  const part: MmsPart = {
    seq: within(row.number('seq'), -128, 127) ?? 0,
    ct: type,
    name: textOf(row, 'name'),
    chset: characterSet(row.number('chset')),
    cd: textOf(row, 'cd'),
    fn: textOf(row, 'fn'),
    cid: textOf(row, 'cid'),
    cl: textOf(row, 'cl'),
    text,
    data: null,
  };
  if (isText && text !== null) return part;
  try {
    const bytes = await content.blob(`content://mms/part/${String(row.id)}`, MOST_ATTACHMENT_BYTES);
    if (bytes.length === 0 && !isText) skip('unreadable', 1, ['messages']);
    if (isText) return { ...part, text: legal(bytes.toString('utf8')) };
    return { ...part, data: bytes.length === 0 ? null : bytes.toString('base64') };
  } catch (error) {
    if (!(error instanceof TooMuchOutput)) throw error;
    skip('too-large', 1, ['messages']);
    return part;
  }
}

export async function readParts(
  messages: readonly { readonly id: number }[],
  content: ContentReader,
): Promise<Map<number, ContentRow[]>> {
  const parts = new Map<number, ContentRow[]>();
  const rows = await content.rows({
    uri: 'content://mms/part',
    where: `mid IN (${messages.map(({ id }) => String(id)).join(',')})`,
    numbers: ['mid', 'seq', 'chset'],
    texts: ['ct', 'name', 'cd', 'fn', 'cid', 'cl', 'text'],
    written: ['text'],
  });
  for (const row of rows) {
    const message = row.number('mid') ?? -1;
    parts.set(message, [...(parts.get(message) ?? []), row]);
  }
  return parts;
}

/** `Row: 0 _id=5, type=137, charset=106, address=+49…`, below a line that says which message it is. */
async function readAddresses(
  messages: readonly ContentRow[],
  { link, signal }: MmsOptions,
): Promise<Map<number, MmsAddress[]>> {
  const mark = randomBytes(8).toString('hex');
  const ids = messages.map(({ id }) => String(id)).join(' ');
  const command =
    `for i in ${ids}; do echo; echo ${mark} $i; ` +
    'content query --uri content://mms/$i/addr --projection _id:type:charset:address; done';
  const { output } = await commandText(link, command, { signal });
  const found = new Map<number, MmsAddress[]>();
  for (const section of output.split(`${mark} `).slice(1)) {
    const id = Number(/^\d+/.exec(section)?.[0] ?? -1);
    const rows = section.matchAll(/^Row: \d+ _id=\d+, type=(\d+), charset=(\w+), address=(.*)$/gm);
    found.set(
      id,
      [...rows].map(([, type, charset, address = '']) => ({
        address: address === 'NULL' ? null : legal(address.replace(/\r$/, '')),
        type: octet(Number(type)) ?? TO,
        charset: characterSet(/^\d+$/.test(charset ?? '') ? Number(charset) : null) ?? UTF_8,
      })),
    );
  }
  return found;
}

/** Who is in a conversation, by its thread; empty where the phone does not say. */
async function readThreads(content: ContentReader): Promise<Map<number, string[]>> {
  const threads = new Map<number, string[]>();
  try {
    const none = { numbers: [] };
    const known = new Map<number, string>();
    for await (const rows of content.chunks({
      ...none,
      uri: 'content://mms-sms/canonical-addresses',
      texts: ['address'],
    })) {
      for (const row of rows) known.set(row.id, row.text('address') ?? '');
    }
    for await (const rows of content.chunks({
      ...none,
      uri: 'content://mms-sms/conversations?simple=true',
      texts: ['recipient_ids'],
    })) {
      for (const row of rows) {
        const ids = (row.text('recipient_ids') ?? '').split(' ').map(Number);
        const addresses = ids.map((id) => known.get(id) ?? '').filter((address) => address !== '');
        if (addresses.length > 0) threads.set(row.id, addresses);
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ContentRefused') throw error;
  }
  return threads;
}
