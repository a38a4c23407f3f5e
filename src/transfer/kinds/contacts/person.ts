/**
 * When two cards are of one person: equal full names, and at least one telephone number, e-mail address or UID in both. A
 * name alone never is enough (FORMATS of this project; namesakes are common, shared numbers of namesakes are not). Father
 * and son may share a name and a telephone: two whole birthdays that differ are two people.
 */
import { foldedName, type Card } from './card.ts';
import { contradict } from './known-properties.ts';
import { phoneKey, phoneKeys, samePhone, type Phone } from './phone.ts';
import type { ComparableProperty } from './comparable-property.ts';

/** A card of a mailing list may hold thousands of addresses; a person is found by the first ones. */
const MOST_KEYS = 256;

export interface Person {
  /** Folded; empty when the card has none. */
  readonly name: string;
  readonly uid: string | undefined;
  readonly mails: ReadonlySet<string>;
  readonly phones: ReadonlyMap<string, readonly Phone[]>;
  readonly units: readonly ComparableProperty[];
}

const uidOf = (card: Card): string | undefined => {
  const uid = card.lines.find((line) => line.property?.name === 'UID')?.property?.value.trim();
  return uid === '' ? undefined : uid;
};

export function personOf(card: Card, units: readonly ComparableProperty[]): Person {
  const mails = new Set<string>();
  const phones = new Map<string, Phone[]>();
  for (const { name, meaning } of units) {
    if (name === 'EMAIL' && meaning.type === 'text' && meaning.text.includes('@')) mails.add(meaning.text);
    if (meaning.type !== 'phone' || phoneKey(meaning.phone) === undefined) continue;
    for (const key of phoneKeys(meaning.phone)) phones.set(key, [...(phones.get(key) ?? []), meaning.phone]);
  }
  return { name: foldedName(card), uid: uidOf(card), mails, phones, units };
}

/** Texts of which two cards of one person share at least one. Empty for a card without a name, number and address. */
export function personKeys({ name, uid, mails, units }: Person): string[] {
  if (name === '') return [];
  const keys = new Set<string>();
  if (uid !== undefined) keys.add(`uid\0${name}\0${uid}`);
  for (const mail of mails) {
    if (keys.size >= MOST_KEYS) break;
    keys.add(`mail\0${name}\0${mail}`);
  }
  for (const { meaning } of units) {
    if (keys.size >= MOST_KEYS * 2) break;
    const number = meaning.type === 'phone' ? phoneKey(meaning.phone) : undefined;
    if (number !== undefined) keys.add(`tel\0${name}\0${number}`);
  }
  return [...keys];
}

/** How many numbers, addresses and UIDs two cards of one name share; 0 when they are not of one person. */
export function sharedBy(a: Person, b: Person): number {
  if (a.name === '' || a.name !== b.name || contradict(a.units, b.units)) return 0;
  let shared = a.uid !== undefined && a.uid === b.uid ? 1 : 0;
  for (const mail of a.mails) if (b.mails.has(mail)) shared++;
  const counted = new Set<Phone>();
  for (const [key, phones] of a.phones) {
    const others = b.phones.get(key);
    if (others === undefined) continue;
    for (const phone of phones) {
      if (counted.has(phone) || !others.some((other) => samePhone(phone, other))) continue;
      counted.add(phone);
      shared++;
    }
  }
  return shared;
}
