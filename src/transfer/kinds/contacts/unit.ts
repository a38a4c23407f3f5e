/**
 * The units a card consists of when cards are compared and merged: a property together with the label that its group
 * gives it (`item1.TEL` and `item1.X-ABLabel`). A unit knows what it says, however it is spelled.
 */
import type { Property } from '../content-line.ts';
import { foldText, type Card, type CardLine } from './card.ts';
import { dateCovers, parsePartialDate } from './partial-date.ts';
import { parsePhone, phoneKey, samePhone, type Phone } from './phone.ts';
import { componentsOf, encodingOf, parameterValues, textOf, type Version } from './text-value.ts';

type Meaning =
  | { readonly type: 'text'; readonly text: string }
  /** Names: words in their places, case folded; a card that leaves a place empty says less. */
  | { readonly type: 'name'; readonly parts: readonly string[] }
  | { readonly type: 'phone'; readonly phone: Phone }
  | { readonly type: 'date'; readonly date: string }
  /** A picture; `text` tells two of them apart. */
  | { readonly type: 'photo'; readonly text: string };

export interface Unit {
  /** The property's name, the same for all spellings of an anniversary. */
  readonly name: string;
  readonly meaning: Meaning;
  /** Types and labels (`CELL`, `label:assistantphone`) without those that say nothing. */
  readonly types: ReadonlySet<string>;
  /** The other parameters that carry meaning. */
  readonly qualifiers: string;
  /** The property first, then its label lines. */
  readonly lines: readonly CardLine[];
}

/** About the card as a thing of one address book, not about the person: never compared, the destination's stay. */
const BOOKKEEPING = new Set(['VERSION', 'PRODID', 'REV', 'X-ABUID', 'UID']);
/** Lines that label the property of the same group. */
const LABELS = new Set(['X-ABLABEL', 'X-ABADR']);
const ANNIVERSARIES = new Set([
  'ANNIVERSARY',
  'X-ANNIVERSARY',
  'X-MS-ANNIVERSARY',
  'X-EVOLUTION-ANNIVERSARY',
  'X-KADDRESSBOOK-X-ANNIVERSARY',
]);
const STRUCTURED = new Set(['ADR', 'ORG', 'GENDER', 'X-ANDROID-CUSTOM']);
const BINARY = new Set(['PHOTO', 'LOGO', 'SOUND', 'KEY']);
/** Said of nearly every number or address by some writers and by others of none. */
const EMPTY_TYPES = new Set(['PREF', 'VOICE', 'INTERNET', 'X-INTERNET', '']);
const SYNTAX_PARAMETERS = new Set([
  ...['TYPE', 'ENCODING', 'CHARSET', 'VALUE', 'PREF', 'MEDIATYPE', 'X-APPLE-OMIT-YEAR'],
]);

const isBookkeeping = (name: string): boolean => BOOKKEEPING.has(name);
export const isStructured = (name: string): boolean => name === 'N' || STRUCTURED.has(name);
export const isBinary = (name: string): boolean => BINARY.has(name);

/** Android's events: type 1 is an anniversary, 3 a birthday (ContactsContract.CommonDataKinds.Event). */
const ANDROID_EVENT = 'vnd.android.cursor.item/contact_event';
const ANDROID_EVENT_NAMES: Readonly<Record<string, string>> = { '1': 'ANNIVERSARY', '3': 'BDAY' };
const ANDROID_NICKNAME = 'vnd.android.cursor.item/nickname';

function dateOf(text: string, property: Property): string | undefined {
  return parsePartialDate(text, parameterValues(property, 'X-APPLE-OMIT-YEAR')[0]);
}

/** Apple's own labels are wrapped: `_$!<Anniversary>!$_`. */
function labelText(line: CardLine, version: Version): string {
  const text = line.property === undefined ? '' : textOf(line.property, version);
  return foldText(text.replace(/^_\$!<([\s\S]*)>!\$_$/, '$1'));
}

/** Base64 without blanks, or the data of a `data:` URI (RFC 2397), or the address of the picture. */
function binaryText(property: Property, version: Version): string {
  const text = encodingOf(property) === 'base64' ? property.value : textOf(property, version);
  return text.replace(/\s+/g, '').replace(/^data:[^,]*;base64,/i, '');
}

interface Named {
  readonly name: string;
  readonly meaning: Meaning;
}

function dated(name: string, date: string): Named {
  return { name, meaning: { type: 'date', date } };
}

/** What a property says, and under which name all its spellings are known. */
function meaningOf(property: Property, version: Version, labels: readonly string[]): Named {
  const { name } = property;
  if (name === 'TEL')
    return { name, meaning: { type: 'phone', phone: parsePhone(textOf(property, version)) } };
  if (name === 'PHOTO') return { name, meaning: { type: 'photo', text: binaryText(property, version) } };
  if (isBinary(name)) return { name, meaning: { type: 'text', text: binaryText(property, version) } };
  if (name === 'N') {
    const parts = componentsOf(property, version).map(foldText);
    while (parts.at(-1) === '') parts.pop();
    return { name, meaning: { type: 'name', parts } };
  }
  if (name === 'X-ANDROID-CUSTOM') {
    const [mime, value = '', kind = ''] = componentsOf(property, version);
    const event = mime === ANDROID_EVENT ? ANDROID_EVENT_NAMES[kind] : undefined;
    const date = event === undefined ? undefined : dateOf(value, property);
    if (event !== undefined && date !== undefined) return dated(event, date);
    if (mime === ANDROID_NICKNAME)
      return { name: 'NICKNAME', meaning: { type: 'text', text: foldText(value) } };
  }
  if (name === 'BDAY' || name === 'X-ABDATE' || ANNIVERSARIES.has(name)) {
    const isAnniversary = name === 'X-ABDATE' ? labels.includes('anniversary') : name !== 'BDAY';
    const date = dateOf(textOf(property, version), property);
    if (date !== undefined) return dated(isAnniversary ? 'ANNIVERSARY' : name, date);
  }
  if (isStructured(name)) {
    const parts = componentsOf(property, version).map((part) => part.normalize('NFC'));
    while (parts.at(-1) === '') parts.pop();
    return { name, meaning: { type: 'text', text: JSON.stringify(parts) } };
  }
  const text = textOf(property, version).normalize('NFC').trim();
  const folds = name === 'FN' || name === 'EMAIL' || name === 'NICKNAME';
  return { name, meaning: { type: 'text', text: folds ? foldText(text.replace(/^mailto:/i, '')) : text } };
}

