/** AddressBook.sqlitedb as vCards. Tables and numbers of properties as documented by ios-backup-parser and iLEAPP (MIT). */
import type { LabelledValue, NewCard, PostalAddress } from '../../kinds/contacts/new-card.ts';
import { newCard } from '../../kinds/contacts/new-card.ts';
import { Beside, cocoaMs, type Database, numberOf, type Row, textOf } from './sqlite.ts';

const PHONE = 3;
const EMAIL = 4;
const ADDRESS = 5;
const DATE = 12;
const CHAT = 13;
const URL_PROPERTY = 22;
const RELATED = 23;
const PROFILE = 46;
const COMPANY = 1;
/** What Apple writes for a birthday without a year. */
const NO_YEAR = 1604;

/** Apple's own labels stand in `_$!<…>!$_`; those that vCard has a type for get it, and others keep their word. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  Mobile: ['CELL'],
  iPhone: ['CELL', 'IPHONE'],
  Home: ['HOME'],
  Work: ['WORK'],
  Main: ['MAIN'],
  HomeFAX: ['HOME', 'FAX'],
  WorkFAX: ['WORK', 'FAX'],
  OtherFAX: ['OTHER', 'FAX'],
  Pager: ['PAGER'],
  Other: ['OTHER'],
};

export async function* contactCards(
  book: Database,
  images: Database | undefined,
): AsyncGenerator<Buffer, void> {
  const labels = await lookUp(book, 'ABMultiValueLabel');
  const keys = await lookUp(book, 'ABMultiValueEntryKey');
  const groups = await groupsOf(book);
  const values = new Beside(
    book.rows(
      'SELECT record_id, UID, property, label, value FROM ABMultiValue ORDER BY record_id, property, UID',
    ),
  );
  const parts = new Beside(
    book.has('ABMultiValueEntry')
      ? book.rows(
          `SELECT v.record_id, e.parent_id, e.key, e.value FROM ABMultiValueEntry e
           JOIN ABMultiValue v ON v.UID = e.parent_id ORDER BY v.record_id, e.parent_id`,
        )
      : none(),
  );
  const photos = new Beside(images === undefined ? none() : images.rows(photoQuery(images)));
  const column = (name: string): string => book.column('ABPerson', name);
  const people = book.rows(
    `SELECT ROWID, ${['Prefix', 'First', 'Middle', 'Last', 'Suffix', 'Nickname', 'FirstPhonetic', 'MiddlePhonetic', 'LastPhonetic', 'Organization', 'Department', 'JobTitle', 'Note', 'Kind', 'Birthday'].map(column).join(', ')}
     FROM ABPerson ORDER BY ROWID`,
  );
  for await (const row of people) {
    const id = numberOf(row[0]) ?? 0;
    const entries = new Map<number, Row[]>();
    for (const part of await parts.of(id)) {
      const value = Number(part[1]);
      entries.set(value, [...(entries.get(value) ?? []), part]);
    }
    const photo = (await photos.of(id))[0]?.[1];
    const card: NewCard = {
      ...namesOf(row),
      ...valuesOf(await values.of(id), { labels, keys, entries }),
      groups: groups.get(id) ?? [],
      ...photoOf(photo instanceof Uint8Array ? photo : undefined),
    };
    yield newCard(card);
  }
}

function namesOf(row: Row): NewCard {
  const [, prefix, given, middle, family, suffix, nickname, phoneticGiven, phoneticMiddle, phoneticFamily] =
    row.map(textOf);
  const [organization, department, title, note] = row.slice(10, 14).map(textOf);
  const birthday = dayOf(numberOf(row[15]));
  return defined({
    ...{ prefix, given, middle, family, suffix, nickname, phoneticGiven, phoneticMiddle, phoneticFamily },
    ...{ organization, department, title, note, birthday },
    isCompany: numberOf(row[14]) === COMPANY,
  });
}

interface Words {
  readonly labels: ReadonlyMap<number, string>;
  readonly keys: ReadonlyMap<number, string>;
  /** Parts of a value that has several, by the value's UID. */
  readonly entries: ReadonlyMap<number, readonly Row[]>;
}

