/**
 * Cards that may be of one person, where nobody can know without asking: one name and nothing else in common, or one number
 * or address under other names. Nothing is merged here; a person says which ones are.
 */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import { applyPlan } from './compose.ts';
import { entryOf, type Entry } from './entry.ts';
import { phoneKey } from './phone.ts';
import { planMerge } from './plan.ts';
import { textOf } from './text-value.ts';

/** Where a card is. */
export interface CardPlace {
  /** Path of the file. */
  readonly file: string;
  /** Which of its cards. */
  readonly index: number;
}

/** A card as a person tells it from others. */
export interface CardSummary extends CardPlace {
  readonly name: string;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
}

/** Contacts that may be one person: two cards or more with the reason. */
export interface DuplicateGroup {
  /** The same for the same cards. */
  readonly id: string;
  readonly why: 'same-name' | 'same-number' | 'same-email';
  readonly cards: readonly CardSummary[];
}

/** Shown of each card: who has more numbers is told apart by the first ones. */
const SHOWN = 5;
/** More cards of one name or number are a list of something else: of all branches of a firm. */
const MOST_IN_GROUP = 20;

interface Known {
  readonly summary: CardSummary;
  readonly digest: string;
}

export class DuplicateFinder {
  readonly #groups = new Map<string, Known[]>();

  add(place: CardPlace, bytes: Buffer): void {
    const entry = entryOf(bytes);
    if (entry === undefined) return;
    const known: Known = { summary: summaryOf(place, entry), digest: blake3UrlSafeBase64(bytes) };
    for (const key of keysOf(entry)) this.#groups.set(key, [...(this.#groups.get(key) ?? []), known]);
  }

  /** Each pair of cards once, under what they have most in common. */
  groups(): DuplicateGroup[] {
    const told = new Set<string>();
    const found: DuplicateGroup[] = [];
    const byWeight = [...this.#groups].sort(([one], [other]) => weightOf(one) - weightOf(other));
    for (const [key, cards] of byWeight) {
      if (cards.length < 2 || cards.length > MOST_IN_GROUP) continue;
      const id = idOf(cards);
      if (told.has(id)) continue;
      told.add(id);
      found.push({ id, why: WHY[weightOf(key)] ?? 'same-name', cards: cards.map(({ summary }) => summary) });
    }
    return found;
  }
}

const WHY = ['same-email', 'same-number', 'same-name'] as const;
const weightOf = (key: string): number => (key.startsWith('mail') ? 0 : key.startsWith('tel') ? 1 : 2);

const idOf = (cards: readonly Known[]): string =>
  blake3UrlSafeBase64(
    Buffer.from(
      cards
        .map(({ digest }) => digest)
        .sort()
        .join(),
    ),
  )
    .replace(/[-_]/g, '')
    .slice(0, 8);

function keysOf({ person }: Entry): Set<string> {
  const keys = new Set<string>();
  if (person.name !== '') keys.add(`name\0${person.name}`);
  for (const mail of person.mails) keys.add(`mail\0${mail}`);
  for (const phones of person.phones.values()) {
    for (const phone of phones) {
      const key = phoneKey(phone);
      if (key !== undefined) keys.add(`tel\0${key}`);
    }
  }
  return keys;
}

function summaryOf(place: CardPlace, { card }: Entry): CardSummary {
  const texts = (name: string): string[] =>
    card.lines
      .flatMap(({ property }) => (property?.name === name ? [textOf(property, card.version).trim()] : []))
      .filter((text) => text !== '');
  const [name = texts('N')[0]?.replace(/;+/g, ' ').trim() ?? texts('ORG')[0] ?? ''] = texts('FN');
  return { ...place, name, phones: texts('TEL').slice(0, SHOWN), emails: texts('EMAIL').slice(0, SHOWN) };
}

/** One card that says all that both say; undefined where that cannot be, and then both stay. */
export function uniteCards(first: Buffer, second: Buffer): Buffer | undefined {
  const [there, other] = [entryOf(first), entryOf(second)];
  if (there === undefined || other === undefined) return undefined;
  const plan = planMerge(there.units, other.units);
  const bytes = applyPlan(
    there.card,
    other.card,
    plan,
    there.person.uid === undefined && other.person.uid !== undefined,
  );
  const union = entryOf(bytes);
  if (union === undefined) return undefined;
  const says = (entry: Entry): boolean => entry.units.every((unit) => union.known.says(unit));
  return says(there) && says(other) ? bytes : undefined;
}