function typesOf(property: Property, name: string): string[] {
  if (isBinary(name)) return [];
  const words = parameterValues(property, 'TYPE').flatMap((value) => value.replaceAll('"', '').split(','));
  // A bare parameter of 2.1 may also be an encoding.
  return words
    .map((word) => word.trim().toUpperCase())
    .filter((word) => !EMPTY_TYPES.has(word) && word !== 'BASE64' && word !== 'QUOTED-PRINTABLE');
}

function qualifiersOf(property: Property): string {
  const kept = property.parameters.filter((each) => !SYNTAX_PARAMETERS.has(each.name));
  return JSON.stringify(kept.map((each) => `${each.name}=${each.value.replaceAll('"', '')}`).sort());
}

/** The units of a card in its order, without its bookkeeping. */
export function unitsOf(card: Card): Unit[] {
  const groups = new Map<string, CardLine[]>();
  const owners = new Set<string>();
  for (const line of card.lines) {
    const group = line.property?.group?.toLowerCase();
    if (line.property === undefined || group === undefined) continue;
    if (!LABELS.has(line.property.name)) owners.add(group);
    else groups.set(group, [...(groups.get(group) ?? []), line]);
  }
  const units: Unit[] = [];
  for (const line of card.lines) {
    const { property } = line;
    if (property === undefined) {
      const meaning: Meaning = { type: 'text', text: line.text.trim() };
      units.push({ name: '', meaning, types: new Set(), qualifiers: '', lines: [line] });
      continue;
    }
    if (isBookkeeping(property.name)) continue;
    const group = property.group?.toLowerCase() ?? '';
    if (LABELS.has(property.name) && owners.has(group)) continue;
    const companions = groups.get(group)?.filter((each) => each !== line) ?? [];
    const labels = companions
      .filter((each) => each.property?.name === 'X-ABLABEL')
      .map((each) => labelText(each, card.version));
    const { name, meaning } = meaningOf(property, card.version, labels);
    const types = new Set(typesOf(property, name));
    for (const label of labels) if (name !== 'ANNIVERSARY') types.add(`label:${label}`);
    for (const each of companions) {
      if (each.property?.name === 'X-ABADR') types.add(`format:${labelText(each, card.version)}`);
    }
    const qualifiers = qualifiersOf(property);
    units.push({ name, meaning, types, qualifiers, lines: [line, ...companions] });
  }
  return units;
}

/** Whether `known` says all that `other` says. A card has one picture of a person: any of it covers any other. */
function meaningCovers(known: Meaning, other: Meaning): boolean {
  if (known.type === 'phone' && other.type === 'phone') return samePhone(known.phone, other.phone);
  if (known.type === 'date' && other.type === 'date') return dateCovers(known.date, other.date);
  if (known.type === 'photo' && other.type === 'photo') return known.text !== '' || other.text === '';
  if (known.type === 'name' && other.type === 'name')
    return other.parts.every((part, place) => part === '' || part === known.parts[place]);
  return known.type === 'text' && other.type === 'text' && known.text === other.text;
}

/** The same value under the same name, whatever the types. */
export const sameValue = (known: Unit, other: Unit): boolean =>
  known.name === other.name &&
  known.qualifiers === other.qualifiers &&
  meaningCovers(known.meaning, other.meaning);

const hasTypes = (known: Unit, types: ReadonlySet<string>): boolean => {
  for (const type of types) if (!known.types.has(type)) return false;
  return true;
};

/** The units of `other` that `known` does not say. */
export function missingUnits(known: readonly Unit[], other: readonly Unit[]): Unit[] {
  return other.filter((unit) => !known.some((each) => hasTypes(each, unit.types) && sameValue(each, unit)));
}

const pictureOf = (units: readonly Unit[]): string =>
  units
    .map((unit) => (unit.meaning.type === 'photo' ? unit.meaning.text : ''))
    .join('\n')
    .trim();

/** Whether two cards say the same, pictures included. */
export function sameUnits(a: readonly Unit[], b: readonly Unit[]): boolean {
  return missingUnits(a, b).length === 0 && missingUnits(b, a).length === 0 && pictureOf(a) === pictureOf(b);
}

/** A text that all cards of the same units share, to look them up by. */
export function unitsKey(units: readonly Unit[]): string {
  const keys = units.map(({ name, meaning, types, qualifiers }) => {
    let value: string;
    if (meaning.type === 'phone') value = phoneKey(meaning.phone) ?? meaning.phone.rest;
    else if (meaning.type === 'date') value = meaning.date.slice(-5);
    else if (meaning.type === 'name') value = meaning.parts.join('\0');
    else value = meaning.text;
    return `${name}\0${value}\0${[...types].sort().join(',')}\0${qualifiers}`;
  });
  return [...new Set(keys)].sort().join('\n');
}
