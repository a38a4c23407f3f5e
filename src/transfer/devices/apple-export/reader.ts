/** Apple's copy of an account's data (privacy.apple.com) as a device: contacts, calendars, photos and documents. */
import type { DeviceFacts } from '../../compat/facts.ts';
import { MoverError } from '../../errors.ts';
import type { ApkEntry, FileEntry } from '../../kinds/entry.ts';
import { sortByCodePoint } from '../../kinds/files/order.ts';
import type { RecordKind, SkipReason } from '../../kinds/kind.ts';
import { numberedName } from '../numbered-name.ts';
import type { DeviceIo } from '../device-io.ts';
import type { Content } from '../port.ts';
import type { DeviceApp, DeviceReader, ReadOptions, RecordStream } from '../spooled-source.ts';
import { Archive, beginning, type Member } from './archive.ts';
import { contentOf, HEAD_BYTES } from './content.ts';
import { type PhotoDetails, readPhotoDetails } from './photo-details.ts';

interface LeftOut {
  readonly reason: SkipReason;
  readonly path: readonly string[];
}

/** "1 of 6", "1 von 6", "第1部分，共6部分": between the figures stands a word, as in no date and no random name. */
const A_WORD = /[\s_]\p{L}|[^\p{ASCII}]/u;

export class ExportReader implements DeviceReader {
  readonly device: DeviceFacts = { platform: 'computer', name: 'Apple data export' };
  readonly #archive: Archive;
  readonly #left: LeftOut[];
  readonly #contacts: Member[] = [];
  readonly #calendars: Member[] = [];
  readonly #files = new Map<string, { readonly entry: FileEntry; readonly member: Member }>();
  /** Photos of the list that no part has. */
  readonly #deleted: LeftOut[] = [];

  private constructor(archive: Archive, left: LeftOut[]) {
    this.#archive = archive;
    this.#left = left;
  }

  /** @throws MoverError as `Archive.members`; `SOURCE_INVALID` where there is nothing that could move. */
  static async open(paths: readonly string[], io: DeviceIo): Promise<ExportReader> {
    const left: LeftOut[] = [];
    const archive = new Archive({
      skip: (reason, _count, path = []) => left.push({ reason, path }),
      signal: io.signal,
    });
    const reader = new ExportReader(archive, left);
    try {
      await reader.#readAll(paths, io);
      return reader;
    } catch (error) {
      archive.close();
      throw error;
    }
  }

  async *records(kind: RecordKind, { signal }: ReadOptions): AsyncGenerator<RecordStream, void> {
    const members = kind === 'contacts' ? this.#contacts : kind === 'calendar' ? this.#calendars : [];
    for (const member of members) {
      signal.throwIfAborted();
      const several = kind === 'calendar' && members.length > 1;
      const name = member.path.at(-1)?.replace(/\.ics$/i, '');
      yield await Promise.resolve({
        collection: several ? name : undefined,
        bytes: member.open(0, signal),
      });
    }
  }

