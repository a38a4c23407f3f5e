/** The rows of raw contacts as they are on a phone (ContactsContract.Data), with their numbers. */
import { digestOf } from '../../../kinds/xml/record-digest.ts';
import { AUTHORITY } from '../contacts.ts';
import { type ContactItem, DATA_COLUMNS } from '../contact-card.ts';
import type { ContentReader } from '../content-query.ts';
import type { Columns } from './binding.ts';
import { type DataRow, ITEM } from './contact-rows.ts';
import { digestText, printedText } from './row-table.ts';

export const DATA = `${AUTHORITY}/data`;
export const RAW_CONTACTS = `${AUTHORITY}/raw_contacts`;
export const GROUPS = `${AUTHORITY}/groups`;

export interface PhoneRow extends ContactItem {
  readonly id: number;
}

/** By raw contact. */
export async function readDataRows(
  content: ContentReader,
  where: string,
): Promise<ReadonlyMap<number, readonly PhoneRow[]>> {
  const rows = new Map<number, PhoneRow[]>();
  const table = {
    uri: DATA,
    where,
    numbers: ['raw_contact_id', 'is_super_primary'],
    texts: ['mimetype', ...DATA_COLUMNS],
    written: ['data1'],
  };
  for (const row of await content.rows(table)) {
    const raw = row.number('raw_contact_id') ?? -1;
    const list = rows.get(raw) ?? [];
    list.push({
      id: row.id,
      mimetype: row.text('mimetype') ?? '',
      data: (column) => row.text(`data${String(column)}`) ?? '',
      first: (row.number('is_super_primary') ?? 0) > 0,
    });
    rows.set(raw, list);
  }
  return rows;
}

export const ofRaws = (raws: readonly number[]): string => `raw_contact_id IN (${raws.join(',')})`;

/** What is bound for a row. Columns beyond `data10` are written, and told by no reader. */
export const columnsOf = ({ mimetype, data, first }: DataRow, raw: number): Columns => ({
  raw_contact_id: raw,
  mimetype,
  ...data,
  ...(first ? { is_primary: 1, is_super_primary: 1 } : {}),
});

/** Those of `wanted` that are not there; the phone may have put more into a row than it was given. */
export function missingRows(wanted: readonly DataRow[], there: readonly PhoneRow[]): DataRow[] {
  const free = new Set(there);
  return wanted.filter((row) => {
    const found = [...free].find((each) => isRow(row, each));
    if (found !== undefined) free.delete(found);
    return found === undefined;
  });
}

/** The rows of a phone that are the ones wanted. */
export const arrivedRows = (wanted: readonly DataRow[], there: readonly PhoneRow[]): PhoneRow[] =>
  there.filter((each) => wanted.some((row) => isRow(row, each)));

const isRow = ({ mimetype, data }: DataRow, there: PhoneRow): boolean =>
  there.mimetype === mimetype &&
  DATA_COLUMNS.every(
    (column, index) =>
      data[column] === undefined || printedText(data[column]) === printedText(there.data(index + 1)),
  );

export const groupDigest = (title: string): string => digestText(digestOf(`group ${title}`));

export const rowDigest = (row: PhoneRow): string => digestText(digestOf(saidBy(row)));

/** Of a whole raw contact, in whatever order its rows are. */
export const rawDigest = (rows: readonly PhoneRow[]): string =>
  digestText(digestOf(rows.map(saidBy).sort().join('\n')));

/** Without what the phone adds by itself: a number in international form, how a name is written, a picture's number. */
function saidBy(row: PhoneRow): string {
  const added = ADDED[row.mimetype] ?? [];
  const data = DATA_COLUMNS.map((_, index) => (added.includes(index + 1) ? '' : row.data(index + 1)));
  return JSON.stringify([row.mimetype, ...data]);
}
const ADDED: Readonly<Record<string, readonly number[]>> = {
  [`${ITEM}phone_v2`]: [4],
  [`${ITEM}name`]: [10],
  [`${ITEM}photo`]: Array.from(DATA_COLUMNS, (_, index) => index + 1),
};
