/**
 * The units a card consists of when cards are compared and merged: a property together with the label that its group
 * gives it (`item1.TEL` and `item1.X-ABLabel`). A unit knows what it says, however it is spelled.
 */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import type { Property } from '../content-line.ts';
import { foldText, visibleText, type Card, type CardLine } from './card.ts';
import { parsePartialDate } from './partial-date.ts';
import { parsePhone, type Phone } from './phone.ts';
import { componentsOf, encodingOf, parameterValues, textOf, type Version } from './text-value.ts';

export type Meaning =
  | { readonly type: 'text'; readonly text: string }
  /** Words that stand each for itself: categories, nicknames. */
  | { readonly type: 'words'; readonly words: readonly string[] }
  /** A name by its places, and by its words without regard to places. Case folded. */
  | { readonly type: 'name'; readonly parts: readonly string[]; readonly words: readonly string[] }
  /** An address or an organisation by its places; a card that leaves a place empty says less. */
  | { readonly type: 'parts'; readonly parts: readonly string[] }
  | { readonly type: 'phone'; readonly phone: Phone }
  | { readonly type: 'date'; readonly date: string }
  /** `text` tells two of them apart. */
  | { readonly type: 'photo'; readonly isPicture: boolean; readonly text: string };

export interface ComparableProperty {
  /** The property's name, the same for all spellings of an anniversary. */
  readonly name: string;
  readonly meaning: Meaning;
  /** Says nothing: an empty value. */
  readonly isBlank: boolean;
  /** Kept beside a value that may stand only once and that contradicts it. */
  readonly isAlternate: boolean;
  /** Types and labels (`CELL`, `label:assistantphone`) without those that say nothing. */
  readonly types: ReadonlySet<string>;
  /** The other parameters by their names. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The property first, then its label lines. */
  readonly lines: readonly CardLine[];
}

/** Begins the name of a property that is kept beside one of which a card may have only one. */
export const ALTERNATE = 'X-OPENMOVER-';

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
/** Of these a card has one at most (RFC 2426 and 6350; FN may be there twice in 4.0 only). */
const ONCE = new Set([
  ...['FN', 'N', 'BDAY', 'ANNIVERSARY', 'GENDER', 'KIND', 'X-ADDRESSBOOKSERVER-KIND', 'PHOTO'],
  ...['DEATHDATE', 'BIRTHPLACE', 'DEATHPLACE', 'SORT-STRING'],
]);
const STRUCTURED = new Set(['ADR', 'ORG', 'GENDER', 'X-ANDROID-CUSTOM']);
const BINARY = new Set(['PHOTO', 'LOGO', 'SOUND', 'KEY']);
/** What their label says is what they say: a sister is no daughter. */
const LABEL_IS_MEANING = new Set(['X-ABRELATEDNAMES', 'X-ABDATE']);
/** Said of nearly every number or address by some writers and by others of none. */
const EMPTY_TYPES = new Set(['PREF', 'VOICE', 'INTERNET', 'X-INTERNET', '']);
/** Words that only say how the value is written. */
export const ENCODING_WORDS: ReadonlySet<string> = new Set(['QUOTED-PRINTABLE', 'BASE64', '8BIT', '7BIT']);
const SYNTAX_PARAMETERS = new Set([
  ...['TYPE', 'ENCODING', 'CHARSET', 'VALUE', 'PREF', 'MEDIATYPE', 'X-APPLE-OMIT-YEAR'],
]);
/** Apple's labels for what others say by a type. */
const LABEL_TYPES: Readonly<Record<string, string>> = {
  'label:home': 'HOME',
  'label:work': 'WORK',
  'label:mobile': 'CELL',
};

export const isStructured = (name: string): boolean => name === 'N' || STRUCTURED.has(name);
export const isBinary = (name: string): boolean => BINARY.has(name);
/** Whether a card may have one property of that name only. */
export const standsOnce = (name: string): boolean => ONCE.has(name);

/** Android's events: type 1 is an anniversary, 3 a birthday (ContactsContract.CommonDataKinds.Event). */
const ANDROID_EVENT = 'vnd.android.cursor.item/contact_event';
const ANDROID_EVENT_NAMES: Readonly<Record<string, string>> = { '1': 'ANNIVERSARY', '3': 'BDAY' };
const ANDROID_NICKNAME = 'vnd.android.cursor.item/nickname';

