/**
 * What the receiver knows of every entry: one byte each, so that a million of them fit. An entry is settled when both
 * sides' digests agree, or when the sender could not read it.
 */
import { MoverError } from '../errors.ts';
import type { Digest } from '../disk/digest.ts';
import type { ResumePrefix } from '../lanes/manifest-pages.ts';
import { LIMITS } from '../limits.ts';

/** `covered` only when what was verified is kept: another attempt has the entry. */
export const ENTRY_STATES = ['open', 'folder', 'staged', 'same', 'skipped', 'covered'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** What this side has of an entry: a digest read from disk, or null: the sender says that a held prefix is the whole. */
type LocalDigest = Digest | null;

export type Settled =
  | { readonly outcome: 'staged'; readonly digest: Digest; readonly sent: boolean }
  | { readonly outcome: 'same'; readonly digest: Digest }
  | { readonly outcome: 'damaged' };

export class Ledger {
  #states = new Uint8Array(1024);
  #count = 0;
  #settled = 0;
  #exceptions = 0;
  readonly #localDigests = new Map<number, LocalDigest>();
  readonly #peerDigests = new Map<number, Digest>();
  /** What is held of an entry, from its page or from a later look. */
  readonly #prefixesOf: (entry: number) => readonly ResumePrefix[];

  constructor(prefixesOf: (entry: number) => readonly ResumePrefix[]) {
    this.#prefixesOf = prefixesOf;
  }

  /** Entries of the manifest that were not sent and staged: skipped, or at the destination already. */
  get exceptions(): number {
    return this.#exceptions;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether no entry is open any more. */
  get settled(): boolean {
    return this.#settled === this.#count;
  }

  /** Takes in the next entry of the manifest. */
  append(folder: boolean): void {
    if (this.#count === this.#states.length) {
      const grown = new Uint8Array(Math.min(LIMITS.entries, this.#states.length * 2));
      grown.set(this.#states);
      this.#states = grown;
    }
    this.#states[this.#count] = folder ? 1 : 0;
    this.#count += 1;
    if (folder) this.#settled += 1;
  }

  state(entry: number): EntryState {
    const state = entry < this.#count ? ENTRY_STATES[this.#states[entry] ?? 0] : undefined;
    if (state === undefined)
      throw new MoverError('PEER_VIOLATION', { detail: 'an entry that is not in the manifest' });
    return state;
  }

  /** This side has the entry on disk. Returns what came of it once the sender's digest is known too. */
  addLocalDigest(entry: number, digest: Digest | undefined): Settled | undefined {
    const state = this.state(entry);
    // What has been verified is not to be written again, with whatever else.
    if (state === 'staged' || state === 'same') {
      throw new MoverError('PEER_VIOLATION', { detail: 'an entry sent twice' });
    }
    if (state !== 'open') return undefined;
    this.#localDigests.set(entry, digest ?? null);
    return this.#compare(entry);
  }

  /** The sender's digest of an entry. */
  addPeerDigest(entry: number, digest: Digest): Settled | undefined {
    if (this.state(entry) !== 'open') return undefined;
    this.#peerDigests.set(entry, digest);
    return this.#compare(entry);
  }

  /** The sender could not read it. Returns false when it was settled already. */
  skipped(entry: number): boolean {
    if (this.state(entry) !== 'open') return false;
    this.reset(entry);
    this.#settle(entry, 'skipped');
    return true;
  }

  /** Whether all of an entry is here and only the sender's digest is missing. */
  hasLocalDigest(entry: number): boolean {
    return this.#localDigests.has(entry);
  }

  /** The entry is to be sent again: what is known of it no longer counts. */
  reset(entry: number): void {
    this.#localDigests.delete(entry);
    this.#peerDigests.delete(entry);
  }

  #compare(entry: number): Settled | undefined {
    const ours = this.#localDigests.get(entry);
    const theirs = this.#peerDigests.get(entry);
    if (ours === undefined || theirs === undefined) return undefined;
    this.reset(entry);
    if (ours !== null) {
      if (ours !== theirs) return { outcome: 'damaged' };
      this.#settle(entry, 'staged');
      return { outcome: 'staged', digest: theirs, sent: true };
    }
    const held = this.#prefixesOf(entry).find(({ digest }) => digest === theirs);
    if (held === undefined) return { outcome: 'damaged' };
    this.#settle(entry, held.atDestination ? 'same' : 'staged');
    return held.atDestination
      ? { outcome: 'same', digest: theirs }
      : { outcome: 'staged', digest: theirs, sent: false };
  }

  #settle(entry: number, state: EntryState): void {
    this.#states[entry] = ENTRY_STATES.indexOf(state);
    this.#settled += 1;
    if (state !== 'staged') this.#exceptions += 1;
  }
}
