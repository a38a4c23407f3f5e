/** Rows of a person (ContactsContract.Data) as the fields of a vCard. */
import type { LabelledValue, NewCard, PostalAddress } from '../../kinds/contacts/new-card.ts';

const ITEM = 'vnd.android.cursor.item/';
export const PHOTO = `${ITEM}photo`;
/** `data11` and on say nothing that a card has, and `data15` is a blob. */
export const DATA_COLUMNS: readonly string[] = Array.from(
  { length: 10 },
  (_, index) => `data${String(index + 1)}`,
);

export interface ContactItem {
  readonly mimetype: string;
  /** `data1` to `data10`; empty where there is none. */
  data(column: number): string;
  /** The one the person uses first. */
  readonly first: boolean;
}

type Label = Omit<LabelledValue, 'value'>;

/** `data2` says which; 0 is a label of the person's own in `data3`. */
const PHONE_TYPES: Readonly<Record<string, readonly string[]>> = {
  ...{
    1: ['HOME', 'VOICE'],
    2: ['CELL', 'VOICE'],
    3: ['WORK', 'VOICE'],
    4: ['WORK', 'FAX'],
    5: ['HOME', 'FAX'],
  },
  ...{ 6: ['PAGER'], 7: ['VOICE'], 9: ['CAR'], 10: ['WORK', 'PREF'], 11: ['ISDN'], 12: ['PREF'] },
  ...{ 13: ['FAX'], 15: ['TLX'], 17: ['WORK', 'CELL'], 18: ['WORK', 'PAGER'], 20: ['MSG'] },
};
const PHONE_WORDS: Readonly<Record<string, string>> = {
  ...{ 8: 'Callback', 14: 'Radio', 16: 'TTY', 19: 'Assistant' },
};
const PLACE_TYPES: Readonly<Record<string, readonly string[]>> = { 1: ['HOME'], 2: ['WORK'] };
const MAIL_TYPES: Readonly<Record<string, readonly string[]>> = { ...PLACE_TYPES, 4: ['CELL'] };
const SITE_WORDS: Readonly<Record<string, string>> = {
  ...{ 1: 'Homepage', 2: 'Blog', 3: 'Profile', 6: 'FTP' },
};
const SITE_TYPES: Readonly<Record<string, readonly string[]>> = { 4: ['HOME'], 5: ['WORK'] };
const RELATIONS: Readonly<Record<string, string>> = {
  ...{ 1: 'Assistant', 2: 'Brother', 3: 'Child', 4: 'Partner', 5: 'Father', 6: 'Friend', 7: 'Manager' },
  ...{
    8: 'Mother',
    9: 'Parent',
    10: 'Partner',
    11: 'Referred by',
    12: 'Relative',
    13: 'Sister',
    14: 'Spouse',
  },
};
const CHATS: Readonly<Record<string, string>> = {
  ...{
    0: 'aim',
    1: 'msnim',
    2: 'ymsgr',
    3: 'skype',
    4: 'qq',
    5: 'gtalk',
    6: 'icq',
    7: 'xmpp',
    8: 'netmeeting',
  },
};
const CUSTOM = '0';
/** The other way round, for writing. */
export const CHAT_NUMBERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(CHATS).map(([number, service]) => [service, number]),
);
/** By the relation in small letters. */
export const RELATION_NUMBERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(RELATIONS).map(([number, relation]) => [relation.toLowerCase(), number]),
);
const BIRTHDAY = '3';
const ANNIVERSARY = '1';
const CUSTOM_CHAT = '-1';

interface Around {
  /** Names by the group's number. */
  readonly groups: ReadonlyMap<string, string>;
  readonly starred: boolean;
}

