/**
 * Sends the manifest page by page, never more than a few unanswered, and keeps each page with its answer for the
 * lanes' dispatch.
 */
import { MoverError } from '../../errors.ts';
import type { Entry } from '../../kinds/entry.ts';
import type { Kind } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';
import type { ManifestPages } from '../../lanes/manifest-pages.ts';
import type { Channel } from '../../wire/channel.ts';
import type { MessageOf } from '../../wire/messages.ts';
import { PageBuilder } from '../agreement/offer.ts';

/** Of what was scanned, what the person chose. */
export interface Chosen {
  readonly kinds: ReadonlySet<Kind>;
  readonly apps: ReadonlySet<string>;
}

export class ManifestSender {
  readonly #channel: Channel;
  /** Where answered pages are kept. */
  readonly #answered: ManifestPages;
  readonly #unanswered = new Map<number, readonly Entry[]>();
  #wake: (() => void) | undefined;
  #entries = 0;
  readonly #totals = new Map<Kind, { bytes: number; entries: number }>();
  #ended = false;

  constructor(channel: Channel, answered: ManifestPages) {
    this.#channel = channel;
    this.#answered = answered;
  }

  /** What moves, by kind: what was offered, less folders and the apps that were not chosen. Final once sent. */
  get totals(): ReadonlyMap<Kind, { readonly bytes: number; readonly entries: number }> {
    return this.#totals;
  }

  /** Whether every page has been sent and answered. */
  get complete(): boolean {
    return this.#ended && this.#unanswered.size === 0;
  }

  async send(scanned: ManifestPages, chosen: Chosen, signal: AbortSignal): Promise<void> {
    const builder = new PageBuilder((first, entries) => this.#send(first, entries, signal));
    for (const page of scanned) {
      for (const entry of page.entries) {
        if (!chosen.kinds.has(entry.kind)) continue;
        if (entry.type === 'apk' && !chosen.apps.has(entry.path[0])) continue;
        this.#entries += 1;
        this.#count(entry);
        const adding = builder.add(entry);
        if (adding !== undefined) await adding;
      }
    }
    await builder.flush();
    this.#ended = true;
    this.#channel.send({ type: 'manifest-end', entries: this.#entries });
  }

  #count(entry: Entry): void {
    if (entry.type === 'folder') return;
    const { bytes, entries } = this.#totals.get(entry.kind) ?? { bytes: 0, entries: 0 };
    this.#totals.set(entry.kind, { bytes: bytes + entry.size, entries: entries + 1 });
  }

  async #send(first: number, entries: Entry[], signal: AbortSignal): Promise<void> {
    while (this.#unanswered.size >= LIMITS.pagesInFlight) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      signal.throwIfAborted();
    }
    this.#unanswered.set(first, entries);
    this.#channel.send({ type: 'page', first, entries: entries });
  }

  /** @throws MoverError `PEER_VIOLATION` for an answer to no page, or about entries that are not of it. */
  answer({ first, held }: MessageOf<'want'>): void {
    const entries = this.#unanswered.get(first);
    if (entries === undefined) throw new MoverError('PEER_VIOLATION', { detail: 'an answer to no page' });
    this.#unanswered.delete(first);
    const prefixes = held.map(([entry, from, digest]) => {
      const asked = entries[entry - first];
      if (asked === undefined || from > asked.size) {
        throw new MoverError('PEER_VIOLATION', { detail: 'an answer about another page' });
      }
      return { entry, from, digest, atDestination: false };
    });
    this.#answered.append({ first, entries, held: prefixes });
    this.wake();
  }

  /** Lets a waiting `send` look again: after an answer, or when the session ends. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
