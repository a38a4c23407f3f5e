/** Reads messages from the ZIP of "SMS Import / Export". */
import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../../../limits.ts';
import type { RecordFormat } from '../../kind.ts';
import { isTooLarge } from '../../too-large.ts';
import { messageFromElement } from '../from-element.ts';
import { SmsIeArchive } from './archive.ts';
import { dataNameOf, elementOf, ownNumberIn, parseSmsIe, type SmsIeMessage } from './to-element.ts';

type Options = Parameters<RecordFormat['read']>[1];

/** Only messages with these can tell the owner's number. */
const ADDRESSES = ['"__recipient_addresses"', '"__addresses"'];
/** More numbers of one's own than this are other people's. */
const MAX_OWN_NUMBERS = 16;

/** Records as `RecordFormat.read` makes them. @throws errors of the file system; Error when it is no such ZIP. */
export async function* readSmsIe(
  path: string,
  { skip, signal }: Pick<Options, 'skip' | 'signal'>,
): AsyncGenerator<string> {
  const archive = await SmsIeArchive.open(path);
  try {
    // The owner is among the recipients of every group message, and only the others tell which of them that is.
    const own = await ownNumbers(archive, signal);
    for await (const bytes of archive.lines(signal)) {
      const message = bytes === undefined || !isUtf8(bytes) ? undefined : parseSmsIe(bytes.toString('utf8'));
      if (
        bytes === undefined ||
        (message !== undefined && attachmentBytes(message, archive) > LIMITS.recordBytes)
      ) {
        skip('too-large');
      } else if (message === undefined) {
        if (bytes.length > 0) skip('malformed');
      } else {
        const line = await lineOf(message, own, archive, signal);
        if (line === undefined) skip('malformed');
        else if (isTooLarge(line)) skip('too-large');
        else yield line;
      }
    }
  } finally {
    archive.close();
  }
}

async function ownNumbers(archive: SmsIeArchive, signal: AbortSignal): Promise<string[]> {
  const own = new Set<string>();
  for await (const bytes of archive.lines(signal)) {
    if (bytes === undefined || !ADDRESSES.some((name) => bytes.includes(name))) continue;
    const message = parseSmsIe(bytes.toString('utf8'));
    const number = message && ownNumberIn(message);
    if (number !== undefined && own.size < MAX_OWN_NUMBERS) own.add(number);
  }
  return [...own];
}

/** As Base64, before any of it is unpacked. */
function attachmentBytes({ parts }: SmsIeMessage, archive: SmsIeArchive): number {
  return parts.reduce((sum, part) => {
    const name = dataNameOf(part);
    return sum + ((name === undefined ? 0 : (archive.sizeOf(name) ?? 0)) * 4) / 3;
  }, 0);
}

/** Undefined for a message that is malformed, or whose attachments are damaged. */
async function lineOf(
  message: SmsIeMessage,
  own: readonly string[],
  archive: SmsIeArchive,
  signal: AbortSignal,
): Promise<string | undefined> {
  const data: (string | undefined)[] = [];
  try {
    for (const part of message.parts) {
      const name = dataNameOf(part);
      const bytes = name === undefined ? undefined : await archive.attachment(name, signal);
      data.push(bytes?.toString('base64'));
    }
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
  const record = messageFromElement(elementOf(message, own, data));
  return record && JSON.stringify(record);
}
