/**
 * After an interruption, and when the person says so: what had been verified is taken to its place without the sender,
 * whichever attempt verified it. Every file is read once more; a record kind and an app only count when all of it had
 * arrived in one attempt.
 */
import { existsSync } from 'node:fs';
import type { DiskDestination } from '../devices/port.ts';
import { MoverError } from '../errors.ts';
import { DigestSet } from '../kinds/digest-set.ts';
import { type Entry, itemsOf } from '../kinds/entry.ts';
import { KINDS, type Kind, type ReportLeft } from '../kinds/kind.ts';
import { ContentDigest } from '../disk/digest.ts';
import type { ManifestPages } from '../lanes/manifest-pages.ts';
import { stagedPath } from '../lanes/staged-path.ts';
import type { Receipt } from '../wire/messages.ts';
import { commit } from './commit/commit.ts';
import { digestOfFile } from './digest-of-file.ts';
import { lockFolder } from '../disk/folder-lock.ts';
import type { EntryState } from './ledger.ts';
import { contentEntries, isDamaged, keyOf, keyOfText, reading } from './staging/older-staging.ts';
import { makeReceipt, Tally } from './receipt.ts';
import { completeMark, discardStaging, findStaging, isEmpty, workFolderIn } from './staging/staging.ts';
import { UndoJournal } from './undo/undo-journal.ts';
import { digestTable } from './staging/verified-log.ts';

export interface KeepVerifiedOptions {
  readonly destination: DiskDestination;
  /** Whether this can be taken back by `undoMove`; true by default. */
  readonly keepUndo?: boolean;
  /** Told of each thing that was not kept, or got another name. */
  readonly onLeftBehind?: ReportLeft;
  readonly signal: AbortSignal;
}

/** An attempt, with what is to become of each of its entries. */
interface Checked {
  readonly staging: string;
  readonly states: EntryState[];
}

/**
 * Takes to its place what an interrupted move had verified, without the old device.
 * @returns a receipt of what was kept; what had not arrived is skipped as `not-arrived`. Undefined when no move was
 * interrupted here.
 * @throws MoverError `STAGING_UNREADABLE` when there are staged files and no manifest says what they are, `NOT_OURS`,
 *   `DESTINATION_BUSY`, `NO_SPACE`, `DESTINATION_FAILED`. What was staged then stays.
 */
export async function keepVerified(options: KeepVerifiedOptions): Promise<Receipt | undefined> {
  const { stagingParent } = options.destination;
  const lock = await lockFolder(stagingParent);
  try {
    return await keep(await findStaging(stagingParent), options);
  } finally {
    await lock.release();
  }
}

async function keep(
  folders: readonly string[],
  { destination, keepUndo, onLeftBehind, signal }: KeepVerifiedOptions,
): Promise<Receipt | undefined> {
  const began = performance.now();
  const union = new Union(signal);
  const unreadable: string[] = [];
  for (const folder of folders) {
    if (await union.check(folder)) continue;
    if (isDamaged(folder) || !(await isEmpty(folder))) unreadable.push(folder);
  }
  const [damaged] = unreadable;
  if (union.attempts.length === 0) {
    if (damaged !== undefined) throw new MoverError('STAGING_UNREADABLE', { detail: damaged });
    await discardStaging(folders);
    return undefined;
  }
  const tallies = await union.count(onLeftBehind);
  const lastOne = union.attempts.at(-1);
  let leaves = false;
  for (const attempt of union.attempts) {
    const left = await reading(attempt.staging, async (pages) =>
      commit({
        staging: { folder: attempt.staging, workFolder: (name) => workFolderIn(attempt.staging, name) },
        destination,
        pages,
        stateOf: (entry) => attempt.states[entry] ?? 'covered',
        reasonOf: () => 'not-arrived',
        digestOfSame: () => undefined,
        digestOfStaged: digestTable(attempt.staging, attempt.states.length),
        journal: await UndoJournal.open(destination.stagingParent, keepUndo === false ? 'drop' : 'continue'),
        tallies,
        whole: false,
        last: attempt === lastOne,
        signal,
      }),
    );
    leaves ||= left === true;
  }
  await destination.flush();
  const seconds = (performance.now() - began) / 1000;
  const receipt = makeReceipt(tallies, { payload: 0, wire: 0, resumed: union.bytes }, seconds);
  if (!leaves) await discardStaging(folders.filter((folder) => !unreadable.includes(folder)));
  return receipt;
}

/**
 * What several attempts have verified, as one: each thing is taken from the newest attempt that has it whole, other versions
 * of it from older ones beside it, and only what no attempt has is missing.
 */
