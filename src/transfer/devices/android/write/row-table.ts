/**
 * Records that are a row each. `content insert` says neither the row's number nor whether there is one, so the rows above
 * the last known number are read after each batch and compared with what was to be written. That tells what arrived also
 * when the cable was pulled midway: only what is not there is written again.
 */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import type { ContentRow, Table } from '../content-query.ts';
import { ContentReader } from '../content-query.ts';
import type { PhoneLink } from '../link.ts';
import { type Columns, canBind, deleteCommand, type Dialect, insertCommand } from './binding.ts';
import { type Guard, runAll, type ScriptOutcome } from './script.ts';
import { endingSignal, type MadeRow, type ReportMade } from './writing.ts';

const TRIES = 3;

export interface RowShape<R> {
  /** In `MadeRow`. */
  readonly name: string;
  readonly table: Table;
  /** Where rows are written and deleted, when that is another address than they are read at. */
  readonly writeUri?: string;
  recordOf(row: ContentRow): R | undefined;
  columns(record: R): Columns;
  /** Equal when what is there is what was to be written. */
  said(record: R): string;
  /** Equal for a row that came of a record, whatever has become of its text. */
  near(record: R): string;
  /** What a person may change without the row becoming theirs (read or not) is no part of it. */
  digest(record: R): Uint8Array;
}

export interface Row<R> {
  readonly id: number;
  readonly record: R;
}

export interface Outcome<R> {
  readonly arrived: number;
  /** The records that were written, with the numbers of their rows. */
  readonly placed: readonly Row<R>[];
  readonly damaged: number;
  /** The phone took none of these, or not in time. */
  readonly missing: readonly R[];
}

export interface RowWriterOptions {
  readonly link: PhoneLink;
  readonly dialect: Dialect;
  readonly signal: AbortSignal;
  readonly guard?: Guard;
  readonly made: ReportMade;
}

export const digestText = (digest: Uint8Array): string =>
  Buffer.from(digest).toString('base64url').slice(0, 22);

export async function* readRows<R>(
  shape: RowShape<R>,
  content: ContentReader,
  where?: string,
): AsyncGenerator<Row<R>, void> {
  const table = where === undefined ? shape.table : { ...shape.table, where };
  for await (const rows of content.chunks(table)) {
    for (const row of rows) {
      const record = shape.recordOf(row);
      if (record !== undefined) yield { id: row.id, record };
    }
  }
}

export class RowWriter<R> {
  readonly #shape: RowShape<R>;
  readonly #options: RowWriterOptions;
  /** Rows up to here were there, or are accounted for. */
  #last = 0;

  constructor(shape: RowShape<R>, options: RowWriterOptions) {
    this.#shape = shape;
    this.#options = options;
  }

