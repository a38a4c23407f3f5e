/**
 * Writes contacts some at a time. Raw contacts are made empty first: those that have no rows yet are alike, so it does not
 * matter which is whose, and the phone need not say which command made which. Then they get their rows, until all are there.
 */
import { readGroups } from '../contacts.ts';
import { ContentReader } from '../content-query.ts';
import { deleteCommand, insertCommand } from './binding.ts';
import {
  arrivedRows,
  columnsOf,
  DATA,
  groupDigest,
  GROUPS,
  missingRows,
  ofRaws,
  type PhoneRow,
  RAW_CONTACTS,
  rawDigest,
  readDataRows,
  rowDigest,
} from './contact-data.ts';
import { type DataRow, groupOf } from './contact-rows.ts';
import { runAll } from './script.ts';
import { endingSignal, type MadeRow, type PhoneWriting } from './writing.ts';

const TRIES = 3;

/** Somebody on the phone: the raw contact that takes what is new about them. */
export interface Owner {
  raw: number | undefined;
}

export interface Job {
  readonly owner: Owner;
  readonly isNew: boolean;
  readonly rows: readonly DataRow[];
  readonly starred: boolean;
}

export interface JobsDone {
  readonly added: number;
  readonly merged: number;
  readonly damaged: number;
}

interface Pending {
  readonly job: Job;
  readonly raw: number;
  /** All its rows, groups by their numbers. */
  readonly wanted: readonly DataRow[];
  readonly lacking: readonly DataRow[];
  readonly there: readonly PhoneRow[];
}

export class ContactWriter {
  readonly #writing: PhoneWriting;
  /** Numbers of groups by their names. */
  readonly #groups = new Map<string, string>();
  /** Raw contacts up to here were there, or are somebody's. */
  #lastRaw = 0;
  /** Something was cut off: there may be raw contacts that nobody was given. */
  #isUntidy = false;

  constructor(writing: PhoneWriting) {
    this.#writing = writing;
  }

