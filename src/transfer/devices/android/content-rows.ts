/**
 * The rows that Android's `content query` prints (AOSP, frameworks/base/cmds/content, `QueryCommand`):
 *
 *     Row: 0 _id=1, date=1700000000000, body=Hello, world
 *     Row: 1 _id=2, date=NULL, body=BLOB
 *
 * Nothing is escaped: a value may hold commas, line feeds and whole rows. So a query asks for numbers and at most one
 * column of text, the last one, and a first query has told which `_id`s there are. A row begins only where the next index
 * and the `_id` that must come follow each other. Where such a beginning is there twice, the rows around it are doubtful,
 * and the caller asks for each by itself: the one row of an answer has no beginning but the first.
 */

/** Why a phone answered with no rows: it does not allow it, it has no such thing, or something else. */
export type Refusal = 'denied' | 'absent' | 'failed';

/** What a phone answered instead of rows. */
export class ContentRefused extends Error {
  override readonly name = 'ContentRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`the phone answered with no rows: ${refusal}`);
    this.refusal = refusal;
  }
}

const NONE = /^No result found\.\s*$/;
const DENIED = /SecurityException|Permission Denial|permission denial|requires [\w.]*permission/i;
const ABSENT = /Could not find provider|Failed to find provider|Unknown UR[IL]/i;
const FIRST = /^Row: 0 /m;

/**
 * What an answer says from its first row on; empty when it has none. Warnings may stand before it where a phone mixes them
 * in, and its exit code says nothing.
 * @throws ContentRefused for anything that is not rows.
 */
function rowsOf(answer: string): string {
  if (NONE.test(answer)) return '';
  const first = FIRST.exec(answer);
  if (first !== null) return answer.slice(first.index);
  if (/^No result found\.$/m.test(answer) && !DENIED.test(answer)) return '';
  throw new ContentRefused(DENIED.test(answer) ? 'denied' : ABSENT.test(answer) ? 'absent' : 'failed');
}

/** A value that is no text. `NULL` and what is no safe integer are null. */
const numberOf = (value: string): number | null =>
  /^-?\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : null;

/**
 * Rows of numbers only, in the order of the answer; each in the order of `columns`.
 * @throws ContentRefused; SyntaxError when a row has other columns than were asked for.
 */
export function parseNumbers(answer: string, columns: readonly string[]): (number | null)[][] {
  const text = rowsOf(answer);
  if (text === '') return [];
  const pattern = new RegExp(`^Row: (\\d+) ${columns.map((name) => `${name}=([^,\\n]*)`).join(', ')}$`);
  return withoutLineEnd(text)
    .split(/\r?\n/)
    .map((line, index) => {
      const match = pattern.exec(line);
      if (match === null || Number(match[1]) !== index) throw new SyntaxError('a row of other columns');
      return match.slice(2).map(numberOf);
    });
}

/**
 * The `_id`s of all rows: there may be hundreds of thousands, so nothing else is made of each.
 * @throws ContentRefused; SyntaxError when a row has other columns.
 */
export function parseIds(answer: string): number[] {
  const text = rowsOf(answer);
  const ids: number[] = [];
  const row = /Row: (\d+) _id=(\d{1,16})\r?(?:\n|$)/y;
  while (row.lastIndex < text.length) {
    const match = row.exec(text);
    if (match === null || Number(match[1]) !== ids.length) throw new SyntaxError('a row of other columns');
    ids.push(Number(match[2]));
  }
  return ids;
}

export interface TextColumn {
  /** By `_id`. Null where the row has none, and for what is no text. */
  readonly values: ReadonlyMap<number, string | null>;
  /** Those that have to be asked for one by one. */
  readonly doubtful: readonly number[];
}

/**
 * One column of text: the answer to a query for `_id` and that column, in the order of `ids`. A row is right unless it is
 * doubtful: its own beginning and that of the next are there once each.
 * @throws ContentRefused
 */
export function parseText(answer: string, column: string, ids: readonly number[]): TextColumn {
  const text = `\n${withoutLineEnd(rowsOf(answer))}`;
  const values = new Map<number, string | null>();
  const doubtful = new Set<number>();
  const beginnings = findBeginnings(text, column, ids);
  for (const [index, id] of ids.entries()) {
    const [place, ...more] = beginnings[index] ?? [];
    const next = index + 1 < ids.length ? beginnings[index + 1]?.[0] : { start: text.length };
    if (more.length > 0) for (const each of ids.slice(Math.max(0, index - 1), index + 1)) doubtful.add(each);
    if (place === undefined || next === undefined || next.start < place.end) doubtful.add(id);
    else values.set(id, valueOf(text.slice(place.end, next.start)));
  }
  for (const id of doubtful) values.delete(id);
  return { values, doubtful: ids.filter((id) => doubtful.has(id)) };
}

/** The one row of an answer: what follows its beginning, to the end. Undefined when there is no such row any more. */
export function parseOne(answer: string, column: string, id: number): string | null | undefined {
  const text = rowsOf(answer);
  if (text === '') return undefined;
  const beginning = `Row: 0 _id=${String(id)}, ${column}=`;
  if (!text.startsWith(beginning)) throw new SyntaxError('a row of other columns');
  return valueOf(withoutLineEnd(text.slice(beginning.length)));
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** For each row, every place that looks like its beginning. */
function findBeginnings(text: string, column: string, ids: readonly number[]): Place[][] {
  const found: Place[][] = ids.map(() => []);
  const pattern = new RegExp(`\\nRow: (\\d{1,9}) _id=(\\d{1,16}), ${column}=`, 'g');
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const index = Number(match[1]);
    if (ids[index] === Number(match[2])) found[index]?.push({ start: match.index, end: pattern.lastIndex });
  }
  return found;
}

const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');

const valueOf = (text: string): string | null => (text === 'NULL' || text === 'BLOB' ? null : text);