  /** What is there already. @throws ContentRefused */
  async *existing(): AsyncGenerator<Row<R>, void> {
    const content = this.#reader(this.#options.signal);
    for await (const row of readRows(this.#shape, content)) {
      this.#last = Math.max(this.#last, row.id);
      yield row;
    }
    for (const id of await content.ids(this.#shape.table.uri)) this.#last = Math.max(this.#last, id);
  }

  /** In place of `existing`, where somebody else has read what is there. */
  begin(last: number): void {
    this.#last = last;
  }

  fits(record: R): boolean {
    return canBind([this.#shape.columns(record)], this.#options.dialect);
  }

  async write(records: readonly R[]): Promise<Outcome<R>> {
    const { signal } = this.#options;
    let missing = records;
    const placed: Row<R>[] = [];
    let damaged = 0;
    for (let tries = 1; missing.length > 0 && tries <= TRIES; tries += 1) {
      let cut: ScriptOutcome['cut'];
      try {
        cut = await this.#insert(missing);
      } catch (error) {
        // Whoever cancelled is to find all that was written until then in the journal.
        if (signal.aborted) await this.#match(missing, endingSignal()).catch(() => undefined);
        throw error;
      }
      const found = await this.#match(missing, signal);
      placed.push(...found.placed);
      damaged += found.damaged;
      const some = found.missing.length < missing.length;
      missing = found.missing;
      if (cut === 'gone') tries -= 1;
      else if (cut === undefined && !some) break;
    }
    return { arrived: placed.length, placed, damaged, missing };
  }

  async #insert(records: readonly R[]): Promise<ScriptOutcome['cut']> {
    const { link, dialect, signal, guard } = this.#options;
    const uri = writeUri(this.#shape);
    const commands = records.map((record) => insertCommand(uri, this.#shape.columns(record), dialect));
    const outcome = await runAll(link, commands, { signal, ...(guard === undefined ? {} : { guard }) });
    return outcome.cut;
  }

  async #match(records: readonly R[], signal: AbortSignal): Promise<Outcome<R>> {
    const wanted = new Map<string, R[]>();
    for (const record of records) add(wanted, this.#shape.said(record), record);
    const made: MadeRow[] = [];
    const placed: Row<R>[] = [];
    const others: Row<R>[] = [];
    let last = this.#last;
    for await (const row of readRows(this.#shape, this.#reader(signal), `_id>${String(this.#last)}`)) {
      last = Math.max(last, row.id);
      const record = wanted.get(this.#shape.said(row.record))?.pop();
      if (record === undefined) others.push(row);
      else {
        made.push(madeRow(this.#shape, row));
        placed.push({ id: row.id, record });
      }
    }
    if (made.length > 0) await this.#options.made(made, signal);
    this.#last = last;
    const left = [...wanted.values()].flat();
    const spoilt = await this.#takeSpoilt(left, others, signal);
    return {
      arrived: placed.length,
      placed,
      damaged: spoilt.size,
      missing: left.filter((record) => !spoilt.has(record)),
    };
  }

  /** Rows that came of a record and say something else are no use to anybody: they go, and the record counts as damaged. */
  async #takeSpoilt(
    left: readonly R[],
    others: readonly Row<R>[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<R>> {
    const spoilt = new Set<R>();
    const near = new Map<string, R[]>();
    for (const record of left) add(near, this.#shape.near(record), record);
    const ids: number[] = [];
    for (const { id, record } of others) {
      const came = near.get(this.#shape.near(record))?.pop();
      if (came === undefined) continue;
      spoilt.add(came);
      ids.push(id);
    }
    if (ids.length > 0) {
      const { link, guard } = this.#options;
      const command = deleteCommand(writeUri(this.#shape), `_id IN (${ids.join(',')})`);
      await runAll(link, [command], { signal, ...(guard === undefined ? {} : { guard }) });
    }
    return spoilt;
  }

  #reader(signal: AbortSignal): ContentReader {
    return new ContentReader(this.#options.link, signal, () => undefined);
  }
}

export const writeUri = <R>({ table, writeUri }: Pick<RowShape<R>, 'table' | 'writeUri'>): string =>
  writeUri ?? table.uri;

export const madeRow = <R>(shape: Pick<RowShape<R>, 'name' | 'digest'>, { id, record }: Row<R>): MadeRow => ({
  type: 'row',
  table: shape.name,
  id,
  digest: digestText(shape.digest(record)),
});

function add<V>(to: Map<string, V[]>, key: string, value: V): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [value]);
  else known.push(value);
}

/**
 * Text as a query of the phone can give it back: `content` prints null as `NULL`, so the two words it prints for no text are
 * no text here, and an empty text is none either; a carriage return at its end may be the line's own.
 */
export const printedText = (text: string | null): string | null => {
  const kept = text?.replace(/\r+$/, '') ?? '';
  return kept === '' || kept === 'NULL' || kept === 'BLOB' ? null : kept;
};

/** Of a text that may be long. */
export const shortText = (text: string | null): string | null =>
  text === null || text.length < 64 ? text : blake3UrlSafeBase64(text);
