/**
 * A vCard as the rows of a person (ContactsContract.Data): the reverse of contact-card.ts. A label that Android has no
 * number for is kept as the person's own words.
 */
import { type Card, type CardLine, visibleText } from '../../../kinds/contacts/card.ts';
import { parsePartialDate } from '../../../kinds/contacts/partial-date.ts';
import { componentsOf, parameterValues, textOf } from '../../../kinds/contacts/text-value.ts';
import { CHAT_NUMBERS, type ContactItem, RELATION_NUMBERS } from '../contact-card.ts';

export const ITEM = 'vnd.android.cursor.item/';
const MEMBERSHIP = `${ITEM}group_membership`;

export interface DataRow {
  readonly mimetype: string;
  /** `data1` and on; those that say nothing are not there. */
  readonly data: Readonly<Record<string, string>>;
  /** The one the person uses first. */
  readonly first: boolean;
}

export interface PhoneContact {
  readonly rows: readonly DataRow[];
  /** Names of groups. */
  readonly groups: readonly string[];
  readonly starred: boolean;
  readonly hasPhoto: boolean;
}

/** As the reader of a phone sees such a row. */
export const itemOf = ({ mimetype, data, first }: DataRow): ContactItem => ({
  mimetype,
  data: (column) => data[`data${String(column)}`] ?? '',
  first,
});

/** With the group's name in place of its number, which the phone gives. */
export const memberships = (groups: readonly string[]): DataRow[] =>
  groups.map((title) => ({ mimetype: MEMBERSHIP, data: { data1: title }, first: false }));

export const groupOf = ({ mimetype, data }: DataRow): string | undefined =>
  mimetype === MEMBERSHIP ? data['data1'] : undefined;

interface Labels {
  readonly types: ReadonlySet<string>;
  /** A label of the person's own, or one that its app shows in the person's language. */
  readonly label: string;
}

type Values = readonly (string | undefined)[];

function row(type: string, values: Values, first = false): DataRow {
  const data: Record<string, string> = {};
  for (const [index, value] of values.entries()) {
    if (value !== undefined && value !== '') data[`data${String(index + 1)}`] = value;
  }
  return { mimetype: type.includes('/') ? type : ITEM + type, data, first };
}

export function contactOf(card: Card): PhoneContact {
  return new Rows(card).contact();
}

class Rows {
  readonly #card: Card;
  readonly #labels = new Map<string, string>();
  readonly #rows: DataRow[] = [];
  readonly #groups: string[] = [];
  #starred = false;
  #hasPhoto = false;

  constructor(card: Card) {
    this.#card = card;
    for (const { property } of card.lines) {
      if (property?.name !== 'X-ABLABEL' || property.group === undefined) continue;
      const label = textOf(property, card.version).replace(/^_\$!<([\s\S]*)>!\$_$/, '$1');
      this.#labels.set(property.group.toLowerCase(), label.trim());
    }
  }