/** Undefined for one that says nothing. */
export function cardOf(items: readonly ContactItem[], { groups, starred }: Around): NewCard | undefined {
  const of = (type: string): readonly ContactItem[] =>
    items
      .filter(({ mimetype }) => mimetype === ITEM + type)
      .sort((a, b) => Number(b.first) - Number(a.first));
  const labelled = (
    type: string,
    types: Readonly<Record<string, readonly string[]>>,
    words: Readonly<Record<string, string>> = {},
  ): LabelledValue[] =>
    once(
      of(type).flatMap((item) =>
        item.data(1) === '' ? [] : [{ value: item.data(1), ...label(item, types, words) }],
      ),
    );
  const [name] = of('name');
  const [work] = of('organization');
  const events = of('contact_event').map((item) => ({ item, day: dayOf(item.data(1)) }));
  const birthday = events.find(({ item }) => item.data(2) === BIRTHDAY)?.day;
  const notes = [...new Set(of('note').map((item) => item.data(1)))].filter((note) => note !== '');
  const nicknames = of('nickname').map((item) => item.data(1));
  const card: NewCard = {
    ...texts({
      displayName: name?.data(1),
      given: name?.data(2),
      family: name?.data(3),
      prefix: name?.data(4),
      middle: name?.data(5),
      suffix: name?.data(6),
      phoneticGiven: name?.data(7),
      phoneticMiddle: name?.data(8),
      phoneticFamily: name?.data(9),
      nickname: nicknames.find((nickname) => nickname !== ''),
      organization: work?.data(1),
      title: work?.data(4),
      department: work?.data(5),
      birthday,
      note: notes.join('\n'),
    }),
    phones: labelled('phone_v2', PHONE_TYPES, PHONE_WORDS),
    emails: labelled('email_v2', MAIL_TYPES),
    urls: labelled('website', SITE_TYPES, SITE_WORDS),
    related: labelled('relation', {}, RELATIONS),
    addresses: of('postal-address_v2').map(addressOf),
    chats: [
      ...of('im').flatMap((item) => {
        const service = item.data(5) === CUSTOM_CHAT ? item.data(6) : (CHATS[item.data(5)] ?? '');
        return item.data(1) === '' ? [] : [{ value: item.data(1), service, ...label(item, PLACE_TYPES) }];
      }),
      ...of('sip_address').flatMap((item) =>
        item.data(1) === '' ? [] : [{ value: item.data(1), service: 'sip', ...label(item, PLACE_TYPES) }],
      ),
    ],
    dates: events.flatMap(({ item, day }) => {
      if (day === undefined || (item.data(2) === BIRTHDAY && day === birthday)) return [];
      const own = item.data(2) === CUSTOM ? item.data(3) : '';
      return [
        { value: day, label: own !== '' ? own : item.data(2) === ANNIVERSARY ? 'Anniversary' : 'Other' },
      ];
    }),
    groups: [...new Set(of('group_membership').flatMap((item) => groups.get(item.data(1)) ?? []))],
    starred,
  };
  return says(card) ? card : undefined;
}

/** A row without values (an app's own, a contact that is only a picture) makes no card. */
const says = ({ starred: _, groups: __, ...fields }: NewCard): boolean =>
  Object.values(fields).some((value) => (Array.isArray(value) ? value.length > 0 : value !== undefined));

function label(
  item: ContactItem,
  types: Readonly<Record<string, readonly string[]>>,
  words: Readonly<Record<string, string>> = {},
): Label {
  const type = item.data(2);
  const own = item.data(3);
  if (type === CUSTOM && own !== '') return { label: own };
  const word = words[type];
  if (word !== undefined) return { label: word };
  const known = [...(types[type] ?? []), ...(item.first ? ['PREF'] : [])];
  return known.length === 0 ? {} : { types: [...new Set(known)] };
}

/** Street, post box, quarter, city, region, code and country are `data4` to `data10`; `data1` is all of it. */
function addressOf(item: ContactItem): PostalAddress {
  const parts = [item.data(5), item.data(6), ...[4, 7, 8, 9, 10].map((column) => item.data(column))];
  const whole = parts.every((part) => part === '') ? ['', '', item.data(1), '', '', '', ''] : parts;
  return { parts: whole, ...label(item, PLACE_TYPES) };
}

/** `1990-02-28`, `--02-28`, or with a time behind it as some apps write it. */
function dayOf(text: string): string | undefined {
  return /^(?:\d{4}-|--)\d{2}-\d{2}/.exec(text)?.[0];
}

/** Several apps keep the same number of one person. */
function once(values: readonly LabelledValue[]): LabelledValue[] {
  const seen = new Set<string>();
  return values.filter(({ value }) => {
    const key = /^[\d\s()+./-]+$/.test(value) ? value.replace(/[^\d+]/g, '') : value;
    return seen.size < seen.add(key).size;
  });
}

/** Without the keys whose value is empty. */
const texts = (fields: Readonly<Record<string, string | undefined>>): NewCard =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