function dateOf(text: string, property: Property): string | undefined {
  return parsePartialDate(visibleText(text), parameterValues(property, 'X-APPLE-OMIT-YEAR')[0]);
}

/** Apple's own labels are wrapped: `_$!<Anniversary>!$_`. */
function labelText(line: CardLine, version: Version): string {
  const text = line.property === undefined ? '' : textOf(line.property, version);
  return foldText(text.replace(/^_\$!<([\s\S]*)>!\$_$/, '$1'));
}

/** Longer data is told apart by its digest, so that a picture is not in memory once more for each comparison. */
const LONGEST_DATA = 256;

/** Base64 without blanks, or the data of a `data:` URI (RFC 2397), or the address of the picture. */
function binaryText(property: Property, version: Version): { text: string; isData: boolean } {
  const isBase64 = encodingOf(property) === 'base64';
  const written = (isBase64 ? property.value : textOf(property, version)).replace(/\s+/g, '');
  const data = written.replace(/^data:[^,]*;base64,/i, '');
  const text = data.length > LONGEST_DATA ? blake3UrlSafeBase64(data) : data;
  return { text, isData: data !== '' && (isBase64 || data.length < written.length) };
}

interface Named {
  readonly name: string;
  readonly meaning: Meaning;
}

const dated = (name: string, date: string): Named => ({ name, meaning: { type: 'date', date } });

const wordsOf = (name: string, words: readonly string[]): Named => ({
  name,
  meaning: { type: 'words', words: words.map(foldText).filter((word) => word !== '') },
});

/** Parts of a list, as far as commas are not escaped. */
function listOf(property: Property, version: Version): string[] {
  const semicolons = version === '2.1' || encodingOf(property) !== 'text';
  const asParts = property.value.replace(/\\[\s\S]|,/g, (each) => (each === ',' ? ';' : each));
  return componentsOf(semicolons ? property : { ...property, value: asParts }, version).flatMap((part) =>
    semicolons ? part.split(',') : [part],
  );
}

function nameOf(property: Property, version: Version): Named {
  const parts = componentsOf(property, version).map(foldText);
  while (parts.at(-1) === '') parts.pop();
  const words = parts.flatMap((part) => part.split(/[\s,.]+/)).filter((word) => word !== '');
  return { name: 'N', meaning: { type: 'name', parts, words } };
}

/** An address as people compare it: line breaks and commas are kinds of blanks. */
const foldPart = (part: string): string => foldText(part.replace(/[,\n]+/g, ' '));

/** `HTTP://Example.org/` and `http://example.org` are one place. RFC 3986 section 6.2.2.1. */
const plainUrl = (text: string): string =>
  text
    .replace(/\\(?=:)/g, '')
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, (start) => start.toLowerCase())
    .replace(/\/$/, '');

/** What a property says, and under which name all its spellings are known. */
function meaningOf(property: Property, version: Version, labels: readonly string[]): Named {
  const { name } = property;
  if (name === 'TEL')
    return { name, meaning: { type: 'phone', phone: parsePhone(textOf(property, version)) } };
  if (name === 'PHOTO') {
    const { text, isData } = binaryText(property, version);
    return { name, meaning: { type: 'photo', isPicture: isData, text } };
  }
  if (isBinary(name) || encodingOf(property) === 'base64')
    return { name, meaning: { type: 'text', text: binaryText(property, version).text } };
  if (name === 'N') return nameOf(property, version);
  if (name === 'X-ANDROID-CUSTOM') {
    const [mime, value = '', kind = ''] = componentsOf(property, version);
    const event = mime === ANDROID_EVENT ? ANDROID_EVENT_NAMES[kind] : undefined;
    const date = event === undefined ? undefined : dateOf(value, property);
    if (event !== undefined && date !== undefined) return dated(event, date);
    if (mime === ANDROID_NICKNAME) return wordsOf('NICKNAME', [value]);
  }
  if (name === 'BDAY' || name === 'X-ABDATE' || name === 'DEATHDATE' || ANNIVERSARIES.has(name)) {
    const isAnniversary = name === 'X-ABDATE' ? labels.includes('anniversary') : ANNIVERSARIES.has(name);
    const date = dateOf(textOf(property, version), property);
    if (date !== undefined) return dated(isAnniversary ? 'ANNIVERSARY' : name, date);
  }
  if (name === 'CATEGORIES' || name === 'NICKNAME') return wordsOf(name, listOf(property, version));
  if (isStructured(name)) {
    const folds = name === 'ADR' || name === 'ORG' ? foldPart : visibleText;
    const parts = componentsOf(property, version).map(folds);
    while (parts.at(-1) === '') parts.pop();
    return { name, meaning: { type: 'parts', parts } };
  }
  const text = visibleText(textOf(property, version));
  if (name === 'URL') return { name, meaning: { type: 'text', text: plainUrl(text) } };
  const folds = name === 'FN' || name === 'EMAIL' || name === 'KIND';
  return { name, meaning: { type: 'text', text: folds ? foldText(text.replace(/^mailto:/i, '')) : text } };
}

