/**
 * The people of a phone, to look up whether a contact that comes is one of them: by the rules by which contacts are merged
 * everywhere (kinds/contacts). What is kept of each is the text of its card; it is taken apart when it may match.
 */
import { type Entry, entryOf, keysOf } from '../../../kinds/contacts/entry.ts';
import { contradict, sameProperties } from '../../../kinds/contacts/known-properties.ts';
import { sharedBy } from '../../../kinds/contacts/person.ts';
import { hash32 } from '../../../kinds/record-merge/hash.ts';

/** Candidates of the same person that are read, at most, for one contact. */
const MOST_CANDIDATES = 8;

interface Known<Owner> {
  readonly bytes: Buffer;
  readonly owner: Owner;
}

export class KnownPeople<Owner> {
  readonly #known: Known<Owner>[] = [];
  readonly #byKey = new Map<number, number | number[]>();

  /** @param bytes a card. @param owner who it is on the phone. */
  add(bytes: Buffer, owner: Owner): void {
    const entry = entryOf(bytes);
    const { same, person } = keysOf(bytes, entry);
    this.#known.push({ bytes, owner });
    for (const key of new Set([same, ...person])) this.#put(hash32(key), this.#known.length - 1);
  }

  /** `same` where one of them says just that; otherwise the one of the same person that shares most with it. */
  find(bytes: Buffer, entry: Entry): 'same' | { readonly owner: Owner; readonly entry: Entry } | undefined {
    const { same, person } = keysOf(bytes, entry);
    for (const place of this.#places(same)) {
      const there = this.#entry(place);
      if (there !== undefined && sameProperties(there.units, entry.units)) return 'same';
    }
    const places = [...new Set(person.flatMap((key) => this.#places(key)))].sort((a, b) => a - b);
    const matches = places.slice(0, MOST_CANDIDATES).flatMap((place) => {
      const there = this.#entry(place);
      const shared = there === undefined ? 0 : sharedBy(entry.person, there.person);
      return there === undefined || shared === 0 ? [] : [{ place, there, shared }];
    });
    const [best, ...others] = matches.sort((a, b) => b.shared - a.shared || a.place - b.place);
    if (best === undefined) return undefined;
    // Father and son, and nothing tells which of them this is.
    const isOpen = others.some(
      (other) => other.shared === best.shared && contradict(best.there.units, other.there.units),
    );
    const owner = this.#known[best.place]?.owner;
    return isOpen || owner === undefined ? undefined : { owner, entry: best.there };
  }

  #entry(place: number): Entry | undefined {
    const known = this.#known[place];
    return known === undefined ? undefined : entryOf(known.bytes);
  }

  #places(key: string): readonly number[] {
    const places = this.#byKey.get(hash32(key));
    return places === undefined ? [] : typeof places === 'number' ? [places] : places;
  }

  #put(key: number, place: number): void {
    const known = this.#byKey.get(key);
    if (known === undefined) this.#byKey.set(key, place);
    else if (typeof known === 'number') this.#byKey.set(key, [known, place]);
    else known.push(place);
  }
}