function valuesOf(rows: readonly Row[], { labels, keys, entries }: Words): NewCard {
  const of = (
    property: number,
  ): { row: Row; label: Omit<LabelledValue, 'value'>; parts: Map<string, string> }[] =>
    rows
      .filter((row) => Number(row[2]) === property)
      .map((row) => {
        const parts = (entries.get(Number(row[1])) ?? []).map(([, , key, value]): [string, string] => [
          (keys.get(Number(key)) ?? '').toLowerCase(),
          textOf(value) ?? '',
        ]);
        return { row, label: labelOf(labels.get(Number(row[3]))), parts: new Map(parts) };
      });
  const plain = (property: number): LabelledValue[] =>
    of(property).flatMap(({ row, label }) => {
      const value = textOf(row[4]);
      return value === undefined ? [] : [{ value, ...label }];
    });
  const accounts = (property: number, ...names: string[]): (LabelledValue & { service: string })[] =>
    of(property).flatMap(({ label, parts }) => {
      const value = names.map((name) => parts.get(name)).find((text) => text !== undefined && text !== '');
      return value === undefined ? [] : [{ value, service: parts.get('service') ?? '', ...label }];
    });
  return {
    phones: plain(PHONE),
    emails: plain(EMAIL),
    urls: plain(URL_PROPERTY),
    related: plain(RELATED).map(withWord),
    addresses: of(ADDRESS).map(({ label, parts }): PostalAddress => ({
      ...label,
      parts: [
        ...['', parts.get('sublocality') ?? ''],
        ...['street', 'city', 'state', 'zip', 'country'].map((name) => parts.get(name) ?? ''),
      ],
    })),
    chats: accounts(CHAT, 'username'),
    profiles: accounts(PROFILE, 'url', 'username', 'displayname'),
    dates: of(DATE).flatMap(({ row, label }) => {
      const value = dayOf(numberOf(row[4]));
      return value === undefined ? [] : [withWord({ value, ...label })];
    }),
  };
}

/** What stands for a relation or a kind of day is a word, whatever vCard calls it. */
const withWord = ({ value, types, label }: LabelledValue): LabelledValue => {
  const word = label ?? types?.[0];
  return word === undefined ? { value } : { value, label: word };
};

function labelOf(label: string | undefined): Omit<LabelledValue, 'value'> {
  if (label === undefined || label === '') return {};
  const own = /^_\$!<(.+)>!\$_$/.exec(label)?.[1] ?? (label === 'iPhone' ? label : undefined);
  const types = own === undefined ? undefined : TYPES[own];
  return types === undefined ? { label } : { types };
}

/** `1990-02-28`, or `--02-28`, of seconds since 2001. They are noon of the day in UTC. */
function dayOf(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const date = new Date(cocoaMs(seconds));
  if (Number.isNaN(date.getTime())) return undefined;
  const day = date.toISOString().slice(-'00-00T00:00:00.000Z'.length).slice(0, 5);
  const year = date.getUTCFullYear();
  return year === NO_YEAR ? `--${day}` : `${String(year).padStart(4, '0')}-${day}`;
}

function photoOf(bytes: Uint8Array | undefined): Pick<NewCard, 'photo'> {
  const [first, second, third] = bytes ?? [];
  if (bytes === undefined) return {};
  if (first === 0xff && second === 0xd8) return { photo: { bytes, type: 'JPEG' } };
  if (first === 0x89 && second === 0x50) return { photo: { bytes, type: 'PNG' } };
  if (first === 0x47 && second === 0x49 && third === 0x46) return { photo: { bytes, type: 'GIF' } };
  if (Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp')
    return { photo: { bytes, type: 'HEIC' } };
  return {};
}

/** The whole picture before the small one; those of the list view (formats 2 and 3) are pixels without a form. */
function photoQuery(images: Database): string {
  const tables = [
    ...(images.has('ABFullSizeImage') ? ['SELECT record_id, data, 0 AS rank FROM ABFullSizeImage'] : []),
    ...(images.has('ABThumbnailImage') ? ['SELECT record_id, data, 1 AS rank FROM ABThumbnailImage'] : []),
  ];
  if (tables.length === 0) return 'SELECT 0, NULL WHERE 0';
  return `${tables.join(' UNION ALL ')} ORDER BY record_id, rank`;
}

async function groupsOf(book: Database): Promise<Map<number, string[]>> {
  const groups = new Map<number, string[]>();
  if (!book.has('ABGroup') || !book.has('ABGroupMembers')) return groups;
  const rows = book.rows(
    'SELECT m.member_id, g.Name FROM ABGroupMembers m JOIN ABGroup g ON g.ROWID = m.group_id WHERE m.member_type = 0 ORDER BY g.ROWID',
  );
  for await (const [member, group] of rows) {
    const [id, name] = [Number(member), textOf(group)];
    if (name !== undefined) groups.set(id, [...(groups.get(id) ?? []), name]);
  }
  return groups;
}

async function lookUp(book: Database, table: string): Promise<Map<number, string>> {
  const words = new Map<number, string>();
  if (!book.has(table)) return words;
  for (const [id, value] of await book.all(`SELECT ROWID, value FROM ${table}`)) {
    const word = textOf(value);
    if (word !== undefined) words.set(Number(id), word);
  }
  return words;
}

async function* none(): AsyncGenerator<Row, void> {
  // Where this version of iOS has no such table.
}

/** Without the keys whose value is undefined. */
const defined = (fields: { [Key in keyof NewCard]: NewCard[Key] | undefined }): NewCard =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
