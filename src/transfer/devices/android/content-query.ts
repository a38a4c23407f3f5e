/**
 * Tables of a phone's content providers as rows. A call of `content` costs a phone 0.2 to 0.5 s, so rows are asked for by
 * the thousand: one query for their numbers, then one for each column of text (see content-rows.ts for why).
 */
import { ContentRefused, parseIds, parseNumbers, parseOne, parseText } from './content-rows.ts';
import type { PhoneLink } from './link.ts';
import { inOrder } from './in-order.ts';
import { commandBytes, commandText, quoted, TooMuchOutput } from './shell.ts';

export interface Table {
  /** `content://sms` */
  readonly uri: string;
  readonly where?: string;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  /** Columns in which a person may have written `NULL` themselves. */
  readonly written?: readonly string[];
}

export interface ContentRow {
  readonly id: number;
  number(column: string): number | null;
  text(column: string): string | null;
}

/** Rows of one query. */
const CHUNK_ROWS = 2_000;
/** What a chunk's column of text may come to; a larger one is asked for in halves. */
const CHUNK_BYTES = 16 * 1024 * 1024;
/** `_id`s of a table: ten times the messages of a large phone. */
const IDS_BYTES = 128 * 1024 * 1024;
/** Columns asked for side by side: a phone has as many cores. */
const AT_ONCE = 4;
/** More rows than anybody forges, so the table has changed between two queries. */
const MOST_DOUBTFUL = 50;
const TRIES = 3;

export class ContentReader {
  readonly #link: PhoneLink;
  readonly #signal: AbortSignal;
  readonly #tooLarge: () => void;

  /** @param tooLarge told of each row that is larger than can be read. */
  constructor(link: PhoneLink, signal: AbortSignal, tooLarge: () => void) {
    this.#link = link;
    this.#signal = signal;
    this.#tooLarge = tooLarge;
  }

