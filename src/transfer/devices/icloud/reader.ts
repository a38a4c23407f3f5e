/** An iCloud account as a device: contacts and calendars with their tasks. Apple gives other programs nothing else. */
import type { DeviceFacts } from '../../compat/facts.ts';
import { MoverError } from '../../errors.ts';
import { foldLine } from '../../kinds/content-line.ts';
import type { FileEntry } from '../../kinds/entry.ts';
import type { RecordKind, ReportSkip } from '../../kinds/kind.ts';
import type { DeviceIo } from '../device-io.ts';
import type { Content } from '../port.ts';
import { SealedFile } from '../sealed-file.ts';
import type { DeviceApp, DeviceReader, ReadOptions, RecordStream } from '../spooled-source.ts';
import { pictureType, readCard, withGroups, withPhoto } from './cards.ts';
import { type Batch, type Collection, type DavService, IcloudAccount } from './account.ts';
import { CloudFailure, type Credentials, type Transport } from './guarded-fetch.ts';

const PHOTOS_AT_A_TIME = 4;

const REVOKE = {
  message: 'The Apple ID and the password are forgotten here.',
  action:
    'Once the move is done, delete the app-specific password at account.apple.com; it is needed no more.',
};

export interface Reached {
  readonly credentials: Credentials;
  readonly io: DeviceIo;
  readonly transport: Transport | undefined;
}

interface KeptCard {
  readonly position: number;
  readonly length: number;
  readonly uid: string | undefined;
  readonly members: readonly string[] | undefined;
}

/** A service with what is in it; undefined where Apple does not let this account have it. */
interface Part {
  readonly service: DavService;
  readonly collections: readonly Collection[];
}

export class CloudReader implements DeviceReader {
  readonly device: DeviceFacts = { platform: 'ios', name: 'iCloud' };
  readonly #reached: Reached;
  readonly #account: IcloudAccount;
  #contacts: Part | undefined;
  #calendars: Part | undefined;
  #isGone = false;

  private constructor(reached: Reached) {
    const { credentials, io, transport } = reached;
    const waiting = (): void => {
      io.tell({ message: 'iCloud does not answer just now; trying again…' });
    };
    this.#reached = reached;
    this.#account = new IcloudAccount({ credentials, transport, signal: io.signal, waiting });
  }

  /**
   * Signs in to both services, one after the other: a password that the first refuses is not sent to the second.
   * @throws CloudFailure
   */
  static async signIn(reached: Reached): Promise<CloudReader> {
    const reader = new CloudReader(reached);
    reader.#contacts = await reader.#part(reader.#account.service('carddav'));
    reader.#calendars = await reader.#part(reader.#account.service('caldav'));
    if (reader.#contacts === undefined && reader.#calendars === undefined) throw new CloudFailure('fault');
    reader.#account.bePatient();
    return reader;
  }

  async *records(kind: RecordKind, options: ReadOptions): AsyncGenerator<RecordStream, void> {
    if (kind !== 'contacts' && kind !== 'calendar') return;
    const part = kind === 'contacts' ? this.#contacts : this.#calendars;
    if (part === undefined) {
      options.skip('not-allowed');
      return;
    }
    const names = distinct(part.collections);
    for (const [index, collection] of part.collections.entries()) {
      const name = kind === 'contacts' && names.length === 1 ? undefined : names[index];
      const objects = this.#objects(part.service, collection, options);
      const bytes =
        kind === 'contacts' ? this.#cards(objects, options) : calendarBytes(objects, collection.name);
      yield await Promise.resolve({ collection: name, bytes });
    }
  }

  async *files(): AsyncGenerator<FileEntry, void> {
    // None: iCloud Photos and Drive have no interface for other programs.
  }

  async *apps(): AsyncGenerator<DeviceApp, void> {
    // None.
  }

  content(): Content {
    throw new MoverError('UNEXPECTED', { detail: 'iCloud gives no files' });
  }

  close(): Promise<void> {
    const { credentials, io } = this.#reached;
    if (!credentials.password.wiped) io.tell(REVOKE);
    credentials.appleId.wipe();
    credentials.password.wipe();
    return Promise.resolve();
  }

  async #part(service: DavService): Promise<Part | undefined> {
    const { io, credentials } = this.#reached;
    try {
      const collections = await service.collections(io.signal);
      return { service, collections: collections.map((one) => withoutAccount(one, credentials)) };
    } catch (error) {
      if (error instanceof CloudFailure && error.reason === 'fault') return undefined;
      throw error;
    }
  }