function isBlank(meaning: Meaning): boolean {
  switch (meaning.type) {
    case 'text':
    case 'photo':
      return meaning.text === '';
    case 'words':
      return meaning.words.length === 0;
    case 'name':
      return meaning.words.length === 0;
    case 'parts':
      return meaning.parts.every((part) => part === '');
    case 'phone':
      return meaning.phone.digits === '' && meaning.phone.rest === '';
    case 'date':
      return false;
  }
}

/** Of ASCII only: the bytes of other letters stay as they are written. */
const upperCase = (word: string): string => word.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

function typesOf(property: Property): string[] {
  if (isBinary(property.name) || encodingOf(property) === 'base64') return [];
  const words = parameterValues(property, 'TYPE').flatMap((value) => value.replaceAll('"', '').split(','));
  // A bare parameter of 2.1 may also be an encoding.
  return words
    .map((word) => upperCase(word.trim()))
    .filter((word) => !EMPTY_TYPES.has(word) && !ENCODING_WORDS.has(word));
}

function parametersOf(property: Property): Map<string, string> {
  const kept = property.parameters.filter((each) => !SYNTAX_PARAMETERS.has(each.name));
  return new Map(kept.map(({ name, value }) => [name, value]));
}

/** The label lines of each group that labels something. */
function companionsByGroup(card: Card): Map<string, CardLine[]> {
  const groups = new Map<string, CardLine[]>();
  const owners = new Set<string>();
  for (const line of card.lines) {
    const group = line.property?.group?.toLowerCase();
    if (line.property === undefined || group === undefined) continue;
    if (!LABELS.has(line.property.name)) {
      owners.add(group);
      continue;
    }
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [line]);
    else known.push(line);
  }
  for (const group of groups.keys()) if (!owners.has(group)) groups.delete(group);
  return groups;
}

function comparableOf(
  line: CardLine,
  property: Property,
  companions: readonly CardLine[],
  version: Version,
): ComparableProperty {
  const isAlternate = property.name.startsWith(ALTERNATE);
  const said = isAlternate ? { ...property, name: property.name.slice(ALTERNATE.length) } : property;
  const labels = companions
    .filter((each) => each.property?.name === 'X-ABLABEL')
    .map((each) => labelText(each, version))
    .filter((label) => label !== '');
  const named = meaningOf(said, version, labels);
  const { meaning } = named;
  const types = new Set(typesOf(said));
  if (named.name !== 'ANNIVERSARY')
    for (const label of labels) types.add(LABEL_TYPES[`label:${label}`] ?? `label:${label}`);
  const name = LABEL_IS_MEANING.has(named.name) ? [named.name, ...types].join('\0') : named.name;
  const parameters = parametersOf(said);
  for (const each of companions) {
    if (each.property?.name === 'X-ABADR') parameters.set('X-ABADR', labelText(each, version));
  }
  return {
    ...{ name, meaning, types, parameters, isAlternate, isBlank: isBlank(meaning) },
    lines: [line, ...companions],
  };
}

/** The units of a card in its order, without its bookkeeping. */
export function comparablesOf(card: Card): ComparableProperty[] {
  const companions = companionsByGroup(card);
  const comparables: ComparableProperty[] = [];
  for (const line of card.lines) {
    const { property } = line;
    if (property === undefined) {
      const meaning: Meaning = { type: 'text', text: line.text.trim() };
      const nothing = { types: new Set<string>(), parameters: new Map<string, string>() };
      comparables.push({ name: '', meaning, ...nothing, isAlternate: false, isBlank: false, lines: [line] });
      continue;
    }
    if (BOOKKEEPING.has(property.name)) continue;
    const group = property.group?.toLowerCase();
    const labels = group === undefined ? undefined : companions.get(group);
    if (LABELS.has(property.name) && labels !== undefined) continue;
    comparables.push(comparableOf(line, property, labels ?? [], card.version));
  }
  return comparables;
}
