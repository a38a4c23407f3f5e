/** What an Android phone gives: its files, apps and records, read over adb and never changed. */
import type { DeviceFacts } from '../../compat/facts.ts';
import { MoverError } from '../../errors.ts';
import type { ApkEntry, FileEntry, FolderEntry } from '../../kinds/entry.ts';
import { credentialHint } from '../../kinds/files/credential-content.ts';
import type { RecordKind } from '../../kinds/kind.ts';
import { isCredential } from '../../privacy/left-behind.ts';
import type { Ephemeral } from '../../privacy/ephemeral.ts';
import type { DeviceIo } from '../device-io.ts';
import type { Content } from '../port.ts';
import type { DeviceApp, DeviceReader, ReadOptions, RecordStream } from '../spooled-source.ts';
import { readApps } from './apps.ts';
import type { PhoneLink } from './link.ts';
import { Puller } from './pull.ts';
import { readRecords } from './records.ts';
import { pathOnPhone, readStorage } from './storage.ts';

/** The switch is the person's: whoever leaves it on lets any computer ask. */
export const REMINDER = {
  message: 'The phone is not needed any more.',
  action: 'Turn USB debugging off again: Settings, Developer options, the switch at the top.',
};

export class PhoneReader implements DeviceReader {
  readonly device: DeviceFacts;
  readonly #link: PhoneLink;
  readonly #puller: Puller;
  /** Where each APK of a scan is on the phone, by package and file name. */
  readonly #apks = new Map<string, string>();
  readonly #tell: DeviceIo['tell'];
  #closed = false;

  readonly androidId?: Ephemeral<string>;

  constructor(
    link: PhoneLink,
    device: DeviceFacts,
    { androidId, tell }: { androidId: Ephemeral<string> | undefined; tell: DeviceIo['tell'] },
  ) {
    this.#tell = tell;
    this.#link = link;
    this.device = device;
    if (androidId !== undefined) this.androidId = androidId;
    this.#puller = new Puller(link);
  }

  records(kind: RecordKind, options: ReadOptions): AsyncGenerator<RecordStream, void> {
    return readRecords(kind, { link: this.#link, puller: this.#puller, tell: this.#tell }, options);
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

  apps(options: ReadOptions): AsyncGenerator<DeviceApp, void> {
    return readApps(this.#link, options, (entry, path) => {
      this.#apks.set(entry.path.join('/'), path);
    });
  }

  content(entry: FileEntry | ApkEntry): Content {
    const path = entry.type === 'file' ? pathOnPhone(entry.path) : this.#apks.get(entry.path.join('/'));
    if (path === undefined) throw new MoverError('UNEXPECTED', { detail: 'an APK that no scan has met' });
    return { type: 'stream', open: (from, signal) => this.#puller.pull(path, from, signal) };
  }

  close(): Promise<void> {
    if (!this.#closed) this.#tell(REMINDER);
    this.#closed = true;
    this.androidId?.wipe();
    this.#link.close();
    return Promise.resolve();
  }
}