  async *files({ skip, signal }: ReadOptions): AsyncGenerator<FileEntry, void> {
    for (const { reason, path } of [...this.#left, ...this.#deleted]) skip(reason, 1, path);
    for (const key of sortByCodePoint([...this.#files.keys()])) {
      signal.throwIfAborted();
      const found = this.#files.get(key);
      if (found !== undefined) yield await Promise.resolve(found.entry);
    }
  }

  async *apps(): AsyncGenerator<DeviceApp, void> {
    // None.
  }

  content(entry: FileEntry | ApkEntry): Content {
    const member = this.#files.get(entry.path.join('/'))?.member;
    if (member === undefined) throw new MoverError('UNEXPECTED', { detail: 'a file that no scan has met' });
    return { type: 'stream', open: (from, signal) => member.open(from, signal) };
  }

  close(): Promise<void> {
    this.#archive.close();
    return Promise.resolve();
  }

  async #readAll(paths: readonly string[], io: DeviceIo): Promise<void> {
    io.tell({ message: 'Looking through the export…' });
    const media: Member[] = [];
    const documents: Member[] = [];
    const details = new Map<string, Map<string, PhotoDetails>>();
    for (const path of paths) {
      for await (const member of this.#archive.members(path)) {
        const name = member.path.at(-1) ?? '';
        const head = await beginning(member, HEAD_BYTES, io.signal).catch(() => undefined);
        io.signal.throwIfAborted();
        if (head === undefined) {
          this.#left.push({ reason: 'unreadable', path: member.path });
          continue;
        }
        switch (contentOf(head, name)) {
          case 'contacts':
            this.#contacts.push(member);
            break;
          case 'calendar':
            this.#calendars.push(member);
            break;
          case 'photo-details':
            await this.#readDetails(member, details, io.signal);
            break;
          case 'media':
            media.push(member);
            break;
          case 'document':
            documents.push(member);
            break;
          case 'account':
            this.#left.push({ reason: 'no-equivalent', path: member.path });
        }
      }
    }
    this.#placeMedia(media, details);
    for (const member of documents) this.#add(['Apple export', ...member.path], member, member.mtimeMs);
    this.#tellParts(paths, io);
    if (this.#contacts.length + this.#calendars.length + this.#files.size + this.#deleted.length === 0) {
      throw new MoverError('SOURCE_INVALID', { sentence: NOTHING });
    }
  }

  async #readDetails(
    member: Member,
    details: Map<string, Map<string, PhotoDetails>>,
    signal: AbortSignal,
  ): Promise<void> {
    const folder = folderOf(member);
    const known = details.get(folder) ?? new Map<string, PhotoDetails>();
    details.set(folder, known);
    try {
      await readPhotoDetails(member, known, signal);
    } catch {
      signal.throwIfAborted();
      this.#left.push({ reason: 'malformed', path: member.path });
    }
  }

  /**
   * Photos of one name out of different parts are all kept, numbered; what belongs together (a Live Photo and its video) keeps
   * one stem.
   */
  #placeMedia(
    media: readonly Member[],
    details: ReadonlyMap<string, ReadonlyMap<string, PhotoDetails>>,
  ): void {
    const folders = new Map<string, string[]>();
    for (const member of media) {
      const name = member.path.at(-1) ?? '';
      const folder = folderOf(member);
      const facts = details.get(folder)?.get(name.normalize('NFC'));
      if (facts?.deleted === true) {
        this.#deleted.push({ reason: 'deleted', path: member.path });
        continue;
      }
      const [stem, ending] = parted(name);
      const key = stem.toLowerCase();
      const taken = folders.get(key) ?? [];
      folders.set(key, taken);
      if (!taken.includes(folder)) taken.push(folder);
      const number = taken.indexOf(folder) + 1;
      const placed = number === 1 ? name : `${stem} (${String(number)})${ending}`;
      this.#add(['Photos', placed], member, facts?.takenMs ?? member.mtimeMs);
    }
  }

  /** A name that a number of ours has taken already gets another number. */
  #add(wanted: readonly string[], member: Member, mtimeMs: number): void {
    let path = wanted;
    for (let count = 2; this.#files.has(path.join('/')); count += 1) {
      path = [...wanted.slice(0, -1), numberedName(wanted.at(-1) ?? '', count, 'file')];
    }
    const entry: FileEntry = {
      ...{ type: 'file', kind: 'files', path, size: member.size, mtimeMs },
      executable: false,
    };
    this.#files.set(path.join('/'), { entry, member });
  }

  /** Apple numbers the parts in their names, in any language: two numbers, the second the larger. */
  #tellParts(paths: readonly string[], io: DeviceIo): void {
    const names = new Set([
      ...paths.map((path) => path.split(/[/\\]/).at(-1) ?? ''),
      ...[...this.#contacts, ...this.#calendars].flatMap(({ path }) => path.slice(0, -1)),
      ...[...this.#files.values()].flatMap(({ member }) => member.path.slice(0, -1)),
      ...this.#left.flatMap(({ path }) => path),
    ]);
    const found = new Map<string, { readonly total: number; readonly parts: Set<number> }>();
    for (const name of names) {
      const [, title = '', part, between = '', total] =
        /^(.*?)(\d{1,3})(\D{1,16})(\d{1,3})\D{0,16}$/.exec(name.replace(/\.zip$/i, '')) ?? [];
      if (
        !A_WORD.test(between) ||
        part === undefined ||
        total === undefined ||
        Number(part) > Number(total) ||
        Number(part) < 1
      )
        continue;
      const key = `${title}/${total}`;
      const known = found.get(key) ?? { total: Number(total), parts: new Set<number>() };
      known.parts.add(Number(part));
      found.set(key, known);
    }
    for (const [key, { total, parts }] of found) {
      const title = key.slice(0, key.lastIndexOf('/')).trim();
      if (total < 2 || parts.size >= total) continue;
      const missing = Array.from({ length: total }, (_, index) => index + 1).filter(
        (part) => !parts.has(part),
      );
      io.tell({
        message: `${String(parts.size)} of ${String(total)} parts of "${title}" found; missing: ${missing.join(', ')}.`,
        action: 'Download the others from privacy.apple.com and name them, too.',
      });
      for (const part of missing)
        this.#left.push({ reason: 'vanished', path: [`${title} ${String(part)}/${String(total)}`] });
    }
  }
}

const NOTHING =
  'Nothing in this export can be moved: no contacts, no calendar, no photos. Choose the zips that privacy.apple.com gave, or the folder with them.';

const folderOf = ({ path }: Member): string => path.slice(0, -1).join('/');

function parted(name: string): readonly [stem: string, ending: string] {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
}
