/**
 * After an interruption, and when the person says so: what had been verified is taken to its place without the sender.
 * Every file is read once more; a record kind only counts when all of it had arrived.
 *
 * A move that was broken off several times has left a staging folder for each attempt. The one with the longest manifest says
 * what there was to move; what the others hold of it is brought into that folder, and what they hold besides is committed
 * after it.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Destination } from '../devices/port.ts';
import { MoverError } from '../errors.ts';
import { type Entry, itemsOf } from '../kinds/entry.ts';
import { KINDS, RECORD_KINDS, type Kind, type ReportLeft } from '../kinds/kind.ts';
import { LIMITS } from '../limits.ts';
import { READ_ONLY } from '../read-only.ts';
import type { Digest } from '../stream/digest.ts';
import { ManifestPages } from '../stream/manifest-pages.ts';
import { stagedPath } from '../stream/staged-path.ts';
import type { Receipt } from '../wire/messages.ts';
import { openAnonymousFile } from './anonymous-file.ts';
import { batches } from './batches.ts';
import { commit } from './commit.ts';
import { digestOfFile } from './digest-of-file.ts';
import { lockFolder } from './folder-lock.ts';
import type { EntryState } from './ledger.ts';
import { makeReceipt, Tally } from './receipt.ts';
import {
  completeMark,
  discardStaging,
  findStaging,
  manifestPath,
  stagedBytes,
  verifiedEntries,
  workFolderIn,
} from './staging.ts';
import { UndoJournal } from './undo-journal.ts';
import { readVerified } from './verified-log.ts';

export interface KeepVerifiedOptions {
  readonly destination: Destination;
  /** Whether this can be taken back by `undoMove`; true by default. */
  readonly keepUndo?: boolean;
  /** Told of each thing that was not kept, or got another name. */
  readonly onLeftBehind?: ReportLeft;
  readonly signal: AbortSignal;
}

interface KeepOptions extends Omit<Required<KeepVerifiedOptions>, 'onLeftBehind'> {
  readonly onLeftBehind: ReportLeft | undefined;
  readonly began: number;
}

/** One staging folder, read: its entries, which of them are whole, and their digests. */
interface Kept {
  readonly folder: string;
  readonly pages: ManifestPages;
  readonly states: readonly EntryState[];
  readonly digests: ReadonlyMap<number, Digest>;
  readonly close: () => void;
}

/** What a folder holds beside the one with the longest manifest, by staged path. */
type Others = Map<string, { readonly folder: string; readonly entry: Entry; readonly digest: Digest }>;

/**
 * @returns a receipt of what was kept; what had not arrived is skipped as `not-arrived`. Undefined when no move was
 * interrupted here.
 * @throws MoverError `DESTINATION_BUSY`, `NO_SPACE`, `DESTINATION_FAILED`; staging is then as it was.
 */
export async function keepVerified({
  destination,
  keepUndo = true,
  onLeftBehind,
  signal,
}: KeepVerifiedOptions): Promise<Receipt | undefined> {
  const began = performance.now();
  const lock = await lockFolder(destination.stagingParent);
  try {
    const folders = await findStaging(destination.stagingParent);
    if (folders.length === 0) return undefined;
    const receipt = await keep(folders, { destination, keepUndo, onLeftBehind, signal, began });
    await discardStaging(folders);
    return receipt;
  } finally {
    await lock.release();
  }
}

async function keep(
  folders: readonly string[],
  { destination, keepUndo, onLeftBehind, signal, began }: KeepOptions,
): Promise<Receipt | undefined> {
  const longest = longestManifest(folders);
  if (longest === undefined) {
    if ((await Promise.all(folders.map(stagedBytes))).some((bytes) => bytes > 0)) {
      throw new MoverError('DESTINATION_FAILED', {
        detail: 'what an interrupted move left does not say what it is',
      });
    }
    return undefined;
  }
  const others: Others = new Map();
  for (const folder of folders) {
    if (folder === longest) continue;
    for (const { entry, digest } of verifiedEntries(folder)) {
      const place = relative(folder, stagedPath(folder, entry));
      if (!others.has(place)) others.set(place, { folder, entry, digest });
    }
  }
  const kept = [await recheck(longest, others, signal)];
  try {
    for (const folder of folders) {
      if (folder !== longest) kept.push(await besides(folder, others, signal));
    }
    const parts = kept.filter(({ pages }) => pages.count > 0);
    const tallies = tally(parts, onLeftBehind);
    let bytes = 0;
    for (const [index, { folder, pages, states, digests }] of parts.entries()) {
      const stateOf = (entry: number): EntryState => states[entry] ?? 'skipped';
      bytes += countVerified(pages, stateOf, tallies);
      await commit({
        staging: { folder, workFolder: (name) => workFolderIn(folder, name) },
        destination,
        pages,
        stateOf,
        reasonOf: () => 'not-arrived',
        digestOfSame: () => undefined,
        digestOfStaged: (entry) => digests.get(entry),
        journal: await UndoJournal.open(destination.stagingParent, keepUndo ? 'continue' : 'drop'),
        tallies,
        whole: false,
        last: index === parts.length - 1,
        signal,
      });
    }
    const seconds = (performance.now() - began) / 1000;
    return makeReceipt(tallies, { payload: 0, wire: 0, resumed: bytes }, seconds);
  } finally {
    for (const { close } of kept) close();
  }
}

