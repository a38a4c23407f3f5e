/**
 * What the sender has to offer: the source scanned once, its entries spooled as pages, counted per kind.
 */
import type { AppFacts } from '../../compat/facts.ts';
import { EntryCheck, TreeCheck } from '../../devices/entry-check.ts';
import { inspectDevice } from '../../devices/inspect.ts';
import type { Source } from '../../devices/port.ts';
import type { Entry } from '../../kinds/entry.ts';
import type { Kind } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';
import { ManifestPages } from '../../lanes/manifest-pages.ts';
import { yieldEvery } from '../../yield-every.ts';
import type { KindOffer } from '../../wire/messages.ts';
import { openAnonymousFile } from '../../disk/anonymous-file.ts';
import { LeftBehindList } from '../left-behind-list.ts';

export interface ScannedSource {
  readonly kinds: readonly KindOffer[];
  readonly apps: readonly AppFacts[];
  /** Every entry found, numbered as found; the manifest takes what was chosen of it. */
  readonly pages: ManifestPages;
  /** What stays behind of all kinds, chosen or not. */
  readonly left: LeftBehindList;
  close(): void;
}

/**
 * JSON of one entry, generously: what a page may come to is told without making it twice. A UTF-16 unit of a name that may
 * travel takes three bytes at most.
 */
function entryBytes(entry: Entry): number {
  let bytes = 160;
  if ('path' in entry) for (const name of entry.path) bytes += name.length * 3 + 3;
  return bytes;
}

/** Gathers entries to pages that fit a control message. */
export class PageBuilder {
  readonly #emit: (first: number, entries: Entry[]) => void | Promise<void>;
  #first = 0;
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(emit: (first: number, entries: Entry[]) => void | Promise<void>) {
    this.#emit = emit;
  }

  /** A promise when a page is full, and only then: there are many entries. */
  add(entry: Entry): Promise<void> | undefined {
    this.#entries.push(entry);
    this.#bytes += entryBytes(entry);
    const full = this.#entries.length >= LIMITS.pageEntries || this.#bytes >= LIMITS.pageBytes;
    return full ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    if (this.#entries.length === 0) return;
    const entries = this.#entries;
    const first = this.#first;
    this.#first += entries.length;
    this.#entries = [];
    this.#bytes = 0;
    await this.#emit(first, entries);
  }
}

async function checkPaths(pages: ManifestPages, signal: AbortSignal): Promise<void> {
  const tree = new TreeCheck();
  const nextTurn = yieldEvery(signal);
  for (const { entries } of pages) {
    for (const entry of entries) tree.check(entry);
    await nextTurn();
  }
}

/**
 * @throws MoverError `SOURCE_INVALID` for a source that gives what must not travel; the signal's reason; what the source
 *   throws.
 */
export async function scanSource(
  source: Source,
  kinds: readonly Kind[],
  signal: AbortSignal,
): Promise<ScannedSource> {
  const file = openAnonymousFile();
  const left = new LeftBehindList();
  try {
    const pages = new ManifestPages(file.fd);
    const builder = new PageBuilder((first, entries) => {
      pages.append({ first, entries, held: [] });
    });
    const entryCheck = new EntryCheck(kinds);
    const onEntry = (entry: Entry): Promise<void> | undefined => {
      entryCheck.check(entry);
      return builder.add(entry);
    };
    const counted = await inspectDevice(source, { kinds, signal, onEntry, onLeftBehind: left.add });
    await builder.flush();
    if (!entryCheck.inOrder) await checkPaths(pages, signal);
    return {
      ...counted,
      pages,
      left,
      close: () => {
        left.close();
        file.close();
      },
    };
  } catch (error) {
    left.close();
    file.close();
    throw error;
  }
}
