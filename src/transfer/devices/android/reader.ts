/** What an Android phone gives: its files, apps and records, read over adb and never changed. */
import type { DeviceFacts } from '../../compat/facts.ts';
import type { ApkEntry, FileEntry, FolderEntry } from '../../kinds/entry.ts';
import { credentialHint } from '../../kinds/files/credential-content.ts';
import type { RecordKind } from '../../kinds/kind.ts';
import { isCredential } from '../../privacy/left-behind.ts';
import type { Ephemeral } from '../../privacy/ephemeral.ts';
import type { Content } from '../port.ts';
import type { DeviceApp, DeviceReader, ReadOptions, RecordStream } from '../spooled-source.ts';
import type { PhoneLink } from './link.ts';
import { Puller } from './pull.ts';
import { pathOnPhone, readStorage } from './storage.ts';

export class PhoneReader implements DeviceReader {
  readonly device: DeviceFacts;
  readonly #link: PhoneLink;
  readonly #puller: Puller;

  readonly androidId?: Ephemeral<string>;

  constructor(link: PhoneLink, device: DeviceFacts, androidId: Ephemeral<string> | undefined) {
    this.#link = link;
    this.device = device;
    if (androidId !== undefined) this.androidId = androidId;
    this.#puller = new Puller(link);
  }

  async *records(_kind: RecordKind, _options: ReadOptions): AsyncGenerator<RecordStream, void> {
    yield* [];
  }

  files(options: ReadOptions): AsyncGenerator<FileEntry | FolderEntry, void> {
    return readStorage(this.#link, {
      ...options,
      isCredential,
      holdsCredentials: async (path) => {
        const hint = credentialHint(path.at(-1) ?? '');
        if (hint === undefined) return false;
        return hint.holds(await this.#puller.head(pathOnPhone(path), hint.headBytes, options.signal));
      },
    });
  }

  async *apps(_options: ReadOptions): AsyncGenerator<DeviceApp, void> {
    yield* [];
  }

  content(entry: FileEntry | ApkEntry): Content {
    const path = pathOnPhone(entry.path);
    return { type: 'stream', open: (from, signal) => this.#puller.pull(path, from, signal) };
  }

  async close(): Promise<void> {
    this.androidId?.wipe();
    this.#link.close();
    await this.#puller.close();
  }
}
