/**
 * Messages and calls onto a phone: each is looked for among what is there by the keys of its kind, and written where it is
 * not. What the phone's version lets no computer write is found out by trying, and put into a file of "SMS Backup & Restore"
 * in Download instead.
 */
import { DigestSet } from '../../../kinds/digest-set.ts';
import { backupDocument } from '../../../kinds/xml/document.ts';
import type { BackupKind } from '../../../kinds/xml/kind-of-backup.ts';
import { parseLine } from '../../../kinds/xml/record-line.ts';
import { ContentRefused } from '../content-rows.ts';
import { leaveFile } from './ready-file.ts';
import type { Outcome, Row } from './row-table.ts';
import { Counts, type PhoneWriting, type RecordsWritten } from './writing.ts';

/** Records of a batch, and what their lines may come to: read back as a whole, so bounded. */
const BATCH_RECORDS = 400;
const BATCH_BYTES = 2 * 1024 * 1024;
/** What a phone lets nobody write shows at the first ones. */
const PROBE_RECORDS = 3;

/** Where the records of one table go. */
export interface RecordTable<R> {
  /** Asked once, before anything is written. @throws ContentRefused */
  existing(): AsyncIterable<Row<R>>;
  /** Whether each value is short enough for a command. */
  fits(record: R): boolean;
  write(records: readonly R[]): Promise<Outcome<R>>;
}

export interface BackupPlan<R> {
  readonly kind: BackupKind<R>;
  /** Looks at all lines once, before anything else. @returns how many there are. */
  begin(lines: AsyncIterable<string>): Promise<number>;
  /** As the phone will tell the record when it is asked. */
  normal(record: R): R;
  /** Number of the record's table; undefined for what Android takes from no computer. */
  tableOf(record: R): number | undefined;
  readonly tables: readonly RecordTable<R>[];
  /** For the sentence: "messages". */
  readonly noun: string;
  readonly fileStem: string;
  /** After the last record, when any was added. */
  readonly finish?: () => Promise<void>;
}

interface Lane<R> {
  readonly table: RecordTable<R>;
  refused: boolean;
  tried: boolean;
  waiting: R[];
  bytes: number;
}

export async function writeBackup<R extends object>(
  plan: BackupPlan<R>,
  writing: PhoneWriting,
): Promise<RecordsWritten> {
  return await new BackupWriting(plan, writing).run();
}

class BackupWriting<R extends object> {
  readonly #plan: BackupPlan<R>;
  readonly #writing: PhoneWriting;
  readonly #lanes: readonly Lane<R>[];
  readonly #counts = new Counts();
  /** What was on the phone before. */
  readonly #there = new DigestSet();
  readonly #taken = new DigestSet();
  #total = 0;
  #done = 0;

