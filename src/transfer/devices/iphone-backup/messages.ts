/**
 * sms.db as messages of "SMS Backup & Restore": a text between two people is an SMS, what has attachments or is in a group
 * is an MMS with its participants, so that a phone puts it into the same conversation. Tables as documented by
 * imessage-exporter and iLEAPP.
 */
import type { ReportSkip } from '../../kinds/kind.ts';
import type { MessageRecord, MmsAddress, MmsPart } from '../../kinds/messages/model.ts';
import { UTF_8 } from '../../kinds/messages/model.ts';
import { OWN_NUMBER } from '../../kinds/messages/own-number.ts';
import { messageToXml } from '../../kinds/messages/to-xml.ts';
import { legal } from '../../kinds/xml/value.ts';
import { LIMITS } from '../../limits.ts';
import type { Backup } from './backup.ts';
import { Beside, cocoaMs, type Database, numberOf, type Row, textOf } from './sqlite.ts';
import { textAfterEdits } from './edited-text.ts';
import { textOfTypedStream } from './typed-stream.ts';

const GROUP = 43;
/** Tapbacks and their removals. */
const REACTIONS = { from: 2_000, to: 3_999 } as const;
/** From here on a date is nanoseconds: iOS 11 and newer. */
const NANOSECONDS_FROM = 1e11;
/** Stands in a text where an attachment is. */
const ATTACHMENT_MARK = /\uFFFC/g;
const UNREADABLE_TEXT = '[This message’s text could not be read from the backup.]';
const LOST_ATTACHMENT = '[This message’s attachment is not in the backup.]';
/** `data` is base64 and a record holds other things, too. */
const MOST_ATTACHMENT_BYTES = Math.floor((LIMITS.recordBytes / 4) * 3) - 1024 * 1024;

interface Chat {
  readonly isGroup: boolean;
  readonly participants: readonly string[];
}

export async function* messageElements(
  database: Database,
  backup: Backup,
  { skip, signal }: { readonly skip: ReportSkip; readonly signal: AbortSignal },
): AsyncGenerator<string, void> {
  const handles = new Map<number, string>();
  for (const [id, address] of await database.all('SELECT ROWID, id FROM handle')) {
    handles.set(Number(id), textOf(address) ?? '');
  }
  const chats = await chatsOf(database, handles);
  const chatOf = new Beside(
    database.rows('SELECT message_id, chat_id FROM chat_message_join ORDER BY message_id, chat_id'),
  );
  const attachments = new Beside(
    database.rows(
      `SELECT j.message_id, a.filename, a.mime_type, a.transfer_name FROM message_attachment_join j
       JOIN attachment a ON a.ROWID = j.attachment_id ORDER BY j.message_id, a.ROWID`,
    ),
  );
  const deleted = await deletedIds(database);
  const column = (name: string): string => database.column('message', name);
  const rows = database.rows(
    `SELECT ROWID, text, ${column('attributedBody')}, handle_id, date, is_from_me, is_read,
       ${['associated_message_type', 'item_type', 'date_retracted', 'date_delivered', 'subject', 'message_summary_info', 'date_edited'].map(column).join(', ')}
     FROM message ORDER BY ROWID`,
  );
  for await (const row of rows) {
    signal.throwIfAborted();
    const id = Number(row[0]);
    const [[, chatId] = []] = await chatOf.of(id);
    const files = (await attachments.of(id)).filter((file) => !isPreview(file));
    if (deleted.has(id)) {
      skip('deleted', 1, ['messages']);
      continue;
    }
    if (isNoMessage(row)) {
      skip('no-equivalent', 1, ['messages']);
      continue;
    }
    const address = handles.get(Number(row[3])) ?? '';
    const chat = chats.get(Number(chatId)) ?? {
      isGroup: false,
      participants: address === '' ? [] : [address],
    };
    const text = bodyOf(row, files.length > 0);
    // An unsent message leaves nothing; one of an app (a game, a payment) has no text.
    if (text === undefined) skip('deleted', 1, ['messages']);
    else if (text === '' && files.length === 0 && textOf(row[11]) === undefined)
      skip('no-equivalent', 1, ['messages']);
    else yield messageToXml(await recordOf(row, text, { address, chat, files, backup, skip }));
  }
}

/** A reaction, or a line such as "Anna named the conversation". */
function isNoMessage(row: Row): boolean {
  const reaction = numberOf(row[7]) ?? 0;
  return (numberOf(row[8]) ?? 0) !== 0 || (reaction >= REACTIONS.from && reaction <= REACTIONS.to);
}

interface Around {
  readonly address: string;
  readonly chat: Chat;
  readonly files: readonly Row[];
  readonly backup: Backup;
  readonly skip: ReportSkip;
}

