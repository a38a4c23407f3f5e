/** An Android phone on a cable as a destination. */
import { createHash } from 'node:crypto';
import type { DeviceFacts } from '../../../compat/facts.ts';
import type { ApkEntry, FileEntry } from '../../../kinds/entry.ts';
import type { Ephemeral } from '../../../privacy/ephemeral.ts';
import type { DeviceIo } from '../../device-io.ts';
import { numberedName } from '../../numbered-name.ts';
import type { DeviceDestination, DeviceStaging, DeviceUndoReport, Space } from '../../port.ts';
import type { PhoneLink } from '../link.ts';
import { Puller } from '../pull.ts';
import { REMINDER } from '../reader.ts';
import { apkPaths } from '../apps.ts';
import { commandText } from '../shell.ts';
import { listFolder, statFiles } from '../sync.ts';
import { placeOnPhone } from './place-files.ts';
import { listStaging, PhoneStaging, removeFolder, stagingFolders } from './staging.ts';
import { takeBack } from './undo.ts';
import { writeRecords } from '../write/index.ts';
import { dropJournal } from './undo-journal.ts';

/** Folders whose listing is kept while a manifest is compared with what is there. */
const KEPT_FOLDERS = 64;
/** Free space is asked for every second, of a phone that has other things to do. */
const SPACE_MS = 5_000;

export interface PhoneDestinationOptions {
  readonly link: PhoneLink;
  readonly serial: string;
  readonly device: DeviceFacts;
  readonly androidId: Ephemeral<string> | undefined;
  readonly io: DeviceIo;
}

export class PhoneDestination implements DeviceDestination {
  readonly type = 'device';
  readonly device: DeviceFacts;
  readonly androidId?: Ephemeral<string>;
  readonly lockName: string;
  readonly #link: PhoneLink;
  readonly #puller: Puller;
  readonly #io: DeviceIo;
  /** Sizes of what is in them, by name. */
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, number>>>();
  readonly #apps = new Map<string, Promise<readonly string[]>>();
  #space: { readonly askedAt: number; readonly answer: Promise<Space> } | undefined;
  #closed = false;

  constructor({ link, serial, device, androidId, io }: PhoneDestinationOptions) {
    this.#link = link;
    this.#puller = new Puller(link);
    this.#io = io;
    this.device = device;
    if (androidId !== undefined) this.androidId = androidId;
    // A digest, since locks can be listed by anybody on this computer.
    this.lockName = createHash('sha256').update(`android:${serial}`).digest('hex');
  }

  space(): Promise<Space> {
    const now = performance.now();
    if (this.#space === undefined || now - this.#space.askedAt > SPACE_MS) {
      this.#space = { askedAt: now, answer: this.#askSpace() };
    }
    return this.#space.answer;
  }

  /** `df -k` of toybox and others: blocks of 1 KiB in all, used, free. */
  async #askSpace(): Promise<Space> {
    const { output } = await commandText(this.#link, `df -k ${placeOnPhone([])}`, {
      signal: this.#io.signal,
    });
    const [, total, free] = /\s(\d+)\s+\d+\s+(\d+)\s+\d+%/.exec(output) ?? [];
    return { freeBytes: Number(free ?? 0) * 1024, totalBytes: Number(total ?? 0) * 1024 };
  }

  openStaging(
    choice: { readonly dryRun: boolean; readonly keepUndo: boolean },
    signal: AbortSignal,
  ): Promise<DeviceStaging> {
    const { tell } = this.#io;
    return PhoneStaging.open(
      {
        link: this.#link,
        puller: this.#puller,
        sdk: this.device.android?.sdk ?? 0,
        tell,
        dryRun: choice.dryRun,
        writeRecords: (records, journal) =>
          writeRecords(this.#link, this.device, {
            ...records,
            tell,
            made: (rows, at) => journal.append(rows, at),
          }),
      },
      choice,
      signal,
    );
  }

  async candidates(
    entries: readonly (FileEntry | ApkEntry)[],
    signal: AbortSignal,
  ): Promise<readonly (readonly string[])[]> {
    const candidates: (readonly string[])[] = [];
    for (const entry of entries) {
      candidates.push(
        entry.type === 'apk' ? await this.#sameApks(entry, signal) : await this.#sameFiles(entry, signal),
      );
    }
    return candidates;
  }

  /** Files under the entry's name or kept beside it, up to the first name that is free. */
  async #sameFiles(entry: FileEntry, signal: AbortSignal): Promise<string[]> {
    const folder = entry.path.slice(0, -1);
    const there = await this.#sizesIn(placeOnPhone(folder), signal);
    const same: string[] = [];
    for (let count = 1; ; count += 1) {
      const name = numberedName(entry.path.at(-1) ?? '', count, 'file');
      const size = there.get(name);
      if (size === undefined) return same;
      if (size === entry.size) same.push(placeOnPhone([...folder, name]));
    }
  }

  #sizesIn(folder: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    let sizes = this.#folders.get(folder);
    if (sizes === undefined) {
      sizes = listFolder(this.#link, folder, signal).then(
        (entries) => new Map(entries.map(({ name, size }) => [name, size])),
      );
      if (this.#folders.size >= KEPT_FOLDERS) this.#folders.clear();
      this.#folders.set(folder, sizes);
    }
    return sizes;
  }

  /** The installed app's APK of that name, where it is of that size. */
  async #sameApks({ path: [name, file], size }: ApkEntry, signal: AbortSignal): Promise<string[]> {
    let paths = this.#apps.get(name);
    if (paths === undefined) {
      paths = apkPaths(this.#link, name, signal);
      this.#apps.set(name, paths);
    }
    const found = (await paths).find((path) => path.endsWith(`/${file}`));
    if (found === undefined) return [];
    const stats = (await statFiles(this.#link, [found], signal)).get(found);
    return stats?.size === size ? [found] : [];
  }

  read(file: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#puller.pull(file, 0, signal);
  }

  async stagingReport(signal: AbortSignal): Promise<{ readonly attempts: number; readonly bytes: number }> {
    const folders = await stagingFolders(this.#link, signal);
    let bytes = 0;
    for (const folder of folders) {
      for (const { size } of await listStaging(this.#link, folder, signal)) bytes += size;
    }
    return { attempts: folders.length, bytes };
  }

  async dropStaging(signal: AbortSignal): Promise<void> {
    for (const folder of await stagingFolders(this.#link, signal))
      await removeFolder(this.#link, folder, signal);
  }

  undo(signal: AbortSignal): Promise<DeviceUndoReport | undefined> {
    return takeBack({ link: this.#link, puller: this.#puller, signal });
  }

  forgetUndo(signal: AbortSignal): Promise<boolean> {
    return dropJournal(this.#link, signal);
  }

  close(): Promise<void> {
    if (!this.#closed) this.#io.tell(REMINDER);
    this.#closed = true;
    this.androidId?.wipe();
    this.#link.close();
    return Promise.resolve();
  }
}
