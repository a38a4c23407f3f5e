/**
 * When two cards are of one person: equal full names, and at least one telephone number or e-mail address in both. A
 * name alone never is enough (FORMATS of this project; namesakes are common, shared numbers of namesakes are not).
 */
import { foldedName, type Card } from './card.ts';
import { phoneKey, samePhone } from './phone.ts';
import type { Unit } from './unit.ts';

/** A card of a mailing list may hold thousands of addresses; a person is found by the first ones. */
const MOST_KEYS = 256;

const mailOf = (unit: Unit): string | undefined =>
  unit.name === 'EMAIL' && unit.meaning.type === 'text' && unit.meaning.text.includes('@')
    ? unit.meaning.text
    : undefined;

/** Texts of which two cards of one person share at least one. Empty for a card without a name, number and address. */
export function personKeys(card: Card, units: readonly Unit[]): string[] {
  const name = foldedName(card);
  if (name === '') return [];
  const keys = new Set<string>();
  for (const unit of units) {
    if (keys.size === MOST_KEYS) break;
    const mail = mailOf(unit);
    if (mail !== undefined) keys.add(`mail\0${name}\0${mail}`);
    const number = unit.meaning.type === 'phone' ? phoneKey(unit.meaning.phone) : undefined;
    if (number !== undefined) keys.add(`tel\0${name}\0${number}`);
  }
  return [...keys];
}

export function samePerson(
  a: { readonly card: Card; readonly units: readonly Unit[] },
  b: { readonly card: Card; readonly units: readonly Unit[] },
): boolean {
  const name = foldedName(a.card);
  if (name === '' || name !== foldedName(b.card)) return false;
  return a.units.some((x) => {
    const mail = mailOf(x);
    if (mail !== undefined) return b.units.some((y) => mailOf(y) === mail);
    if (x.meaning.type !== 'phone' || phoneKey(x.meaning.phone) === undefined) return false;
    const { phone } = x.meaning;
    return b.units.some((y) => y.meaning.type === 'phone' && samePhone(phone, y.meaning.phone));
  });
}