  constructor(plan: BackupPlan<R>, writing: PhoneWriting) {
    this.#plan = plan;
    this.#writing = writing;
    this.#lanes = plan.tables.map((table) => ({
      table,
      refused: false,
      tried: false,
      waiting: [],
      bytes: 0,
    }));
  }

  async run(): Promise<RecordsWritten> {
    const { incoming } = this.#writing;
    this.#total = await this.#plan.begin(incoming());
    if (this.#total > 0) {
      for (const lane of this.#lanes) await this.#index(lane);
      for await (const line of incoming()) await this.#take(line);
      for (const lane of this.#lanes) await this.#flush(lane);
      if (this.#writing.dryRun === true) return this.#counts.result;
      if (this.#counts.added > 0) await this.#plan.finish?.();
      await this.#leaveFile();
    }
    return this.#counts.result;
  }

  async #index(lane: Lane<R>): Promise<void> {
    try {
      for await (const { record } of lane.table.existing()) {
        for (const digest of this.#plan.kind.keys(record).known) this.#there.add(digest);
      }
    } catch (error) {
      if (!(error instanceof ContentRefused)) throw error;
      // What cannot be read cannot be told from what is new, nor read back.
      lane.refused = true;
    }
  }

  async #take(line: string): Promise<void> {
    this.#writing.signal.throwIfAborted();
    const record = this.#parse(line);
    if (typeof record === 'string') {
      this.#counts.skip(record);
      return;
    }
    const keys = this.#plan.kind.keys(record);
    if (keys.same.some((digest) => this.#there.has(digest) || this.#taken.has(digest))) {
      this.#counts.same += 1;
      return;
    }
    for (const digest of keys.known) this.#taken.add(digest);
    const lane = this.#laneOf(record);
    if (lane === undefined) this.#counts.skip('as-file');
    else if (!lane.table.fits(record)) this.#counts.skip('too-large');
    else {
      lane.waiting.push(record);
      lane.bytes += line.length;
      if (lane.waiting.length >= BATCH_RECORDS || lane.bytes >= BATCH_BYTES) await this.#flush(lane);
    }
  }

  #parse(line: string): R | 'too-large' | 'malformed' {
    const record = parseLine(this.#plan.kind, line);
    return typeof record === 'string' ? record : this.#plan.normal(record);
  }

  /** Undefined for a record that goes into the file. */
  #laneOf(record: R): Lane<R> | undefined {
    const lane = this.#lanes[this.#plan.tableOf(record) ?? -1];
    return lane?.refused === true ? undefined : lane;
  }

  async #flush(lane: Lane<R>): Promise<void> {
    const records = lane.waiting;
    lane.waiting = [];
    lane.bytes = 0;
    if (records.length === 0) return;
    if (this.#writing.dryRun === true) {
      this.#counts.added += records.length;
      return;
    }
    let rest = records;
    if (!lane.tried) {
      const probe = records.slice(0, PROBE_RECORDS);
      rest = records.slice(PROBE_RECORDS);
      lane.tried = true;
      const outcome = await lane.table.write(probe);
      if (outcome.arrived + outcome.damaged === 0) {
        lane.refused = true;
        this.#counts.skip('as-file', records.length);
        return;
      }
      this.#count(outcome);
    }
    if (rest.length > 0) this.#count(await lane.table.write(rest));
    this.#done += records.length;
    if (this.#done < this.#total && this.#total > BATCH_RECORDS) {
      const [done, total] = [this.#done, this.#total].map((count) => count.toLocaleString('en-US'));
      this.#writing.tell({
        message: `Writing ${this.#plan.noun} to the phone: ${done ?? ''} of ${total ?? ''}.`,
      });
    }
  }

  #count({ arrived, damaged, missing }: Outcome<R>): void {
    this.#counts.added += arrived;
    this.#counts.skip('damaged', damaged + missing.length);
  }

  async #leaveFile(): Promise<void> {
    const { link, signal, made, tell } = this.#writing;
    const { kind, noun, fileStem } = this.#plan;
    const count = this.#counts.skipped('as-file');
    if (count === 0) return;
    const name = await leaveFile(
      link,
      { stem: fileStem, ending: '.xml', bytes: () => backupDocument(kind.root, this.#unwritten(), count) },
      { signal, made },
    );
    tell({
      message: `This phone does not let a computer write ${count === this.#total ? 'its' : 'some'} ${noun}: they are in Download/${name} on the phone.`,
      action:
        'To take them in, open that file on the phone with the free app SMS Backup & Restore or SMS Import / Export.',
    });
  }

  /** The same records again that were counted for the file. */
  async *#unwritten(): AsyncGenerator<string, void> {
    const listed = new DigestSet();
    for await (const line of this.#writing.incoming()) {
      const record = this.#parse(line);
      if (typeof record === 'string' || this.#laneOf(record) !== undefined) continue;
      const keys = this.#plan.kind.keys(record);
      if (keys.same.some((digest) => this.#there.has(digest) || listed.has(digest))) continue;
      for (const digest of keys.known) listed.add(digest);
      yield this.#plan.kind.toXml(record);
    }
  }
}