  contact(): PhoneContact {
    this.#addName();
    this.#addWork();
    for (const line of this.#card.lines) this.#add(line);
    const rows = this.#rows.filter(({ data }) => Object.keys(data).length > 0);
    return { rows, groups: [...new Set(this.#groups)], starred: this.#starred, hasPhoto: this.#hasPhoto };
  }

  #text(name: string): string | undefined {
    for (const { property } of this.#card.lines) {
      if (property?.name !== name) continue;
      const text = textOf(property, this.#card.version).trim();
      if (text !== '') return text;
    }
    return undefined;
  }

  #parts(name: string): string[] {
    for (const { property } of this.#card.lines) {
      if (property?.name === name && property.value.trim() !== '')
        return componentsOf(property, this.#card.version);
    }
    return [];
  }

  #addName(): void {
    const [family, given, middle, prefix, suffix] = this.#parts('N');
    const phonetic = ['FIRST', 'MIDDLE', 'LAST'].map((part) => this.#text(`X-PHONETIC-${part}-NAME`));
    const shown = this.#text('FN');
    this.#rows.push(row('name', [shown, given, family, prefix, middle, suffix, ...phonetic]));
  }

  #addWork(): void {
    const [company, ...departments] = this.#parts('ORG');
    const department = departments.filter((part) => part !== '').join(', ');
    const said = [company, this.#text('TITLE'), department, this.#text('ROLE')];
    if (said.every((each) => each === undefined || each === '')) return;
    this.#rows.push(row('organization', [company, '1', undefined, said[1], department, said[3]]));
  }

  #labelsOf({ property }: CardLine): Labels {
    if (property === undefined) return { types: new Set(), label: '' };
    const words = parameterValues(property, 'TYPE').flatMap((value) => value.replaceAll('"', '').split(','));
    const types = new Set(words.map((word) => word.trim().toUpperCase()));
    if (parameterValues(property, 'PREF').length > 0) types.add('PREF');
    const label = property.group === undefined ? '' : (this.#labels.get(property.group.toLowerCase()) ?? '');
    const own = words.find((word) => /^X-/i.test(word.trim()) && !/^X-INTERNET$/i.test(word.trim()));
    return { types, label: label === '' && own !== undefined ? own.trim().slice(2) : label };
  }

  #add(line: CardLine): void {
    const { property } = line;
    if (property === undefined) return;
    const { version } = this.#card;
    const labels = this.#labelsOf(line);
    const first = labels.types.has('PREF');
    const text = (): string => textOf(property, version).trim();
    const typed = (type: string, value: string, label: readonly [string, string?]): void => {
      if (value !== '') this.#rows.push(row(type, [value, ...label], first));
    };
    switch (property.name) {
      case 'TEL':
        typed('phone_v2', text().replace(/^tel:/i, ''), phoneLabel(labels));
        return;
      case 'EMAIL':
        typed('email_v2', text().replace(/^mailto:/i, ''), placeLabel(labels, '3', { CELL: '4' }));
        return;
      case 'URL':
        typed('website', text(), siteLabel(labels));
        return;
      case 'X-SOCIALPROFILE':
        typed(
          'website',
          text(),
          siteLabel({ types: new Set(), label: labels.label || ([...labels.types][0] ?? '') }),
        );
        return;
      case 'ADR':
        this.#addAddress(componentsOf(property, version), labels);
        return;
      case 'NOTE':
        typed('note', text(), ['']);
        return;
      case 'NICKNAME':
        typed('nickname', text(), ['1']);
        return;
      case 'X-ABRELATEDNAMES':
      case 'RELATED':
        typed('relation', text(), relationLabel(labels));
        return;
      case 'CATEGORIES':
        this.#groups.push(...listed(property.value, (part) => textOf({ ...property, value: part }, version)));
        return;
      case 'X-ANDROID-STARRED':
        this.#starred = text() === '1';
        return;
      case 'PHOTO':
        this.#hasPhoto = property.value.trim() !== '';
        return;
      case 'X-ANDROID-CUSTOM': {
        const [type = '', ...data] = componentsOf(property, version);
        if (OWN_TYPES.has(type)) this.#rows.push(row(type, data.slice(0, 14)));
        return;
      }
      default:
        this.#addDate(line, labels);
        this.#addChat(line, labels);
    }
  }

  #addAddress(parts: readonly string[], labels: Labels): void {
    if (parts.every((part) => part === '')) return;
    const [box, extended, street, city, region, code, country] = parts;
    const place = [code, city].filter((part) => part !== undefined && part !== '').join(' ');
    const whole = [street, extended, box, place, region, country]
      .filter((part) => part !== undefined && part !== '')
      .join('\n');
    const values = [whole, ...placeLabel(labels, '3')];
    if (values.length < 3) values.push('');
    this.#rows.push(
      row('postal-address_v2', [...values, street, box, extended, city, region, code, country]),
    );
  }

  #addDate({ property }: CardLine, { label }: Labels): void {
    if (property === undefined) return;
    const { name } = property;
    const isAnniversary = /^(?:X-(?:MS-|EVOLUTION-|KADDRESSBOOK-X-)?)?ANNIVERSARY$/.test(name);
    if (name !== 'BDAY' && name !== 'X-ABDATE' && name !== 'DEATHDATE' && !isAnniversary) return;
    const written = textOf(property, this.#card.version).trim();
    const omitted = parameterValues(property, 'X-APPLE-OMIT-YEAR')[0];
    const value = parsePartialDate(visibleText(written), omitted) ?? written;
    if (value === '') return;
    const type = ((): readonly string[] => {
      if (name === 'BDAY') return ['3'];
      if (isAnniversary || label.toLowerCase() === 'anniversary') return ['1'];
      if (label !== '' && label.toLowerCase() !== 'other') return ['0', label];
      return name === 'DEATHDATE' ? ['0', 'Death'] : ['2'];
    })();
    this.#rows.push(row('contact_event', [value, ...type]));
  }

  #addChat({ property }: CardLine, labels: Labels): void {
    if (property === undefined) return;
    const written = textOf(property, this.#card.version).trim();
    const [, scheme = '', address = ''] =
      property.name === 'IMPP' ? (/^([^:]+):([\s\S]*)$/.exec(written) ?? []) : [];
    const service = property.name === 'IMPP' ? scheme.toLowerCase() : CHAT_NAMES[property.name];
    const value = property.name === 'IMPP' ? (scheme === '' ? written : address) : written;
    if (service === undefined || value === '') return;
    const [type, own = ''] = placeLabel(labels, '3');
    if (service === 'sip') this.#rows.push(row('sip_address', [value, type, own]));
    else {
      const known = CHAT_NUMBERS[service];
      this.#rows.push(
        row('im', [value, type, own, '', known ?? '-1', known === undefined ? service || 'chat' : '']),
      );
    }
  }
}