/** Undefined when none of them has a manifest with an entry in it. @throws MoverError for one that is damaged. */
function longestManifest(folders: readonly string[]): string | undefined {
  let longest: { readonly folder: string; readonly count: number } | undefined;
  for (const folder of folders) {
    if (!existsSync(manifestPath(folder))) continue;
    const { pages, close } = openPages(folder);
    close();
    if (pages.count > (longest?.count ?? 0)) longest = { folder, count: pages.count };
  }
  return longest?.folder;
}

function openPages(folder: string): { pages: ManifestPages; close: () => void } {
  const fd = openSync(manifestPath(folder), READ_ONLY);
  const close = (): void => {
    closeSync(fd);
  };
  try {
    return { pages: ManifestPages.reopen(fd), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Reads every entry that was verified, here or in another folder, once more from disk. */
async function recheck(folder: string, others: Others, signal: AbortSignal): Promise<Kept> {
  const verified = readVerified(folder);
  const { pages, close } = openPages(folder);
  const states: EntryState[] = [];
  const digests = new Map<number, Digest>();
  const broken = new Set<Kind>(existsSync(completeMark(folder)) ? [] : RECORD_KINDS);
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      const number = page.first + offset;
      const digest = await wholeHere(folder, entry, verified.get(number), others, signal);
      states.push(entry.type === 'folder' ? 'folder' : digest === undefined ? 'skipped' : 'staged');
      if (digest !== undefined) digests.set(number, digest);
      else if (entry.type === 'segment') broken.add(entry.kind);
    }
  }
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      if (entry.type === 'segment' && broken.has(entry.kind)) states[page.first + offset] = 'skipped';
    }
  }
  return { folder, pages, states, digests, close };
}

/** Brings an entry in from another folder if it is not here. @returns its digest when it is whole here afterwards. */
async function wholeHere(
  folder: string,
  entry: Entry,
  verified: Digest | undefined,
  others: Others,
  signal: AbortSignal,
): Promise<Digest | undefined> {
  const path = stagedPath(folder, entry);
  const place = relative(folder, path);
  if (verified !== undefined && (await digestOfFile(path, entry.size, signal)) === verified) {
    if (others.get(place)?.digest === verified) others.delete(place);
    return verified;
  }
  const other = others.get(place);
  if (other?.entry.size !== entry.size) return undefined;
  const there = stagedPath(other.folder, entry);
  if ((await digestOfFile(there, entry.size, signal)) !== other.digest) return undefined;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  renameSync(there, path);
  others.delete(place);
  return other.digest;
}

/** What a folder holds that the longest manifest does not name, or names with other content. */
async function besides(folder: string, others: Others, signal: AbortSignal): Promise<Kept> {
  const mine = [...others.values()].filter((other) => other.folder === folder);
  const whole: { readonly entry: Entry; readonly digest: Digest }[] = [];
  for (const { entry, digest } of mine) {
    if ((await digestOfFile(stagedPath(folder, entry), entry.size, signal)) === digest) {
      whole.push({ entry, digest });
    }
  }
  const complete = completeKinds(
    folder,
    whole.map(({ entry }) => entry),
  );
  const entries = whole.filter(({ entry }) => entry.type !== 'segment' || complete.has(entry.kind));
  const spool = openAnonymousFile();
  const pages = new ManifestPages(spool.fd);
  for (const some of batches(entries, LIMITS.pageEntries)) {
    pages.append({ first: pages.count, entries: some.map(({ entry }) => entry), held: [] });
  }
  return {
    folder,
    pages,
    states: entries.map(() => 'staged'),
    digests: new Map(entries.map(({ digest }, index) => [index, digest])),
    close: () => {
      spool.close();
    },
  };
}

/** Record kinds of which a folder has every segment that its manifest, told to its end, names. */
function completeKinds(folder: string, there: readonly Entry[]): ReadonlySet<Kind> {
  const found = new Map<Kind, number>();
  for (const { type, kind } of there) if (type === 'segment') found.set(kind, (found.get(kind) ?? 0) + 1);
  if (found.size === 0 || !existsSync(completeMark(folder))) return new Set();
  const { pages, close } = openPages(folder);
  try {
    for (const [, { kind }] of pages.segments()) found.set(kind, (found.get(kind) ?? 0) - 1);
  } finally {
    close();
  }
  return new Set([...found].flatMap(([kind, missing]) => (missing === 0 ? [kind] : [])));
}

function countVerified(
  pages: ManifestPages,
  stateOf: (entry: number) => EntryState,
  tallies: ReadonlyMap<Kind, Tally>,
): number {
  let bytes = 0;
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      const counted = tallies.get(entry.kind);
      if (stateOf(page.first + offset) !== 'staged' || counted === undefined) continue;
      counted.verified += itemsOf(entry);
      bytes += entry.size;
    }
  }
  return bytes;
}

function tally(parts: readonly Kept[], report: ReportLeft | undefined): Map<Kind, Tally> {
  const items = new Map<Kind, number>();
  const add = (kind: Kind, count: number): void => {
    if (count > 0) items.set(kind, (items.get(kind) ?? 0) + count);
  };
  for (const { pages } of parts) {
    const apps = new Set<string>();
    for (const page of pages) {
      for (const entry of page.entries) {
        if (entry.type === 'apk') apps.add(entry.path[0]);
        else add(entry.kind, itemsOf(entry));
      }
    }
    add('apps', apps.size);
  }
  return new Map(
    KINDS.flatMap((kind) => {
      const count = items.get(kind);
      return count === undefined ? [] : [[kind, new Tally({ kind, items: count, left: [] }, report)]];
    }),
  );
}