  /** @throws ContentRefused */
  async ids(uri: string, where?: string): Promise<number[]> {
    return parseIds(await this.#query(uri, ['_id'], where, IDS_BYTES));
  }

  /** All rows in the order of `_id`, some thousand at a time. @throws ContentRefused */
  async *chunks(table: Table): AsyncGenerator<ContentRow[], void> {
    const ids = await this.ids(table.uri, table.where);
    for (let at = 0; at < ids.length; at += CHUNK_ROWS) {
      const [first, last] = [ids[at] ?? 0, ids[Math.min(at + CHUNK_ROWS, ids.length) - 1] ?? 0];
      yield await this.#range(table, first, last);
    }
  }

  /** The rows of a table that is small, or made so by `where`. @throws ContentRefused */
  async rows(table: Table): Promise<ContentRow[]> {
    const all: ContentRow[] = [];
    for await (const chunk of this.chunks(table)) all.push(...chunk);
    return all;
  }

  /** What `content read` gives; empty where the phone gives nothing. @throws TooMuchOutput */
  async blob(uri: string, mostBytes: number): Promise<Buffer> {
    const command = `content read --uri ${quoted(uri)} 2>/dev/null`;
    return (await commandBytes(this.#link, command, { signal: this.#signal, mostBytes })).bytes;
  }

  async #range(table: Table, first: number, last: number): Promise<ContentRow[]> {
    const range = `_id>=${String(first)} AND _id<=${String(last)}`;
    const where = table.where === undefined ? range : `(${table.where}) AND ${range}`;
    try {
      return await this.#read({ ...table, where });
    } catch (error) {
      if (!(error instanceof TooMuchOutput)) throw error;
      if (first === last) {
        this.#tooLarge();
        return [];
      }
      const middle = Math.floor((first + last) / 2);
      return [...(await this.#range(table, first, middle)), ...(await this.#range(table, middle + 1, last))];
    }
  }

  async #read(table: Table & { readonly where: string }): Promise<ContentRow[]> {
    for (let tries = 1; ; tries += 1) {
      const numbers = await this.#numbers(table);
      const ids = [...numbers.keys()];
      const columns = inOrder(table.texts, AT_ONCE, (column) => this.#text(table, column, ids));
      const texts = new Map<string, ReadonlyMap<number, string | null>>();
      let at = 0;
      for await (const values of columns) {
        if (values === undefined) break;
        texts.set(table.texts[at++] ?? '', values);
      }
      if (at < table.texts.length && tries < TRIES) continue;
      return ids
        .filter((id) => table.texts.every((column) => texts.get(column)?.has(id) !== false))
        .map((id) => ({
          id,
          number: (column) => numbers.get(id)?.get(column) ?? null,
          text: (column) => texts.get(column)?.get(id) ?? null,
        }));
    }
  }

  /** A column that this phone does not have is null in all rows. */
  async #numbers({ uri, where, numbers }: Table): Promise<Map<number, Map<string, number | null>>> {
    const columns = ['_id', ...numbers];
    const rows = new Map<number, Map<string, number | null>>();
    const add = (asked: readonly string[], answer: string): void => {
      for (const [id, ...values] of parseNumbers(answer, asked)) {
        if (id === null || id === undefined) continue;
        const row = rows.get(id) ?? new Map<string, number | null>();
        for (const [index, value] of values.entries()) row.set(asked[index + 1] ?? '', value);
        rows.set(id, row);
      }
    };
    try {
      add(columns, await this.#query(uri, columns, where));
    } catch (error) {
      if (!isMissingColumn(error)) throw error;
      add(['_id'], await this.#query(uri, ['_id'], where));
      for (const column of numbers) {
        try {
          add(['_id', column], await this.#query(uri, ['_id', column], where));
        } catch (missing) {
          if (!isMissingColumn(missing)) throw missing;
        }
      }
    }
    return rows;
  }

  /** Undefined when the table has changed since its rows were counted. */
  async #text(
    table: Table & { readonly where: string },
    column: string,
    ids: readonly number[],
  ): Promise<ReadonlyMap<number, string | null> | undefined> {
    if (ids.length === 0) return new Map();
    const { uri, where } = table;
    let answer: string;
    try {
      answer = await this.#query(uri, ['_id', column], where);
    } catch (error) {
      if (!isMissingColumn(error)) throw error;
      return new Map(ids.map((id) => [id, null]));
    }
    const parsed = this.#parse(answer, column, ids);
    if (parsed === undefined) return new Map(ids.map((id) => [id, null]));
    if (parsed.doubtful.length > MOST_DOUBTFUL) return undefined;
    const values = new Map(parsed.values);
    for (const id of parsed.doubtful) {
      const value = parseOne(await this.#query(uri, ['_id', column], `_id=${String(id)}`), column, id);
      if (value !== undefined) values.set(id, value);
    }
    if (table.written?.includes(column) === true) await this.#writtenOut(uri, where, column, values);
    return values;
  }

  /** Undefined where the phone has no such column. */
  #parse(answer: string, column: string, ids: readonly number[]): ReturnType<typeof parseText> | undefined {
    try {
      return parseText(answer, column, ids);
    } catch (error) {
      if (isMissingColumn(error)) return undefined;
      throw error;
    }
  }

  /** Tells `NULL` and `BLOB` that somebody wrote from those that `content` prints. */
  async #writtenOut(
    uri: string,
    where: string,
    column: string,
    values: Map<number, string | null>,
  ): Promise<void> {
    if (![...values.values()].includes(null)) return;
    const written = (words: string): Promise<number[]> =>
      this.ids(uri, `(${where}) AND ${column} IN (${words})`).catch(() => []);
    if ((await written("'NULL','BLOB'")).length === 0) return;
    for (const word of ['NULL', 'BLOB']) {
      for (const id of await written(`'${word}'`)) if (values.get(id) === null) values.set(id, word);
    }
  }

  async #query(
    uri: string,
    columns: readonly string[],
    where: string | undefined,
    mostBytes = CHUNK_BYTES,
  ): Promise<string> {
    const command = [
      `content query --uri ${quoted(uri)} --projection ${columns.join(':')}`,
      ...(where === undefined ? [] : [`--where ${quoted(where)}`]),
      `--sort ${quoted('_id ASC')}`,
    ].join(' ');
    const { output, errors } = await commandText(this.#link, command, { signal: this.#signal, mostBytes });
    return output.trim() === '' ? errors : output;
  }
}

const isMissingColumn = (error: unknown): boolean =>
  error instanceof ContentRefused && error.refusal === 'failed';
