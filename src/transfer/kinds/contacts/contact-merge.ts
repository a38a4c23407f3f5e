/**
 * Takes one card after another into what is there. Each card, in the order of arrival:
 * - a card that says the same is there, or one of the same person that says all of it: `same`;
 * - a card of the same person is there: what is new is added to it: `merged`;
 * - otherwise it is put at the end of its address book as it came: `added`. Only a UID that the book has already is made anew.
 *
 * Cards already taken count as there, so a contact that the source holds twice arrives once.
 */
import { blake3 } from '@napi-rs/blake-hash';
import { LIMITS } from '../../limits.ts';
import type { RecordStore } from '../record-merge/record-store.ts';
import { CardIndex } from './card-index.ts';
import type { Card } from './card.ts';
import { applyPlan } from './compose.ts';
import { entryOf, keysOf, type CardKeys, type Entry } from './entry.ts';
import { contradict, sameProperties } from './known-properties.ts';
import { sharedBy } from './person.ts';
import { isEmptyPlan, planMerge, type Plan } from './plan.ts';

/** Cards with more lines than this are written anew for much smaller ones only so often: */
const LARGE_LINES = 256;
/** A card this many times as large as what comes to it is written anew at no further cost. */
const LARGE_RATIO = 16;
/** Lines of large cards, read or written for small ones in one merge; the work stays linear in what is merged. */
const MOST_LARGE_LINES = 2_000_000;

export type Outcome = 'added' | 'merged' | 'same';

interface Match {
  readonly record: number;
  readonly there: Entry;
  readonly shared: number;
  readonly plan: Plan;
}

export class ContactMerge {
  readonly #store: RecordStore;
  readonly #index: CardIndex;
  readonly #bookOf: (record: number) => string;
  #largeLines = 0;

  /** @param bookOf the address book that a record of the store lies in. */
  constructor(store: RecordStore, bookOf: (record: number) => string) {
    this.#store = store;
    this.#index = new CardIndex(store);
    this.#bookOf = bookOf;
  }

  /** Bytes of memory that grow with the records. */
  get byteLength(): number {
    return this.#index.byteLength;
  }

  addExisting(offset: number, bytes: Buffer): void {
    const record = this.#store.addExisting(offset, bytes.length);
    this.#index.add(record, keysOf(bytes, entryOf(bytes)), this.#bookOf(record));
  }

  take(bytes: Buffer, label: number): Outcome {
    const entry = entryOf(bytes);
    const keys = keysOf(bytes, entry);
    const match = entry === undefined ? undefined : this.#match(entry, keys);
    if (match === 'same' || (match === undefined && this.#isThere(bytes, entry, keys))) return 'same';
    if (entry === undefined || match === undefined || !this.#join(match, entry)) {
      this.#add(bytes, entry, keys, label);
      return 'added';
    }
    return 'merged';
  }

  #isThere(bytes: Buffer, entry: Entry | undefined, keys: CardKeys): boolean {
    return this.#index.equals(keys).some((record) => {
      if (entry === undefined) return this.#index.bytes(record).equals(bytes);
      const there = this.#index.read(record);
      return there !== undefined && sameProperties(there.units, entry.units);
    });
  }

  /** The card of the same person that the new one shares most with, or `same` when one of them says all of it. */
  #match(entry: Entry, keys: CardKeys): Match | 'same' | undefined {
    const matches: Match[] = [];
    for (const record of this.#index.persons(keys)) {
      const there = this.#index.read(record);
      if (there === undefined || !this.#affords(there, entry)) continue;
      const shared = sharedBy(entry.person, there.person);
      if (shared === 0) continue;
      const plan = planMerge(there.units, entry.units);
      if (isEmptyPlan(plan)) return 'same';
      matches.push({ record, there, shared, plan });
    }
    const [best, ...others] = matches.sort((a, b) => b.shared - a.shared || a.record - b.record);
    if (best === undefined) return undefined;
    // Father and son, and nothing tells which of them this is: nobody can know, and nothing is guessed.
    const isOpen = others.some(
      (other) => other.shared === best.shared && contradict(best.there.units, other.there.units),
    );
    return isOpen ? undefined : best;
  }

  #affords(there: Entry, entry: Entry): boolean {
    const lines = there.card.lines.length;
    if (lines <= LARGE_LINES || lines <= entry.card.lines.length * LARGE_RATIO) return true;
    this.#largeLines += lines;
    return this.#largeLines <= MOST_LARGE_LINES;
  }

  /** Whether the card now says all of both. Otherwise the new one is better kept as a card of its own than maimed. */
  #join({ record, there, plan }: Match, entry: Entry): boolean {
    const book = this.#bookOf(record);
    const { uid } = entry.person;
    const takesUid =
      there.person.uid === undefined && uid !== undefined && !this.#index.hasUid(book, uid, record);
    const bytes = applyPlan(there.card, entry.card, plan, takesUid);
    if (bytes.length > LIMITS.recordBytes) return false;
    const union = entryOf(bytes);
    if (union === undefined || ![there, entry].every((each) => saysAll(union, each))) return false;
    this.#store.replace(record, bytes, this.#store.label(record));
    this.#index.forget(record);
    this.#index.add(record, keysOf(bytes, union), book);
    return true;
  }

  #add(bytes: Buffer, entry: Entry | undefined, keys: CardKeys, label: number): void {
    const record = this.#store.addIncoming(bytes, label);
    const book = this.#bookOf(record);
    const { uid } = keys;
    if (entry === undefined || uid === undefined || !this.#index.hasUid(book, uid)) {
      this.#index.add(record, keys, book);
      return;
    }
    const own = withUid(entry.card, newUid(bytes));
    this.#store.replace(record, own, label);
    this.#index.add(record, keysOf(own, entryOf(own)), book);
  }
}

/** A unit that had to be kept as it was written counts as there. */
const saysAll = (union: Entry, card: Entry): boolean =>
  card.units.every(
    (unit) =>
      union.known.says(unit) ||
      unit.lines.every((line) => union.card.text.includes(card.card.text.slice(line.start, line.end).trim())),
  );

/** Made of the card itself, so that it is the same whenever the card comes: RFC 9562 section 5.8. */
function newUid(bytes: Buffer): string {
  const digest = blake3(bytes).subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function withUid(card: Card, uid: string): Buffer {
  let text = card.text;
  for (const line of [...card.lines].reverse()) {
    if (line.property?.name !== 'UID') continue;
    text = `${text.slice(0, line.start)}UID:${uid}${card.lineEnd}${text.slice(line.end)}`;
  }
  return Buffer.from(text, 'latin1');
}
