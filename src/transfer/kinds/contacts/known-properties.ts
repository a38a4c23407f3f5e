/**
 * What a card says, for looking up whether another's unit is among it: in the time of that unit, not of the card. Two units
 * may be written differently and say the same; one may say more than the other, and then the fuller one is to stand.
 */
import { dateCovers, datesContradict } from './partial-date.ts';
import { isFullerPhone, phoneKeys, samePhone } from './phone.ts';
import { standsOnce, type Meaning, type ComparableProperty } from './comparable-property.ts';

/** What a unit of one card says compared with one of another card. */
type Relation = 'covers' | 'less' | 'other';

/** Units of one name that are compared one by one. A card with more of them is compared by equal values only. */
const MOST_COMPARED = 32;
/** Values that may cover each other without being equal. */
const COMPARED: ReadonlySet<Meaning['type']> = new Set(['name', 'parts', 'date', 'photo']);

const isWithin = (words: readonly string[], others: readonly string[]): boolean => {
  const known = new Set(others);
  return words.every((word) => known.has(word));
};

const filled = (parts: readonly string[]): number => parts.filter((part) => part !== '').length;

const partsCover = (known: readonly string[], other: readonly string[]): boolean =>
  other.every((part, place) => part === '' || part === known[place]);

/** Whether every line of `other` stands in `known`, one after another. */
const linesCover = (known: string, other: string): boolean => `\n${known}\n`.includes(`\n${other}\n`);

const oneCovers = (covers: boolean, covered: boolean): Relation =>
  covers ? 'covers' : covered ? 'less' : 'other';

function relationOf(known: ComparableProperty, other: ComparableProperty): Relation {
  const a = known.meaning;
  const b = other.meaning;
  if (a.type === 'phone' && b.type === 'phone') {
    if (isFullerPhone(a.phone, b.phone)) return 'less';
    return samePhone(a.phone, b.phone) ? 'covers' : 'other';
  }
  if (a.type === 'date' && b.type === 'date')
    return oneCovers(dateCovers(a.date, b.date), dateCovers(b.date, a.date));
  if (a.type === 'photo' && b.type === 'photo')
    return a.text === '' || (!a.isPicture && b.isPicture) ? 'less' : 'covers';
  if (a.type === 'name' && b.type === 'name') {
    const covers = isWithin(b.words, a.words);
    if (covers && isWithin(a.words, b.words)) return filled(a.parts) < filled(b.parts) ? 'less' : 'covers';
    return oneCovers(covers, isWithin(a.words, b.words));
  }
  if (a.type === 'parts' && b.type === 'parts') {
    // Of two addresses, the lesser may be part of the fuller one only when that is of the same type.
    const covers = partsCover(a.parts, b.parts);
    const covered = partsCover(b.parts, a.parts);
    if (covers && covered) return 'covers';
    return oneCovers(covers && isTypeOf(other, known), covered && isTypeOf(known, other));
  }
  if (a.type === 'text' && b.type === 'text') {
    if (a.text === b.text) return 'covers';
    return known.name === 'NOTE'
      ? oneCovers(linesCover(a.text, b.text), linesCover(b.text, a.text))
      : 'other';
  }
  return 'other';
}

/** Whether `lesser` says no type that `fuller` does not say. */
const isTypeOf = (lesser: ComparableProperty, fuller: ComparableProperty): boolean => {
  for (const type of lesser.types) if (!fuller.types.has(type)) return false;
  return true;
};

/** Texts of which two units of one name share one whenever their values are equal. */
function keysOf({ meaning }: ComparableProperty): readonly string[] {
  switch (meaning.type) {
    case 'phone':
      return phoneKeys(meaning.phone);
    case 'text':
    case 'photo':
      return [meaning.text];
    case 'date':
      return [meaning.date];
    case 'name':
      return [meaning.words.join(' ')];
    case 'parts':
      return [meaning.parts.join('\0')];
    case 'words':
      return meaning.words;
  }
}