  /** @param groups names by their numbers. */
  begin(groups: ReadonlyMap<string, string>, lastRaw: number): void {
    for (const [id, title] of groups) if (!this.#groups.has(title)) this.#groups.set(title, id);
    this.#lastRaw = lastRaw;
  }

  /** Those whose owner has no raw contact afterwards were refused. */
  async write(jobs: readonly Job[]): Promise<JobsDone> {
    const { signal } = this.#writing;
    try {
      await this.#makeGroups(jobs);
      await this.#makeRaws(jobs.filter(({ isNew }) => isNew));
      return await this.#writeRows(jobs);
    } catch (error) {
      if (signal.aborted) {
        const raws = jobs.flatMap(({ isNew, owner }) =>
          isNew && owner.raw !== undefined ? [owner.raw] : [],
        );
        await this.#drop(raws, endingSignal()).catch(() => undefined);
      }
      throw error;
    }
  }

  async #makeGroups(jobs: readonly Job[]): Promise<void> {
    const wanted = new Set(jobs.flatMap(({ rows }) => rows.flatMap((row) => groupOf(row) ?? [])));
    const missing = [...wanted].filter((title) => !this.#groups.has(title));
    if (missing.length === 0) return;
    const { signal, dialect, made } = this.#writing;
    const commands = missing.map((title) => insertCommand(GROUPS, { title, group_visible: 1 }, dialect));
    await this.#run(commands, signal);
    const rows: MadeRow[] = [];
    for (const [id, title] of await readGroups(this.#reader(signal))) {
      if (!missing.includes(title) || this.#groups.has(title)) continue;
      this.#groups.set(title, id);
      rows.push({ type: 'row', table: 'contact-group', id: Number(id), digest: groupDigest(title) });
    }
    if (rows.length > 0) await made(rows, signal);
  }

  /** Makes as many raw contacts as there are jobs, and gives each to one. */
  async #makeRaws(jobs: readonly Job[]): Promise<void> {
    const { signal, dialect } = this.#writing;
    for (const starred of [false, true]) {
      const some = jobs.filter((job) => job.starred === starred);
      for (let tries = 0; tries < TRIES; tries += 1) {
        const homeless = some.filter(({ owner }) => owner.raw === undefined);
        if (homeless.length === 0) break;
        const command = insertCommand(RAW_CONTACTS, { starred: starred ? 1 : 0 }, dialect);
        if (
          await this.#run(
            homeless.map(() => command),
            signal,
          )
        )
          tries -= 1;
        const taken = new Set(jobs.map(({ owner }) => owner.raw));
        const free = (await this.#emptyRaws(starred, signal)).filter((raw) => !taken.has(raw));
        for (const [index, { owner }] of homeless.entries()) owner.raw = free[index];
      }
    }
  }

  /** Above all that were there before, and without rows. */
  async #emptyRaws(starred: boolean, signal: AbortSignal): Promise<number[]> {
    const content = this.#reader(signal);
    const last = String(this.#lastRaw);
    const where = `_id>${last} AND deleted=0 AND starred=${starred ? '1' : '0'}`;
    const raws = await content.ids(RAW_CONTACTS, where);
    if (raws.length === 0) return [];
    const rows = await readDataRows(content, `raw_contact_id>${last}`);
    return raws.filter((raw) => !rows.has(raw));
  }

  async #writeRows(jobs: readonly Job[]): Promise<JobsDone> {
    const { signal, dialect, made } = this.#writing;
    let left = jobs.flatMap((job): Pending[] => {
      const { raw } = job.owner;
      const wanted = this.#numbered(job.rows);
      return raw === undefined ? [] : [{ job, raw, wanted, lacking: wanted, there: [] }];
    });
    const done: Pending[] = [];
    for (let tries = 0; left.length > 0 && tries < TRIES; tries += 1) {
      const commands = left.map(({ raw, lacking }) =>
        lacking.map((row) => insertCommand(DATA, columnsOf(row, raw), dialect)).join('\n'),
      );
      if (await this.#run(commands, signal)) tries -= 1;
      const rows = await readDataRows(this.#reader(signal), ofRaws(left.map(({ raw }) => raw)));
      const looked = left.map((each): Pending => {
        const there = rows.get(each.raw) ?? [];
        return { ...each, there, lacking: missingRows(each.wanted, there) };
      });
      done.push(...looked.filter(({ lacking }) => lacking.length === 0));
      left = looked.filter(({ lacking }) => lacking.length > 0);
    }
    const rows = [...done, ...left.filter(({ job }) => !job.isNew)].flatMap(madeRows);
    if (rows.length > 0) await made(rows, signal);
    // Half a contact is worse than none: it goes, and is written anew another time.
    await this.#drop(
      left.flatMap(({ job, raw }) => (job.isNew ? [raw] : [])),
      signal,
    );
    for (const { raw, job } of done) if (job.isNew) this.#lastRaw = Math.max(this.#lastRaw, raw);
    const added = done.filter(({ job }) => job.isNew).length;
    return { added, merged: done.length - added, damaged: jobs.length - done.length };
  }

  async #drop(raws: readonly number[], signal: AbortSignal): Promise<void> {
    const empty = this.#isUntidy || signal !== this.#writing.signal ? await this.#allEmpty(signal) : [];
    this.#isUntidy = false;
    const all = [...new Set([...raws, ...empty])];
    if (all.length > 0) await this.#run([deleteCommand(RAW_CONTACTS, `_id IN (${all.join(',')})`)], signal);
  }

  async #allEmpty(signal: AbortSignal): Promise<number[]> {
    return [...(await this.#emptyRaws(false, signal)), ...(await this.#emptyRaws(true, signal))];
  }

  /** With the numbers of groups in place of their names; a group that the phone did not take is left out. */
  #numbered(rows: readonly DataRow[]): DataRow[] {
    return rows.flatMap((row) => {
      const title = groupOf(row);
      if (title === undefined) return [row];
      const id = this.#groups.get(title);
      return id === undefined ? [] : [{ ...row, data: { data1: id } }];
    });
  }

  /** @returns whether the phone went away meanwhile. */
  async #run(commands: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { cut } = await runAll(this.#writing.link, commands, { signal });
    this.#isUntidy ||= cut !== undefined;
    return cut === 'gone';
  }

  #reader(signal: AbortSignal): ContentReader {
    return new ContentReader(this.#writing.link, signal, () => undefined);
  }
}

function madeRows({ job, raw, wanted, there }: Pending): MadeRow[] {
  if (job.isNew) return [{ type: 'row', table: 'raw-contact', id: raw, digest: rawDigest(there) }];
  return arrivedRows(wanted, there).map((row) => ({
    type: 'row',
    table: 'contact-data',
    id: row.id,
    digest: rowDigest(row),
  }));
}