  /** Everything that is in a collection; what could not be had is counted, and the rest goes on. */
  async *#objects(
    service: DavService,
    collection: Collection,
    { skip: report, signal }: ReadOptions,
  ): AsyncGenerator<string, void> {
    const path = collection.name === undefined ? [] : [collection.name];
    const skip = (reason: Parameters<ReportSkip>[0], count: number): void => {
      if (count > 0) report(reason, count, path);
    };
    let left = 1;
    try {
      if (this.#isGone) throw new CloudFailure('offline');
      const hrefs = await service.list(collection, signal);
      left = hrefs.length;
      const title = collection.name === undefined ? 'iCloud' : `"${collection.name}" of iCloud`;
      this.#reached.io.tell({ message: `Reading ${String(left)} entries of ${title}…` });
      for await (const batch of service.objects(collection, hrefs, signal)) {
        left -= sizeOf(batch);
        skip('vanished', batch.missing);
        skip('too-large', batch.tooLarge);
        yield* batch.objects;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CloudFailure)) throw error;
      if (error.reason === 'foreign') throw sentAway(error);
      this.#isGone ||= error.reason !== 'fault';
      skip('unreadable', left);
    }
  }

  /**
   * Groups are known when all cards are. Until then the cards wait in an encrypted file without a name; then each gets its
   * groups, and a group's own card goes where it has done that.
   */
  async *#cards(objects: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<Uint8Array, void> {
    const spool = new SealedFile();
    try {
      const cards: KeptCard[] = [];
      const groups = new Map<string, string[]>();
      for await (const texts of inGroups(objects, PHOTOS_AT_A_TIME)) {
        const complete = await Promise.all(texts.map((text) => this.#complete(text, options)));
        for (const text of complete) {
          const { uid, name, isGroup, members } = readCard(text);
          for (const member of isGroup ? new Set(members) : []) {
            groups.set(member, [...(groups.get(member) ?? []), name]);
          }
          const bytes = Buffer.from(text, 'latin1');
          const position = spool.size;
          spool.append(bytes);
          cards.push({ position, length: bytes.length, uid, members: isGroup ? members : undefined });
        }
      }
      const people = new Set(cards.flatMap(({ uid, members }) => (members === undefined ? (uid ?? []) : [])));
      for (const { position, length, uid, members } of cards) {
        options.signal.throwIfAborted();
        if (members?.some((member) => people.has(member)) === true) continue;
        const bytes = Buffer.alloc(length);
        spool.read(bytes, position);
        const own = uid === undefined ? [] : (groups.get(uid) ?? []);
        yield Buffer.from(withGroups(bytes.toString('latin1'), own), 'latin1');
      }
    } finally {
      spool.close();
    }
  }

  /** As latin1, with its photo in it. A link that leads elsewhere is not followed and does not travel. */
  async #complete(data: string, { skip, signal }: ReadOptions): Promise<string> {
    const text = withLineEnd(Buffer.from(data).toString('latin1'));
    const { photoLink, name } = readCard(text);
    if (photoLink === undefined) return text;
    const photo = await this.#account.photo(photoLink, signal);
    if (photo === undefined || pictureType(photo) === undefined) {
      skip('unreadable', 1, ['PHOTO', Buffer.from(name, 'latin1').toString()]);
    }
    return withPhoto(text, photo);
  }
}

/** Where an address that Apple gave is not Apple's. */
export const sentAway = (cause: CloudFailure): MoverError =>
  new MoverError('SOURCE_UNREADABLE', {
    sentence:
      'iCloud led to an address that is not Apple’s, so the move was stopped. Nothing was sent there.',
    cause,
  });

const sizeOf = ({ objects, missing, tooLarge }: Batch): number => objects.length + missing + tooLarge;

/** Each event comes as a calendar of its own, without the name of the one it is in. */
async function* calendarBytes(
  objects: AsyncIterable<string>,
  name: string | undefined,
): AsyncGenerator<Uint8Array, void> {
  for await (const text of objects) {
    const named = name === undefined || /^(?:X-WR-CAL)?NAME[;:]/im.test(text);
    const property = named ? '' : `X-WR-CALNAME:${escapeText(name)}`;
    const line = foldLine(Buffer.from(property).toString('latin1'), '\r\n');
    const whole = withLineEnd(Buffer.from(text).toString('latin1'));
    const head = named ? '$&' : `$&${line.replaceAll('$', '$$$$')}\r\n`;
    yield Buffer.from(whole.replace(/^BEGIN[ \t]*:[ \t]*VCALENDAR[ \t]*\r?\n/i, head), 'latin1');
  }
}

/** RFC 5545, section 3.3.11. */
const escapeText = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r\n?|\n/g, '\\n');

const withLineEnd = (text: string): string => (text.endsWith('\n') ? text : `${text}\r\n`);

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** A collection that nobody has named may be called by its account, and a name becomes one of a file. */
function withoutAccount({ url, name }: Collection, { appleId }: Credentials): Collection {
  const holds = appleId.use((id) => name?.toLowerCase().includes(id.trim().toLowerCase()) === true);
  return { url, name: holds ? undefined : name };
}

/** Two calendars of one name are two. */
function distinct(collections: readonly Collection[]): readonly (string | undefined)[] {
  const counts = new Map<string, number>();
  return collections.map(({ name }) => {
    if (name === undefined) return undefined;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} (${String(count)})`;
  });
}