/** A unit that stands in the card, or will once the merge is written, with what joins it. */
export interface Standing {
  /** As it is to stand: the fuller of the values that were found for it. */
  comparable: ComparableProperty;
  readonly types: Set<string>;
  readonly parameters: Map<string, string>;
}

export type Found =
  /** `also`: further lines of the same value, as cards have them that give a number twice, each with another type. */
  | { readonly state: 'there'; readonly standing: Standing; readonly also: readonly Standing[] }
  /** The card says less: the other's value is to stand in its place. */
  | { readonly state: 'fuller'; readonly standing: Standing }
  /** A card has one of it at most, and this card has another. */
  | { readonly state: 'contrary'; readonly standing: Standing }
  | { readonly state: 'absent' };

export class KnownProperties {
  readonly #byKey = new Map<string, Standing[]>();
  readonly #byName = new Map<string, Standing[]>();
  readonly #words = new Set<string>();

  constructor(comparables: readonly ComparableProperty[]) {
    for (const comparable of comparables) this.add(comparable);
  }

  add(comparable: ComparableProperty): Standing {
    const standing = {
      comparable,
      types: new Set(comparable.types),
      parameters: new Map(comparable.parameters),
    };
    this.#index(standing, comparable);
    return standing;
  }

  /** Lets the fuller value of `unit` stand in place of the one that is there. */
  replace(standing: Standing, comparable: ComparableProperty): void {
    standing.comparable = comparable;
    this.#index(standing, comparable);
  }