class Union {
  readonly attempts: Checked[] = [];
  bytes = 0;
  readonly #signal: AbortSignal;
  /** With their content: what will be there. */
  readonly #taken = new DigestSet();
  /** By their names alone. */
  readonly #arrived = new DigestSet();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Newest first. False when there is no manifest that can be read. */
  async check(staging: string): Promise<boolean> {
    const states = await reading(staging, (pages, digestOf) => this.#check(staging, pages, digestOf));
    if (states !== undefined) this.attempts.push({ staging, states });
    return states !== undefined;
  }

  async #check(
    staging: string,
    pages: ManifestPages,
    digestOf: (entry: number) => string | undefined,
  ): Promise<EntryState[]> {
    const states: EntryState[] = Array.from({ length: pages.count }, () => 'folder');
    const groups = new Map<string, Group>();
    const complete = existsSync(completeMark(staging));
    for await (const [number, entry] of contentEntries(pages)) {
      this.#signal.throwIfAborted();
      const digest = digestOf(number);
      if (entry.type === 'file') {
        states[number] = await this.#state(staging, entry, digest, keyOf(entry, digest));
        continue;
      }
      const name = groupOf(entry);
      const group = groups.get(name) ?? new Group(entry.type === 'apk' || complete);
      groups.set(name, group);
      group.numbers.push(number);
      states[number] = 'skipped';
      group.add(entry, (await this.#isIntact(staging, entry, digest)) ? digest : undefined);
    }
    for (const [name, group] of groups) {
      if (!group.whole) continue;
      const key = keyOfText(`${name}\0${group.digest()}`);
      const state = this.#taken.add(key) ? 'staged' : 'covered';
      this.#arrived.add(keyOfText(name));
      if (state === 'staged') this.bytes += group.bytes;
      for (const number of group.numbers) states[number] = state;
    }
    return states;
  }

  async #state(
    staging: string,
    entry: Entry,
    digest: string | undefined,
    key: Uint8Array,
  ): Promise<EntryState> {
    if (digest !== undefined && this.#taken.has(key)) return 'covered';
    if (!(await this.#isIntact(staging, entry, digest))) return 'skipped';
    this.#taken.add(key);
    this.#arrived.add(keyOf(entry));
    this.bytes += entry.size;
    return 'staged';
  }

  async #isIntact(staging: string, entry: Entry, digest: string | undefined): Promise<boolean> {
    if (digest === undefined) return false;
    return (await digestOfFile(stagedPath(staging, entry), entry.size, this.#signal)) === digest;
  }

  /** Counts what there is, and leaves out of each attempt what is missing there and not elsewhere. */
  async count(onLeftBehind: ReportLeft | undefined): Promise<Map<Kind, Tally>> {
    const items = new Map<Kind, number>();
    const verified = new Map<Kind, number>();
    const missing = new DigestSet();
    const apps = new DigestSet();
    for (const { staging, states } of this.attempts) {
      await reading(staging, async (pages) => {
        const ownApps = new Set<string>();
        for await (const [number, entry] of contentEntries(pages)) {
          if (states[number] === 'skipped' && !this.#isMissing(entry, missing, apps, ownApps)) {
            states[number] = 'covered';
          }
          if (states[number] === 'covered') continue;
          const key = entry.type === 'apk' ? entry.path[0] : undefined;
          const counts = key === undefined ? itemsOf(entry) : ownApps.has(key) ? 0 : 1;
          if (key !== undefined) ownApps.add(key);
          items.set(entry.kind, (items.get(entry.kind) ?? 0) + counts);
          // Apps count their own when they are placed.
          if (states[number] !== 'staged' || key !== undefined) continue;
          verified.set(entry.kind, (verified.get(entry.kind) ?? 0) + counts);
        }
      });
    }
    return new Map(
      KINDS.flatMap((kind) => {
        const count = items.get(kind);
        if (count === undefined) return [];
        const tally = new Tally({ kind, items: count, left: [] }, onLeftBehind);
        tally.verified = verified.get(kind) ?? 0;
        return [[kind, tally]];
      }),
    );
  }

  /** Whether an entry that is not whole in an attempt is nowhere else and has not been counted as missing. */
  #isMissing(entry: Entry, missing: DigestSet, apps: DigestSet, ownApps: ReadonlySet<string>): boolean {
    if (entry.type === 'file') return !this.#arrived.has(keyOf(entry)) && missing.add(keyOf(entry));
    const group = keyOfText(groupOf(entry));
    if (this.#arrived.has(group)) return false;
    if (entry.type === 'segment') return missing.add(keyOf(entry));
    // Every APK of an app of this attempt, and none of another's.
    return ownApps.has(entry.path[0]) || apps.add(group);
  }
}

/** Entries that count only together: a record kind, or an app. */
class Group {
  readonly numbers: number[] = [];
  bytes = 0;
  whole: boolean;
  readonly #digest = new ContentDigest();

  constructor(whole: boolean) {
    this.whole = whole;
  }

  add(entry: Entry, digest: string | undefined): void {
    if (digest === undefined) this.whole = false;
    this.bytes += entry.size;
    this.#digest.update(Buffer.from(`${stagedPath('', entry)}\0${digest ?? ''}\0`));
  }

  digest(): string {
    return this.#digest.digest();
  }
}

const groupOf = (entry: Entry): string => (entry.type === 'apk' ? `apps\0${entry.path[0]}` : entry.kind);