async function recordOf(row: Row, text: string, around: Around): Promise<MessageRecord> {
  const { address, chat, files } = around;
  const date = dateOf(row[4]);
  const fromMe = numberOf(row[5]) === 1;
  const read = fromMe || numberOf(row[6]) === 1 ? 1 : 0;
  const subject = textOf(row[11]);
  const others = chat.participants.length === 0 ? [address] : chat.participants;
  if (!chat.isGroup && others.length <= 1 && files.length === 0) {
    return {
      ...{ element: 'sms', address: legal(others[0] ?? address), date, date_sent: date },
      ...{ type: fromMe ? 2 : 1, protocol: 0, subject: subject === undefined ? null : legal(subject) },
      ...{ body: legal(text), read, status: -1, locked: 0 },
    };
  }
  const parts: MmsPart[] = text === '' ? [] : [textPart(legal(text))];
  for (const file of files) {
    const part = await attachmentPart(file, parts.length, around);
    if (part !== undefined) parts.push(part);
  }
  if (parts.length === 0) parts.push(textPart(LOST_ATTACHMENT));
  const sender: MmsAddress = { address: fromMe ? OWN_NUMBER : legal(address), type: 137, charset: UTF_8 };
  const receivers = fromMe ? others : [OWN_NUMBER, ...others.filter((other) => other !== address)];
  return {
    ...{ element: 'mms', address: legal(others.join('~')), date, date_sent: Math.floor(date / 1_000) },
    ...{ msg_box: fromMe ? 2 : 1, m_type: fromMe ? 128 : 132, ct_t: 'application/vnd.wap.multipart.related' },
    ...{ sub: subject === undefined ? null : legal(subject), sub_cs: subject === undefined ? null : UTF_8 },
    ...{ text_only: parts.every(({ ct }) => ct === 'text/plain') ? 1 : 0, read, seen: 1 },
    ...{ rr: null, d_rpt: null, pri: null, locked: 0, parts },
    addrs: [
      sender,
      ...receivers.map((to): MmsAddress => ({ address: legal(to), type: 151, charset: UTF_8 })),
    ],
  };
}

/** The text as it last was; undefined when it was unsent, which leaves nothing of it. */
function bodyOf(row: Row, hasFiles: boolean): string | undefined {
  const edited = (numberOf(row[9]) ?? 0) !== 0 || (numberOf(row[13]) ?? 0) !== 0;
  const summary = row[12];
  const text =
    (edited && summary instanceof Uint8Array ? textAfterEdits(Buffer.from(summary)) : undefined) ??
    textOf(row[1]) ??
    styledText(row[2]);
  if (text !== undefined) return text.replace(ATTACHMENT_MARK, '').trim();
  return hasFiles || !edited ? '' : undefined;
}

function styledText(styled: Row[number] | undefined): string | undefined {
  if (!(styled instanceof Uint8Array) || styled.length === 0) return undefined;
  return textOfTypedStream(Buffer.from(styled)) ?? UNREADABLE_TEXT;
}

/** What Messages keeps to show a link: made again by whoever shows the link, and nobody's attachment. */
const isPreview = ([, filename, , name]: Row): boolean =>
  [filename, name].some((text) => textOf(text)?.endsWith('.pluginPayloadAttachment') === true);

const textPart = (text: string): MmsPart => ({
  ...{ seq: 0, ct: 'text/plain', name: null, chset: UTF_8, cd: null, fn: null },
  ...{ cid: '<text>', cl: 'text.txt', text, data: null },
});

/** Undefined, and told, for one that the phone had not loaded or that is too large. */
async function attachmentPart(
  [, filename, type, transferName]: Row,
  index: number,
  { backup, skip }: Around,
): Promise<MmsPart | undefined> {
  const path = (textOf(filename) ?? '').replace(/^~\//, '').replace(/^\/(?:private\/)?var\/mobile\//, '');
  const name = textOf(transferName) ?? path.split('/').at(-1) ?? 'attachment';
  try {
    const file = path === '' ? undefined : await backup.file('MediaDomain', path);
    if (file === undefined) {
      skip('vanished', 1, ['messages', name]);
      return undefined;
    }
    if (file.size > MOST_ATTACHMENT_BYTES) {
      skip('too-large', 1, ['messages', name]);
      return undefined;
    }
    const pages = backup.pages(file);
    try {
      const bytes = Buffer.alloc(file.size);
      const read = pages.read(bytes, 0);
      return {
        ...{ seq: Math.min(index, 127), ct: legal(textOf(type) ?? 'application/octet-stream') },
        ...{
          name: legal(name),
          chset: null,
          cd: null,
          fn: null,
          cid: `<part${String(index)}>`,
          cl: legal(name),
        },
        ...{ text: null, data: bytes.subarray(0, read).toString('base64') },
      };
    } finally {
      pages.close();
    }
  } catch {
    skip('unreadable', 1, ['messages', name]);
    return undefined;
  }
}

/** Milliseconds since 1970 of seconds, or since iOS 11 nanoseconds, since 2001. */
function dateOf(value: Row[number] | undefined): number {
  const date = numberOf(value) ?? 0;
  return Math.max(0, Math.round(cocoaMs(date > NANOSECONDS_FROM ? date / 1e9 : date)));
}

async function chatsOf(database: Database, handles: ReadonlyMap<number, string>): Promise<Map<number, Chat>> {
  const participants = new Map<number, string[]>();
  if (database.has('chat_handle_join')) {
    for (const [chat, handle] of await database.all('SELECT chat_id, handle_id FROM chat_handle_join')) {
      const address = handles.get(Number(handle));
      if (address === undefined || address === '') continue;
      const list = participants.get(Number(chat)) ?? [];
      if (!list.includes(address)) list.push(address);
      participants.set(Number(chat), list);
    }
  }
  const chats = new Map<number, Chat>();
  for (const [id, style, identifier] of await database.all(
    'SELECT ROWID, style, chat_identifier FROM chat',
  )) {
    const isGroup = Number(style) === GROUP;
    const known = participants.get(Number(id));
    const alone = isGroup ? undefined : textOf(identifier);
    chats.set(Number(id), { isGroup, participants: known ?? (alone === undefined ? [] : [alone]) });
  }
  return chats;
}

/** "Recently Deleted" since iOS 16. */
async function deletedIds(database: Database): Promise<Set<number>> {
  if (!database.has('chat_recoverable_message_join')) return new Set();
  const rows = await database.all('SELECT message_id FROM chat_recoverable_message_join');
  return new Set(rows.map(([id]) => Number(id)));
}
