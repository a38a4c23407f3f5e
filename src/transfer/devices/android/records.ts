/** The records of a phone, kind by kind. What the phone refuses is found out by asking, and said. */
import { backupDocument } from '../../kinds/xml/document.ts';
import type { RecordKind } from '../../kinds/kind.ts';
import type { DeviceIo } from '../device-io.ts';
import type { ReadOptions, RecordStream } from '../spooled-source.ts';
import { calendarStreams } from './calendar.ts';
import { callElements } from './calls.ts';
import { contactCards, type PhoneCard } from './contacts.ts';
import { findExport, nameOfCard } from './contact-export.ts';
import { ContentReader } from './content-query.ts';
import { ContentRefused } from './content-rows.ts';
import type { PhoneLink } from './link.ts';
import { mmsElements } from './mms.ts';
import type { Puller } from './pull.ts';
import { smsElements } from './sms.ts';

export interface PhoneParts {
  readonly link: PhoneLink;
  readonly puller: Puller;
  readonly tell: DeviceIo['tell'];
}

const REFUSED: Readonly<Record<RecordKind, { readonly message: string; readonly action: string }>> = {
  contacts: {
    message: 'This phone does not let a computer read its contacts.',
    action: 'Export them on the phone (Contacts, Export) and start again: the file is found.',
  },
  messages: {
    message: 'This phone does not let a computer read its messages.',
    action: 'The free app SMS Import / Export saves them as a file on the phone.',
  },
  calls: {
    message: 'This phone does not let a computer read its call history.',
    action: 'The free app SMS Import / Export saves it as a file on the phone.',
  },
  calendar: {
    message: 'This phone does not let a computer read its calendar.',
    action: 'A calendar that is in an account comes to the new phone with it.',
  },
};

export async function* readRecords(
  kind: RecordKind,
  parts: PhoneParts,
  options: ReadOptions,
): AsyncGenerator<RecordStream, void> {
  const { skip, signal } = options;
  const content = new ContentReader(parts.link, signal, () => {
    skip('too-large', 1, [kind]);
  });
  switch (kind) {
    case 'contacts':
      yield { collection: undefined, bytes: contactFile(content, parts, options) };
      return;
    case 'messages': {
      const elements = async function* (): AsyncGenerator<string, void> {
        yield* allowed(smsElements(content, skip), kind, parts, options);
        yield* allowed(mmsElements({ link: parts.link, content, skip, signal }), kind, parts, options);
      };
      yield { collection: undefined, bytes: backupDocument('smses', elements()) };
      return;
    }
    case 'calls': {
      const elements = allowed(callElements(content, skip), kind, parts, options);
      yield { collection: undefined, bytes: backupDocument('calls', elements) };
      return;
    }
    case 'calendar':
      yield* allowed(calendarStreams(content, skip), kind, parts, options);
  }
}

/** What comes until the phone refuses; a phone that has no such thing (a tablet without calls) refuses nothing. */
async function* allowed<Item>(
  items: AsyncIterable<Item>,
  kind: RecordKind,
  { tell }: PhoneParts,
  { skip }: ReadOptions,
): AsyncGenerator<Item, void> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
    if (error.refusal === 'absent') return;
    if (error.refusal === 'denied') tell(REFUSED[kind]);
    skip(error.refusal === 'denied' ? 'not-allowed' : 'unreadable', 1, [kind]);
  }
}

/** The person's own export before what the phone tells, and then those whom it does not hold. */
async function* contactFile(
  content: ContentReader,
  parts: PhoneParts,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void> {
  const { signal, skip } = options;
  const photos = { count: 0 };
  const quiet: ReadOptions = {
    signal,
    skip: (reason, count = 1, path) => {
      if (reason === 'contact-photo') photos.count += count;
      else skip(reason, count, path);
    },
  };
  const cards: PhoneCard[] = [];
  let refused: ContentRefused | undefined;
  try {
    for await (const card of contactCards(content, quiet.skip)) cards.push(card);
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
    refused = error;
  }
  const named = cards.map((card) => ({ ...card, name: nameOfCard(card.bytes) }));
  const own = await findExport({ ...parts, signal }, new Set(named.map(({ name }) => name)));
  if (own === undefined) {
    for (const { bytes } of named) yield bytes;
    if (refused !== undefined && refused.refusal !== 'absent') {
      parts.tell(REFUSED.contacts);
      skip(refused.refusal === 'denied' ? 'not-allowed' : 'unreadable', 1, ['contacts']);
    }
    if (photos.count === 0) return;
    parts.tell({
      message: 'Photos of contacts do not come over the cable.',
      action: 'To take them along: on the phone, Contacts, Export; then start again.',
    });
    skip('contact-photo', photos.count, ['contacts']);
    return;
  }
  yield* parts.puller.pull(own.path, 0, signal);
  yield Buffer.from('\r\n');
  for (const { name, bytes } of named) if (!own.names.has(name)) yield bytes;
}
