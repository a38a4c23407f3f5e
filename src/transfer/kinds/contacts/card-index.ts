/** The cards of a merge, on disk, and where to look for those that a new one may match. */
import { hash32 } from '../record-merge/hash.ts';
import { HashMultimap } from '../record-merge/hash-multimap.ts';
import type { RecordStore } from '../record-merge/record-store.ts';
import { entryOf, type CardKeys, type Entry } from './entry.ts';

/** Candidates of the same person that are read, at most, for one record. */
const MOST_CANDIDATES = 8;

/**
 * Cards kept after they were read: a person with many cards is looked at again and again. What is parsed of a card is some
 * ten times as much memory as its text.
 */
const RECENT_CARDS = 16;
const RECENT_BYTES = 1024 * 1024;

export class CardIndex {
  readonly #store: RecordStore;
  readonly #records = new HashMultimap();
  readonly #recent = new Map<number, Entry>();
  #recentBytes = 0;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** Bytes of memory that grow with the records. */
  get byteLength(): number {
    return this.#records.byteLength + this.#store.byteLength;
  }

  /** @param book in which the card lies; no UID is there twice in one. */
  add(record: number, keys: CardKeys, book: string): void {
    this.#records.add(hash32(keys.same), record);
    for (const key of keys.person) this.#records.add(hash32(key), record);
    if (keys.uid !== undefined) this.#records.add(hash32(uidKey(book, keys.uid)), record);
  }

  /** Cards that may say the same. */
  equals({ same }: CardKeys): number[] {
    return this.#records.get(hash32(same));
  }

  /** Cards that may be of the same person. */
  persons({ person }: CardKeys): number[] {
    const records = new Set(person.flatMap((key) => this.#records.get(hash32(key))));
    return [...records].sort((a, b) => a - b).slice(0, MOST_CANDIDATES);
  }

  /** Whether a card of that book, other than `except`, has the UID. */
  hasUid(book: string, uid: string, except?: number): boolean {
    return this.#records
      .get(hash32(uidKey(book, uid)))
      .some((record) => record !== except && this.read(record)?.person.uid === uid);
  }

  bytes(record: number): Buffer {
    return this.#store.read(record);
  }

  /** Undefined for a card that is not taken apart. */
  read(record: number): Entry | undefined {
    const known = this.#recent.get(record);
    if (known !== undefined) {
      this.#recent.delete(record);
      this.#recent.set(record, known);
      return known;
    }
    const entry = entryOf(this.#store.read(record));
    if (entry !== undefined) this.#keep(record, entry);
    return entry;
  }

  /** To be called when the card has a new version. */
  forget(record: number): void {
    const known = this.#recent.get(record);
    if (known === undefined) return;
    this.#recentBytes -= known.card.text.length;
    this.#recent.delete(record);
  }

  #keep(record: number, entry: Entry): void {
    const bytes = entry.card.text.length;
    if (bytes > RECENT_BYTES) return;
    this.#recent.set(record, entry);
    this.#recentBytes += bytes;
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= RECENT_CARDS && this.#recentBytes <= RECENT_BYTES) return;
      if (oldest !== record) this.forget(oldest);
    }
  }
}

const uidKey = (book: string, uid: string): string => `in\0${book}\0${uid}`;
