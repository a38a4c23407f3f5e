/** An iCloud account as a source: contacts and calendars, with an app-specific password (Apple 102654). */
import type { DeviceFacts } from '../../compat/facts.ts';
import { MoverError } from '../../errors.ts';
import type { FileEntry } from '../../kinds/entry.ts';
import type { RecordKind } from '../../kinds/kind.ts';
import { Ephemeral } from '../../privacy/ephemeral.ts';
import type { DeviceIo } from '../device-io.ts';
import type { Content } from '../port.ts';
import type { DeviceApp, DeviceReader, ReadOptions, RecordStream } from '../spooled-source.ts';
import { type Collection, IcloudAccount } from './account.ts';
import { groupOf, pictureAddress, uidOf, withCategories, withPicture } from './cards.ts';
import type { Transport } from './guarded-fetch.ts';

const ACCOUNT_QUESTION = { message: 'Apple ID (an e-mail address or telephone number):' };
const PASSWORD_QUESTION =
  'App-specific password (account.apple.com, Sign-In and Security, App-Specific Passwords; 16 letters):';
const REVOKE = {
  message: 'The Apple ID and the password are forgotten here.',
  action:
    'Once the move is done, delete the app-specific password at account.apple.com; it is needed no more.',
};

/**
 * @throws MoverError `PASSWORD_NEEDED`, `PASSWORD_WRONG` after one attempt a password, `SOURCE_UNREADABLE`, `USAGE` for a name.
 */
export async function openIcloud(
  name: string | undefined,
  io: DeviceIo,
  transport?: Transport,
): Promise<DeviceReader> {
  if (name !== undefined)
    throw new MoverError('USAGE', { detail: 'icloud takes no name: the Apple ID is asked for' });
  const account = await io.askAccount(ACCOUNT_QUESTION);
  if (account === undefined) throw passwordNeeded();
  let failure: MoverError | undefined;
  try {
    for (;;) {
      const password = await io.askPassword({ message: PASSWORD_QUESTION, wrong: failure !== undefined });
      if (password === undefined) throw failure ?? passwordNeeded();
      const icloud = new IcloudAccount({ account: copyOf(account), password }, io.signal, transport);
      try {
        io.tell({ message: 'Asking iCloud for contacts and calendars…' });
        const books = await icloud.collections('carddav');
        return new IcloudReader(icloud, io, books);
      } catch (error) {
        icloud.wipe();
        const known = MoverError.from(error);
        if (known.code !== 'PASSWORD_WRONG') throw error;
        failure = known;
      }
    }
  } finally {
    account.wipe();
  }
}

const copyOf = (secret: Ephemeral<string>): Ephemeral<string> => secret.use((value) => new Ephemeral(value));

const passwordNeeded = (): MoverError =>
  new MoverError('PASSWORD_NEEDED', {
    sentence:
      'iCloud needs an Apple ID and an app-specific password. Start again on a terminal, or with --secrets-stdin and {"appleId":"…","password":"…"}.',
  });

class IcloudReader implements DeviceReader {
  readonly device: DeviceFacts = { platform: 'ios', name: 'iCloud' };
  readonly #account: IcloudAccount;
  readonly #io: DeviceIo;
  readonly #books: readonly Collection[];
  #closed = false;

  constructor(account: IcloudAccount, io: DeviceIo, books: readonly Collection[]) {
    this.#account = account;
    this.#io = io;
    this.#books = books;
  }

  async *records(kind: RecordKind, options: ReadOptions): AsyncGenerator<RecordStream, void> {
    if (kind === 'contacts') {
      for (const book of this.#books) yield { collection: undefined, bytes: this.#cards(book, options) };
    } else if (kind === 'calendar') {
      const calendars = await this.#account.collections('caldav');
      for (const calendar of calendars) {
        const collection = calendars.length > 1 ? calendar.name : undefined;
        yield { collection, bytes: this.#events(calendar, options) };
      }
    }
  }

  /** iCloud gives photos and files to no other app. */
  async *files(): AsyncGenerator<FileEntry, void> {
    // None.
  }

  async *apps(): AsyncGenerator<DeviceApp, void> {
    // None.
  }

  content(): Content {
    throw new MoverError('UNEXPECTED', { detail: 'a file that no scan has met' });
  }

  close(): Promise<void> {
    if (!this.#closed) this.#io.tell(REVOKE);
    this.#closed = true;
    this.#account.wipe();
    return Promise.resolve();
  }

  /** Groups come among the cards of their members, in any order: all are read before the first is given. */
  async *#cards(book: Collection, { skip, signal }: ReadOptions): AsyncGenerator<Uint8Array, void> {
    const cards: string[] = [];
    const groups = new Map<string, string[]>();
    const missing = (count: number): void => {
      skip('vanished', count, ['contacts']);
    };
    for await (const card of this.#account.objects('carddav', book, missing)) {
      signal.throwIfAborted();
      const group = groupOf(card);
      if (group === undefined) cards.push(card);
      for (const member of group?.members ?? []) {
        groups.set(member, [...(groups.get(member) ?? []), group?.name ?? '']);
      }
    }
    for (const card of cards) {
      signal.throwIfAborted();
      const address = pictureAddress(card);
      let whole = card;
      if (address !== undefined) {
        const picture = await this.#account.load(address);
        if (picture === undefined) skip('unreadable', 1, ['contacts', 'photo']);
        whole = withPicture(card, picture);
      }
      const text = withCategories(whole, groups.get(uidOf(card) ?? '') ?? []);
      yield Buffer.from(`${text.trimEnd()}\r\n`);
    }
  }

  async *#events(calendar: Collection, { skip, signal }: ReadOptions): AsyncGenerator<Uint8Array, void> {
    const missing = (count: number): void => {
      skip('vanished', count, [calendar.name ?? 'calendar']);
    };
    for await (const object of this.#account.objects('caldav', calendar, missing)) {
      signal.throwIfAborted();
      yield Buffer.from(`${object.trimEnd()}\r\n`);
    }
  }
}
