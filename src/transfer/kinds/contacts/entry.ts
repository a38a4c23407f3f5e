/** A card as the merge needs it: taken apart, with its units, the person it is of and an index of what it says. */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import { parseCard, type Card } from './card.ts';
import { KnownProperties, propertiesKey } from './known-properties.ts';
import { personKeys, personOf, type Person } from './person.ts';
import { comparablesOf, type ComparableProperty } from './comparable-property.ts';

export interface Entry {
  readonly card: Card;
  readonly units: readonly ComparableProperty[];
  readonly person: Person;
  /** Made when it is first asked for, once for a card that many others are compared with. */
  readonly known: KnownProperties;
}

class ParsedEntry implements Entry {
  readonly card: Card;
  readonly units: readonly ComparableProperty[];
  #person: Person | undefined;
  #known: KnownProperties | undefined;

  constructor(card: Card) {
    this.card = card;
    this.units = comparablesOf(card);
  }

  get person(): Person {
    return (this.#person ??= personOf(this.card, this.units));
  }

  get known(): KnownProperties {
    return (this.#known ??= new KnownProperties(this.units));
  }
}

/** The card taken apart, or undefined for one that is not worth it: too many properties, or none that we can read. */
export function entryOf(bytes: Buffer): Entry | undefined {
  try {
    const card = parseCard(bytes);
    return card === undefined ? undefined : new ParsedEntry(card);
  } catch (error) {
    // What one card holds must not end the merge of all: it is kept as it is.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Keys to look a card up by: one for cards that say the same, the others for cards of the same person. */
export interface CardKeys {
  readonly same: string;
  readonly person: readonly string[];
  readonly uid: string | undefined;
}

export function keysOf(bytes: Buffer, entry: Entry | undefined): CardKeys {
  if (entry === undefined)
    return { same: `verbatim\0${blake3UrlSafeBase64(bytes)}`, person: [], uid: undefined };
  return { same: propertiesKey(entry.units), person: personKeys(entry.person), uid: entry.person.uid };
}