  /** `unit` must say something. */
  find(comparable: ComparableProperty): Found {
    const { meaning, name } = comparable;
    if (meaning.type === 'words') {
      const [first] = this.#byName.get(name) ?? [];
      const covered = meaning.words.every((word) => this.#words.has(`${name}\0${word}`));
      return covered && first !== undefined
        ? { state: 'there', standing: first, also: [] }
        : { state: 'absent' };
    }
    let lesser: Standing | undefined;
    const covering: Standing[] = [];
    for (const standing of this.#candidates(comparable)) {
      const relation = relationOf(standing.comparable, comparable);
      if (relation === 'covers') covering.push(standing);
      if (relation === 'less') lesser ??= standing;
    }
    const [standing, ...also] = covering;
    if (standing !== undefined) return { state: 'there', standing, also };
    if (lesser !== undefined && !this.#isSaidFuller(lesser)) return { state: 'fuller', standing: lesser };
    const [only] = standsOnce(name) && !comparable.isAlternate ? (this.#byName.get(name) ?? []) : [];
    if (only === undefined) return { state: 'absent' };
    return { state: only.comparable.isBlank ? 'fuller' : 'contrary', standing: only };
  }

  /** Whether all of `unit` stands here: its value, its types and its labels. */
  says(comparable: ComparableProperty): boolean {
    if (comparable.isBlank) return true;
    const found = this.find(comparable);
    if (found.state !== 'there') return false;
    if (comparable.meaning.type === 'words') return true;
    return [...comparable.types].every((type) =>
      [found.standing, ...found.also].some(({ types }) => types.has(type)),
    );
  }

  /** A number without its country that another number of this card already completes stays as it is. */
  #isSaidFuller({ comparable }: Standing): boolean {
    const { meaning } = comparable;
    if (meaning.type !== 'phone') return false;
    return this.#candidates(comparable).some(
      (each) =>
        each.comparable.meaning.type === 'phone' &&
        isFullerPhone(meaning.phone, each.comparable.meaning.phone),
    );
  }

  #candidates(comparable: ComparableProperty): readonly Standing[] {
    const { name, meaning } = comparable;
    if (COMPARED.has(meaning.type) || name === 'NOTE') {
      const named = this.#byName.get(name) ?? [];
      if (named.length <= MOST_COMPARED) return named;
    }
    return keysOf(comparable).flatMap((key) => this.#byKey.get(`${name}\0${key}`) ?? []);
  }

  #index(standing: Standing, comparable: ComparableProperty): void {
    if (comparable.meaning.type === 'words') {
      for (const word of comparable.meaning.words) this.#words.add(`${comparable.name}\0${word}`);
    }
    const keys = comparable.isBlank || comparable.meaning.type === 'words' ? [] : keysOf(comparable);
    for (const key of keys) put(this.#byKey, `${comparable.name}\0${key}`, standing);
    const named = this.#byName.get(comparable.name);
    if (named?.includes(standing) === true && named.length <= MOST_COMPARED) return;
    // What says nothing is only looked for where it takes the place of something that may stand once.
    if (!comparable.isBlank || standsOnce(comparable.name)) put(this.#byName, comparable.name, standing);
  }
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else if (!known.slice(0, MOST_COMPARED).includes(value)) known.push(value);
}

/** The units of `other` that `known` does not say. */
export function missingProperties(
  known: readonly ComparableProperty[],
  other: readonly ComparableProperty[],
): ComparableProperty[] {
  const said = new KnownProperties(known);
  return other.filter((comparable) => !said.says(comparable));
}

const pictureOf = (comparables: readonly ComparableProperty[]): string =>
  comparables
    .map((comparable) => (comparable.meaning.type === 'photo' ? comparable.meaning.text : ''))
    .join('\n')
    .trim();

/** Whether two cards say the same, pictures included. */
export function sameProperties(a: readonly ComparableProperty[], b: readonly ComparableProperty[]): boolean {
  return (
    pictureOf(a) === pictureOf(b) &&
    missingProperties(a, b).length === 0 &&
    missingProperties(b, a).length === 0
  );
}

/** A text that all cards of the same units share, to look them up by. */
export function propertiesKey(comparables: readonly ComparableProperty[]): string {
  const keys = new Set<string>();
  for (const { name, meaning, types, isBlank } of comparables) {
    if (isBlank) continue;
    const type = [...types].sort().join(',');
    if (meaning.type === 'words') for (const word of meaning.words) keys.add(`${name}\0${word}`);
    else keys.add(`${name}\0${looseKey(meaning)}\0${type}`);
  }
  return [...keys].sort().join('\n');
}

/** A text that equal meanings share; different ones may, too. */
function looseKey(meaning: Exclude<Meaning, { type: 'words' }>): string {
  switch (meaning.type) {
    case 'phone':
      return meaning.phone.digits === '' ? meaning.phone.rest : meaning.phone.digits.slice(-6);
    case 'date':
      return meaning.date.slice(-5);
    case 'name':
      return [...new Set(meaning.words)].sort().join(' ');
    case 'parts':
      return meaning.parts.join('\0');
    case 'text':
      return meaning.text;
    case 'photo':
      return '';
  }
}

/** Whether both cards say a whole birthday, and not the same; or that one is a group and the other is none. */
export function contradict(a: readonly ComparableProperty[], b: readonly ComparableProperty[]): boolean {
  const find = (comparables: readonly ComparableProperty[], name: string): Meaning | undefined =>
    comparables.find(
      (comparable) => comparable.name === name && !comparable.isAlternate && !comparable.isBlank,
    )?.meaning;
  const [x, y] = [find(a, 'BDAY'), find(b, 'BDAY')];
  if (x?.type === 'date' && y?.type === 'date' && datesContradict(x.date, y.date)) return true;
  const kindOf = (comparables: readonly ComparableProperty[]): string | undefined => {
    const kind = find(comparables, 'KIND') ?? find(comparables, 'X-ADDRESSBOOKSERVER-KIND');
    return kind?.type === 'text' ? kind.text.toLowerCase() : undefined;
  };
  const [p, q] = [kindOf(a), kindOf(b)];
  return (p ?? q) !== undefined && p !== q && [p, q].includes('group');
}