/** What Android writes into its own vCards for what those have no property for. */
const OWN_TYPES: ReadonlySet<string> = new Set(
  ['nickname', 'contact_event', 'relation'].map((type) => ITEM + type),
);
const CHAT_NAMES: Readonly<Record<string, string>> = {
  ...{
    'X-AIM': 'aim',
    'X-MSN': 'msnim',
    'X-YAHOO': 'ymsgr',
    'X-SKYPE': 'skype',
    'X-SKYPE-USERNAME': 'skype',
  },
  ...{ 'X-QQ': 'qq', 'X-GOOGLE-TALK': 'gtalk', 'X-ICQ': 'icq', 'X-JABBER': 'xmpp', 'X-SIP': 'sip' },
};

type Label = readonly [string, string?];
const CUSTOM = '0';

const PHONE_LABELS: Readonly<Record<string, string>> = {
  ...{ home: '1', mobile: '2', work: '3', workfax: '4', homefax: '5', pager: '6', other: '7', callback: '8' },
  ...{ main: '12', radio: '14', tty: '16', assistant: '19' },
};
/** The types of a number that say all of a label, the ones that say most first. */
const PHONE_TYPES: readonly (readonly [readonly string[], string])[] = [
  [['WORK', 'FAX'], '4'],
  [['HOME', 'FAX'], '5'],
  [['FAX'], '13'],
  [['WORK', 'CELL'], '17'],
  [['WORK', 'PAGER'], '18'],
  [['CELL'], '2'],
  [['PAGER'], '6'],
  [['CAR'], '9'],
  [['ISDN'], '11'],
  [['TLX'], '15'],
  [['MSG'], '20'],
  [['WORK'], '3'],
  [['HOME'], '1'],
];

function phoneLabel({ types, label }: Labels): Label {
  if (label !== '') {
    const known = PHONE_LABELS[label.toLowerCase().replace(/[\s_-]/g, '')];
    return known === undefined ? [CUSTOM, label] : [known];
  }
  const found = PHONE_TYPES.find(([all]) => all.every((type) => types.has(type)));
  return [found?.[1] ?? (types.size === 1 && types.has('PREF') ? '12' : '7')];
}

function placeLabel(
  { types, label }: Labels,
  other: string,
  more: Readonly<Record<string, string>> = {},
): Label {
  const known: Readonly<Record<string, string>> = { HOME: '1', WORK: '2', ...more };
  if (label !== '') {
    const number = known[label.toUpperCase()];
    if (number !== undefined) return [number];
    return label.toUpperCase() === 'OTHER' ? [other] : [CUSTOM, label];
  }
  return [Object.entries(known).find(([type]) => types.has(type))?.[1] ?? other];
}

function siteLabel({ types, label }: Labels): Label {
  if (label !== '') {
    const known: Readonly<Record<string, string>> = {
      ...{ homepage: '1', blog: '2', profile: '3', home: '4', work: '5', ftp: '6', other: '7' },
    };
    const number = known[label.toLowerCase()];
    return number === undefined ? [CUSTOM, label] : [number];
  }
  return [types.has('HOME') ? '4' : types.has('WORK') ? '5' : '7'];
}

function relationLabel({ types, label }: Labels): Label {
  const said = label === '' ? ([...types].find((type) => type !== 'PREF')?.toLowerCase() ?? '') : label;
  const number = RELATION_NUMBERS[said.toLowerCase()];
  return number === undefined ? [CUSTOM, said === '' ? 'Other' : said] : [number];
}

/** Items of a list, as far as commas are not escaped. */
const listed = (value: string, text: (part: string) => string): string[] =>
  (value.match(/(?:\\[\s\S]|[^\\,;])+/g) ?? [])
    .map((part) => text(part).trim())
    .filter((part) => part !== '');
