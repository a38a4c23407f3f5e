/**
 * A card out of a device's own fields, as vCard 3.0 (RFC 2426): the version that every phone reads. What has a label that
 * is no standard type gets it Apple's way, as `itemN.X-ABLabel`, which keeps any text.
 */
import { foldLine } from '../content-line.ts';

export interface LabelledValue {
  readonly value: string;
  /** `HOME`, `CELL`, … */
  readonly types?: readonly string[];
  /** A label of the person's own. */
  readonly label?: string;
}

export interface PostalAddress extends Omit<LabelledValue, 'value'> {
  /** Post office box, extended, street, city, region, postal code, country (RFC 2426, 3.2.1). */
  readonly parts: readonly string[];
}

export interface NewCard {
  readonly prefix?: string;
  readonly given?: string;
  readonly middle?: string;
  readonly family?: string;
  readonly suffix?: string;
  /** What is shown; made of the others where there is none. */
  readonly displayName?: string;
  readonly nickname?: string;
  readonly phoneticGiven?: string;
  readonly phoneticMiddle?: string;
  readonly phoneticFamily?: string;
  readonly organization?: string;
  readonly department?: string;
  readonly title?: string;
  readonly note?: string;
  /** The card is of a company. */
  readonly isCompany?: boolean;
  /** `1990-02-28`, or without the year `--02-28`. */
  readonly birthday?: string;
  readonly phones?: readonly LabelledValue[];
  readonly emails?: readonly LabelledValue[];
  readonly addresses?: readonly PostalAddress[];
  readonly urls?: readonly LabelledValue[];
  /** Name and service: `X-JABBER`, `X-SKYPE-USERNAME`, or any by its name. */
  readonly chats?: readonly (LabelledValue & { readonly service: string })[];
  readonly profiles?: readonly (LabelledValue & { readonly service: string })[];
  /** Relatives and others, their relation as the label. */
  readonly related?: readonly LabelledValue[];
  /** Other days: `1999-07-10`, what they are as the label. */
  readonly dates?: readonly LabelledValue[];
  readonly groups?: readonly string[];
  readonly starred?: boolean;
  readonly photo?: { readonly bytes: Uint8Array; readonly type: 'JPEG' | 'PNG' | 'GIF' | 'HEIC' };
}

const LINE_END = '\r\n';

const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\n/g, '\\n');

/** What a parameter's value can hold (RFC 2426, section 4): no quotes, no controls. */
const parameter = (text: string): string => {
  const plain = text.replace(/[\p{Cc}"]/gu, ' ').trim();
  return /[:;,]/.test(plain) ? `"${plain}"` : plain;
};

class CardText {
  #text = `BEGIN:VCARD${LINE_END}VERSION:3.0${LINE_END}`;
  #items = 0;

  raw(line: string): void {
    // Folding counts octets, so the line is handed over a byte a character.
    const latin1 = Buffer.from(line).toString('latin1');
    this.#text += Buffer.from(foldLine(latin1, LINE_END), 'latin1').toString() + LINE_END;
  }

  add(name: string, value: string | undefined): void {
    if (value !== undefined && value !== '') this.raw(`${name}:${escaped(value)}`);
  }

  labelled(name: string, value: string, { types = [], label }: Omit<LabelledValue, 'value'>): void {
    const head =
      types.length === 0 ? name : `${name};${types.map((type) => `TYPE=${parameter(type)}`).join(';')}`;
    if (label === undefined || label === '') {
      this.raw(`${head}:${value}`);
      return;
    }
    this.#items += 1;
    const item = `item${String(this.#items)}`;
    this.raw(`${item}.${head}:${value}`);
    this.raw(`${item}.X-ABLabel:${escaped(label)}`);
  }

  end(): Buffer {
    return Buffer.from(`${this.#text}END:VCARD${LINE_END}`);
  }
}

export function newCard(card: NewCard): Buffer {
  const text = new CardText();
  const { family = '', given = '', middle = '', prefix = '', suffix = '' } = card;
  text.raw(`N:${[family, given, middle, prefix, suffix].map(escaped).join(';')}`);
  text.raw(`FN:${escaped(fullName(card))}`);
  text.add('NICKNAME', card.nickname);
  text.add('X-PHONETIC-FIRST-NAME', card.phoneticGiven);
  text.add('X-PHONETIC-MIDDLE-NAME', card.phoneticMiddle);
  text.add('X-PHONETIC-LAST-NAME', card.phoneticFamily);
  const { organization = '', department = '' } = card;
  if (organization + department !== '') {
    const parts = department === '' ? [organization] : [organization, department];
    text.raw(`ORG:${parts.map(escaped).join(';')}`);
  }
  text.add('TITLE', card.title);
  if (card.isCompany === true) text.raw('X-ABShowAs:COMPANY');
  for (const phone of card.phones ?? []) text.labelled('TEL', escaped(phone.value), phone);
  for (const email of card.emails ?? []) text.labelled('EMAIL', escaped(email.value), email);
  for (const address of card.addresses ?? []) {
    text.labelled('ADR', address.parts.map(escaped).join(';'), address);
  }
  for (const url of card.urls ?? []) text.labelled('URL', escaped(url.value), url);
  for (const chat of card.chats ?? []) {
    text.labelled('IMPP', `${chatScheme(chat.service)}:${escaped(chat.value)}`, {
      types: [...(chat.types ?? [])],
      ...(chat.label === undefined ? {} : { label: chat.label }),
    });
  }
  for (const { service, value, label } of card.profiles ?? []) {
    text.labelled(
      `X-SOCIALPROFILE;TYPE=${parameter(service)}`,
      escaped(value),
      label === undefined ? {} : { label },
    );
  }
  for (const person of card.related ?? []) text.labelled('X-ABRELATEDNAMES', escaped(person.value), person);
  text.add('BDAY', card.birthday);
  for (const date of card.dates ?? []) text.labelled('X-ABDATE', escaped(date.value), date);
  if ((card.groups ?? []).length > 0) text.raw(`CATEGORIES:${(card.groups ?? []).map(escaped).join(',')}`);
  text.add('NOTE', card.note);
  if (card.starred === true) text.raw('X-ANDROID-STARRED:1');
  if (card.photo !== undefined) {
    text.raw(`PHOTO;ENCODING=b;TYPE=${card.photo.type}:${Buffer.from(card.photo.bytes).toString('base64')}`);
  }
  return text.end();
}

const chatScheme = (service: string): string =>
  service.toLowerCase().replace(/[^a-z0-9+.-]/g, '') || 'x-chat';

function fullName(card: NewCard): string {
  if (card.displayName !== undefined && card.displayName !== '') return card.displayName;
  const { prefix, given, middle, family, suffix } = card;
  const whole = [prefix, given, middle, family, suffix]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  if (whole !== '') return whole;
  const known = [card.organization, card.nickname, card.emails?.[0]?.value, card.phones?.[0]?.value];
  return known.find((text) => text !== undefined && text !== '') ?? '';
}
