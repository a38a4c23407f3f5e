/**
 * A source as somebody else would write one: the export of a made-up notebook program, with contacts and notes. It uses
 * nothing but what the package exports.
 */
import {
  type Content,
  countSegments,
  type Entry,
  type FileEntry,
  KINDS,
  makeSegments,
  type RecordKind,
  type ScanOptions,
  type Segment,
  type Source,
} from 'openmover';

export interface Notebook {
  /** Name → e-mail address. */
  readonly people: Readonly<Record<string, string>>;
  /** Title → text. */
  readonly notes: Readonly<Record<string, string>>;
}

const CHANGED_MS = 1_700_000_000_000;

export class NotesSource implements Source {
  readonly device = { platform: 'computer', name: 'Notebook' } as const;
  readonly #notebook: Notebook;

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
  }

  async *scan({ kinds, signal }: ScanOptions): AsyncGenerator<Entry, void> {
    for (const kind of KINDS.filter((each) => kinds.includes(each))) {
      signal.throwIfAborted();
      if (kind === 'files') yield* this.#files();
      else if (kind !== 'apps') {
        for await (const segment of countSegments(this.#records(kind)))
          yield { type: 'segment', kind, ...segment };
      }
    }
    signal.throwIfAborted();
  }

  /** Notes come as streams, as from a device that is no disk. */
  content({ path }: Pick<FileEntry, 'path'>): Content {
    const title = path.at(-1)?.replace(/\.txt$/, '') ?? '';
    const bytes = Buffer.from(this.#notebook.notes[title] ?? '');
    return {
      type: 'stream',
      open: async function* (from, signal) {
        for (let at = from; at < bytes.length; at += 3) {
          signal.throwIfAborted();
          yield await Promise.resolve(bytes.subarray(at, at + 3));
        }
      },
    };
  }

  async *segments(kind: RecordKind, first: number, signal: AbortSignal): AsyncGenerator<Segment, void> {
    signal.throwIfAborted();
    yield* makeSegments(this.#records(kind), first);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  *#files(): Generator<FileEntry, void> {
    for (const [title, text] of Object.entries(this.#notebook.notes).sort()) {
      yield {
        type: 'file',
        kind: 'files',
        path: ['Notes', `${title}.txt`],
        size: Buffer.byteLength(text),
        mtimeMs: CHANGED_MS,
        executable: false,
      };
    }
  }

  /** A line of JSON for each contact: see PROTOCOL.md, "Records". */
  #records(kind: RecordKind): string[] {
    if (kind !== 'contacts') return [];
    return Object.entries(this.#notebook.people).map(([name, email]) => {
      const lines = ['BEGIN:VCARD', 'VERSION:4.0', `FN:${name}`, `EMAIL:${email}`, 'END:VCARD', ''];
      return JSON.stringify({ card: lines.join('\r\n') });
    });
  }
}
