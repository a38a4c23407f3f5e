/**
 * What the sender has to offer: the source scanned once, its entries spooled as pages, counted per kind.
 */
import type { AppFacts } from '../compat/facts.ts';
import type { Source } from '../devices/port.ts';
import type { Entry } from '../kinds/entry.ts';
import { KINDS, type Kind, type SkipCount, type SkipReason } from '../kinds/kind.ts';
import { LIMITS } from '../limits.ts';
import { ManifestPages } from '../stream/manifest-pages.ts';
import type { KindOffer } from '../wire/messages.ts';
import { openAnonymousFile } from './anonymous-file.ts';

export interface ScannedSource {
  readonly kinds: readonly KindOffer[];
  readonly apps: readonly AppFacts[];
  /** Every entry found, numbered as found; the manifest takes what was chosen of it. */
  readonly pages: ManifestPages;
  close(): void;
}

/** Counts of one kind while it is scanned. */
class KindCount {
  items = 0;
  entries = 0;
  bytes = 0;
  readonly left = new Map<SkipReason, number>();

  leftBehind(): SkipCount[] {
    return [...this.left].map(([reason, count]) => ({ reason, count }));
  }
}

/** JSON of one entry, generously: what a page may come to is told without making it twice. */
function entryBytes(entry: Entry): number {
  const base = 160;
  if (!('path' in entry)) return base;
  return entry.path.reduce((sum, name) => sum + Buffer.byteLength(name) * 2 + 3, base);
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

  async add(entry: Entry): Promise<void> {
    this.#entries.push(entry);
    this.#bytes += entryBytes(entry);
    if (this.#entries.length >= LIMITS.pageEntries || this.#bytes >= LIMITS.pageBytes) await this.flush();
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

/** Items as a person counts them: records, files, apps. Folders are part of files and not counted. */
function itemsOf(entry: Entry): number {
  switch (entry.type) {
    case 'segment':
      return entry.records;
    case 'file':
      return 1;
    case 'folder':
    case 'apk':
      return 0;
  }
}

export async function scanSource(
  source: Source,
  kinds: readonly Kind[],
  signal: AbortSignal,
): Promise<ScannedSource> {
  const file = openAnonymousFile();
  try {
    const pages = new ManifestPages(file.fd);
    const builder = new PageBuilder((first, entries) => {
      pages.append({ first, entries, held: [] });
    });
    const counts = new Map<Kind, KindCount>(kinds.map((kind) => [kind, new KindCount()]));
    const countOf = (kind: Kind): KindCount => {
      const known = counts.get(kind) ?? new KindCount();
      counts.set(kind, known);
      return known;
    };
    const apps: AppFacts[] = [];
    const entries = source.scan({
      kinds,
      signal,
      skip: (kind, reason, times = 1) => {
        const { left } = countOf(kind);
        left.set(reason, (left.get(reason) ?? 0) + times);
      },
      app: (facts) => {
        apps.push(facts);
        countOf('apps').items += 1;
      },
    });
    for await (const entry of entries) {
      const count = countOf(entry.kind);
      count.items += itemsOf(entry);
      count.entries += 1;
      count.bytes += entry.size;
      await builder.add(entry);
    }
    await builder.flush();
    return {
      kinds: KINDS.flatMap((kind) => {
        const count = counts.get(kind);
        if (count === undefined) return [];
        const { items, entries: number, bytes } = count;
        return [{ kind, items, entries: number, bytes, left: count.leftBehind() }];
      }),
      apps,
      pages,
      close: () => {
        file.close();
      },
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
