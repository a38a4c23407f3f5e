/**
 * Merges contacts into the address books of a destination (FORMATS.md, "Merge"). Each record, in the order of arrival:
 * - a card that says the same is there, or one of the same person that says all of it: `same`;
 * - a card of the same person is there: what is new is added to it: `merged`;
 * - otherwise it is put at the end of its address book as it came: `added`.
 * Records already taken count as there, so a contact that the source holds twice arrives once.
 *
 * Memory holds hashes and places only (`splice/`); cards are read from disk when they may match.
 */
import { MoverError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { MergeRequest, MergeResult, SkipReason } from '../kind.ts';
import { mergeFailure } from '../splice/failures.ts';
import { hash32 } from '../splice/hash.ts';
import { HashMultimap } from '../splice/hash-multimap.ts';
import { Labels } from '../splice/labels.ts';
import { pacer } from '../splice/pace.ts';
import { RecordStore } from '../splice/record-store.ts';
import { openSources, type Source } from '../splice/sources.ts';
import { parseCard, type Card } from './card.ts';
import { addUnits } from './compose.ts';
import { personKeys, samePerson } from './person.ts';
import { cardPieces } from './read.ts';
import { parseContactRecord } from './record.ts';
import { missingUnits, sameUnits, unitsKey, unitsOf, type Unit } from './unit.ts';
import { writeAddressBooks } from './write.ts';

interface Entry {
  readonly card: Card;
  readonly units: readonly Unit[];
}

/** Cards with more lines are not added to: reading them again for each record would take for ever. */
const MOST_LINES = 256;
/** Candidates of the same person that are read, at most, for one record. */
const MOST_CANDIDATES = 4;

/** Cards kept after they were read, and the largest of them: with what is parsed of it, some ten times as much memory. */
const RECENT_CARDS = 16;
const RECENT_BYTES = 64 * 1024;

const entryOf = (bytes: Buffer): Entry => {
  const card = parseCard(bytes);
  return { card, units: unitsOf(card) };
};

/** The cards there are, and where to look for those that a new one may match. */
class CardIndex {
  readonly #records = new HashMultimap();

  add(record: number, { card, units }: Entry): void {
    this.#records.add(hash32(unitsKey(units)), record);
    for (const key of personKeys(card, units)) this.#records.add(hash32(key), record);
  }

  equals(entry: Entry): number[] {
    return this.#records.get(hash32(unitsKey(entry.units)));
  }

  persons({ card, units }: Entry): number[] {
    const records = new Set(personKeys(card, units).flatMap((key) => this.#records.get(hash32(key))));
    return [...records].sort((a, b) => a - b).slice(0, MOST_CANDIDATES);
  }

  get byteLength(): number {
    return this.#records.byteLength;
  }
}

type Outcome = 'added' | 'merged' | 'same';

/** Takes one record after another into what is there. */
export class ContactMerge {
  readonly #store: RecordStore;
  readonly #index = new CardIndex();
  /** Cards read lately: a person with many cards is looked at again and again. */
  readonly #recent = new Map<number, Entry>();

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** Bytes of memory that grow with the records. */
  get byteLength(): number {
    return this.#index.byteLength + this.#store.byteLength;
  }

  addExisting(offset: number, bytes: Buffer): void {
    this.#index.add(this.#store.addExisting(offset, bytes.length), entryOf(bytes));
  }

  take(bytes: Buffer, label: number): Outcome {
    const entry = entryOf(bytes);
    if (this.#index.equals(entry).some((record) => sameUnits(this.#read(record).units, entry.units)))
      return 'same';
    let match: { record: number; there: Entry; missing: Unit[] } | undefined;
    for (const record of this.#index.persons(entry)) {
      const there = this.#read(record);
      if (!samePerson(there, entry)) continue;
      const missing = missingUnits(there.units, entry.units);
      if (missing.length === 0) return 'same';
      match ??= { record, there, missing };
    }
    const union = match === undefined ? undefined : merged(match.there, entry, match.missing);
    if (match === undefined || union === undefined) {
      this.#index.add(this.#store.addIncoming(bytes, label), entry);
      return 'added';
    }
    this.#store.replace(match.record, union.bytes, this.#store.label(match.record));
    this.#recent.delete(match.record);
    this.#index.add(match.record, union);
    return 'merged';
  }

  #read(record: number): Entry {
    const known = this.#recent.get(record);
    if (known !== undefined) return known;
    const entry = entryOf(this.#store.read(record));
    if (entry.card.text.length > RECENT_BYTES) return entry;
    const [oldest] = this.#recent.keys();
    if (this.#recent.size === RECENT_CARDS && oldest !== undefined) this.#recent.delete(oldest);
    this.#recent.set(record, entry);
    return entry;
  }
}

/**
 * The union of two cards, read back to see that it says all of both. Undefined when it cannot be had: then the new
 * card is better kept as a card of its own than maimed.
 */
function merged(
  there: Entry,
  other: Entry,
  missing: readonly Unit[],
): (Entry & { bytes: Buffer }) | undefined {
  if (there.card.lines.length + missing.length > MOST_LINES) return undefined;
  const bytes = addUnits(there.card, there.units, other.card, missing);
  if (bytes.length > LIMITS.recordBytes) return undefined;
  const union = entryOf(bytes);
  const complete =
    missingUnits(union.units, there.units).length === 0 &&
    missingUnits(union.units, other.units).length === 0;
  return complete ? { ...union, bytes } : undefined;
}

/** See `RecordFormat.merge`. */
export async function mergeContacts(request: MergeRequest): Promise<MergeResult> {
  const { signal, workFolder } = request;
  signal.throwIfAborted();
  const counts = { added: 0, merged: 0, same: 0 };
  let malformed = 0;
  let store: RecordStore | undefined;
  try {
    const sources = await openSources(request.existing, workFolder, signal);
    store = new RecordStore(workFolder);
    const merge = new ContactMerge(store);
    await indexExisting(merge, store, sources, signal);
    const collections = new Labels();
    const pause = pacer(signal);
    for await (const line of request.incoming()) {
      await pause();
      const record = parseContactRecord(line);
      const label = record === undefined ? undefined : collections.of(record.collection);
      if (record === undefined || label === undefined) malformed++;
      else counts[merge.take(record.card, label)]++;
    }
    const targets = collections.values.map((collection) => request.target(collection));
    const before = store.existing;
    const written = await writeAddressBooks({ store, sources, targets, workFolder, signal });
    if (written.after !== before + counts.added) throw new MoverError('UNEXPECTED');
    const skipped = malformed === 0 ? [] : [{ reason: 'malformed' as SkipReason, count: malformed }];
    return { ...counts, skipped, before, ...written };
  } catch (error) {
    throw mergeFailure(error, signal);
  } finally {
    store?.close();
  }
}

async function indexExisting(
  merge: ContactMerge,
  store: RecordStore,
  sources: readonly Source[],
  signal: AbortSignal,
): Promise<void> {
  const pause = pacer(signal);
  for (const source of sources) {
    store.addSource(source.path, source.sizeBytes);
    let offset = 0;
    for await (const pieces of cardPieces(source.read(), signal)) {
      await pause();
      for (const piece of pieces) {
        if (piece.type === 'card') {
          merge.addExisting(offset, piece.bytes);
          source.tally.add(piece.bytes);
        }
        offset += piece.bytes.length;
      }
    }
  }
}
