/**
 * Contacts as vCards: the raw contacts that a phone shows as one person are one card, with the rows of each (ContactsContract
 * of Android's SDK). Pictures are blobs, which no command gives.
 */
import { newCard } from '../../kinds/contacts/new-card.ts';
import type { ReportSkip } from '../../kinds/kind.ts';
import { cardOf, type ContactItem, DATA_COLUMNS, PHOTO } from './contact-card.ts';
import { ContentRefused } from './content-rows.ts';
import type { ContentReader } from './content-query.ts';

export const AUTHORITY = 'content://com.android.contacts';
/** People whose rows are asked for together. */
export const PEOPLE_AT_ONCE = 300;

export interface PhoneCard {
  /** What the phone shows. */
  readonly name: string;
  readonly bytes: Buffer;
}

export async function* contactCards(
  content: ContentReader,
  skip: ReportSkip,
): AsyncGenerator<PhoneCard, void> {
  const people = await readPeople(content);
  const groups = await readGroups(content);
  let photos = 0;
  const all = [...people];
  for (let at = 0; at < all.length; at += PEOPLE_AT_ONCE) {
    const some = all.slice(at, at + PEOPLE_AT_ONCE);
    const items = await readItems(
      content,
      some.flatMap(([, { raws }]) => raws),
    );
    for (const [, { raws, starred }] of some) {
      const rows = raws.flatMap((raw) => items.get(raw) ?? []);
      if (rows.some(({ mimetype }) => mimetype === PHOTO)) photos += 1;
      const card = cardOf(rows, { groups, starred });
      if (card === undefined) continue;
      yield { name: card.displayName ?? '', bytes: newCard(card) };
    }
  }
  if (photos > 0) skip('contact-photo', photos, ['contacts']);
}

export interface Person {
  readonly raws: number[];
  starred: boolean;
}

/** Raw contacts by the person that they are, in the order of the first. */
export async function readPeople(content: ContentReader): Promise<Map<number | string, Person>> {
  const people = new Map<number | string, Person>();
  try {
    await readRaws(content, people);
  } catch (error) {
    if (!(error instanceof ContentRefused) || error.refusal === 'denied') throw error;
    await readOwners(content, people);
  }
  return people;
}

async function readRaws(content: ContentReader, people: Map<number | string, Person>): Promise<void> {
  const chunks = content.chunks({
    uri: `${AUTHORITY}/raw_contacts`,
    numbers: ['contact_id', 'deleted', 'starred'],
    texts: [],
  });
  for await (const rows of chunks) {
    for (const row of rows) {
      if (row.number('deleted') === 1) continue;
      const key = row.number('contact_id') ?? `raw ${String(row.id)}`;
      const person = people.get(key) ?? { raws: [], starred: false };
      person.raws.push(row.id);
      person.starred ||= row.number('starred') === 1;
      people.set(key, person);
    }
  }
}

/** Where a phone does not tell its raw contacts: by their rows. */
async function readOwners(content: ContentReader, people: Map<number | string, Person>): Promise<void> {
  const seen = new Set<number>();
  const numbers = ['raw_contact_id', 'contact_id', 'starred'];
  for await (const rows of content.chunks({ uri: `${AUTHORITY}/data`, numbers, texts: [] })) {
    for (const row of rows) {
      const raw = row.number('raw_contact_id');
      if (raw === null || seen.has(raw)) continue;
      seen.add(raw);
      const key = row.number('contact_id') ?? `raw ${String(raw)}`;
      const person = people.get(key) ?? { raws: [], starred: false };
      person.raws.push(raw);
      person.starred ||= row.number('starred') === 1;
      people.set(key, person);
    }
  }
}

async function readItems(
  content: ContentReader,
  raws: readonly number[],
): Promise<Map<number, ContactItem[]>> {
  const items = new Map<number, ContactItem[]>();
  const rows = await content.rows({
    uri: `${AUTHORITY}/data`,
    where: `raw_contact_id IN (${raws.map(String).join(',')})`,
    numbers: ['raw_contact_id', 'is_super_primary'],
    texts: ['mimetype', ...DATA_COLUMNS],
    written: ['data1'],
  });
  for (const row of rows) {
    const raw = row.number('raw_contact_id') ?? -1;
    const list = items.get(raw) ?? [];
    list.push({
      mimetype: row.text('mimetype') ?? '',
      data: (column) => row.text(`data${String(column)}`) ?? '',
      first: (row.number('is_super_primary') ?? 0) > 0,
    });
    items.set(raw, list);
  }
  return items;
}

/** Groups by their number, those that every phone makes for itself left out. */
export async function readGroups(content: ContentReader): Promise<Map<string, string>> {
  const groups = new Map<string, string>();
  try {
    const rows = await content.rows({
      uri: `${AUTHORITY}/groups`,
      where: 'deleted=0 AND auto_add=0 AND favorites=0',
      numbers: [],
      texts: ['title', 'system_id'],
    });
    for (const row of rows) {
      const title = row.text('title');
      if (title !== null && title !== '' && row.text('system_id') === null) groups.set(String(row.id), title);
    }
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
  }
  return groups;
}
