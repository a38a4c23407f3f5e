/**
 * After an interruption, and when the person says so: what had been verified is taken to its place without the sender.
 * Every file is read once more; a record kind only counts when all of it had arrived.
 */
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Destination } from '../devices/port.ts';
import { itemsOf } from '../kinds/entry.ts';
import { KINDS, RECORD_KINDS, type Kind } from '../kinds/kind.ts';
import { ManifestPages } from '../stream/manifest-pages.ts';
import { stagedPath } from '../stream/staged-path.ts';
import type { Receipt } from '../wire/messages.ts';
import { commit } from './commit.ts';
import { digestOfFile } from './digest-of-file.ts';
import { lockFolder } from './folder-lock.ts';
import type { EntryState } from './ledger.ts';
import { makeReceipt, Tally } from './receipt.ts';
import { completeMark, findStaging, workFolderIn } from './staging.ts';
import { UndoJournal } from './undo-journal.ts';
import { digestTable, readVerified } from './verified-log.ts';

export interface KeepVerifiedOptions {
  readonly destination: Destination;
  /** Whether this can be taken back by `undoMove`; true by default. */
  readonly keepUndo?: boolean;
  readonly signal: AbortSignal;
}

/**
 * @returns a receipt of what was kept; what had not arrived is skipped as `not-arrived`. Undefined when no move was
 * interrupted here.
 * @throws MoverError `DESTINATION_BUSY`, `NO_SPACE`, `DESTINATION_FAILED`.
 */
export async function keepVerified({
  destination,
  keepUndo,
  signal,
}: KeepVerifiedOptions): Promise<Receipt | undefined> {
  const began = performance.now();
  const lock = await lockFolder(destination.stagingParent);
  try {
    const staging = findStaging(destination.stagingParent);
    if (staging === undefined) return undefined;
    const receipt = await keep({ staging, destination, keepUndo: keepUndo !== false, signal, began });
    rmSync(staging, { recursive: true, force: true });
    return receipt;
  } finally {
    await lock.release();
  }
}

async function keep({
  staging,
  destination,
  keepUndo,
  signal,
  began,
}: {
  readonly staging: string;
  readonly destination: Destination;
  readonly keepUndo: boolean;
  readonly signal: AbortSignal;
  readonly began: number;
}): Promise<Receipt | undefined> {
  const manifest = join(staging, 'manifest');
  if (!existsSync(manifest)) return undefined;
  const fd = openSync(manifest, 'r');
  try {
    const pages = ManifestPages.reopen(fd);
    const { states, bytes } = await recheck(staging, pages, signal);
    const tallies = tally(pages);
    const stateOf = (entry: number): EntryState => states[entry] ?? 'skipped';
    for (const page of pages) {
      for (const [offset, entry] of page.entries.entries()) {
        const kept = stateOf(page.first + offset) === 'staged';
        const counted = tallies.get(entry.kind);
        if (kept && counted !== undefined) counted.verified += itemsOf(entry);
      }
    }
    await commit({
      staging: { folder: staging, workFolder: (name) => workFolderIn(staging, name) },
      destination,
      pages,
      stateOf,
      reasonOf: () => 'not-arrived',
      digestOfSame: () => undefined,
      digestOfStaged: digestTable(staging, states.length),
      journal: await UndoJournal.open(destination.stagingParent, keepUndo ? 'continue' : 'drop'),
      tallies,
      whole: false,
      signal,
    });
    const seconds = (performance.now() - began) / 1000;
    return makeReceipt(tallies, { payload: 0, wire: 0, resumed: bytes }, seconds);
  } finally {
    closeSync(fd);
  }
}

function tally(pages: ManifestPages): Map<Kind, Tally> {
  const items = new Map<Kind, number>();
  const apps = new Set<string>();
  for (const page of pages) {
    for (const entry of page.entries) {
      if (entry.type === 'apk') apps.add(entry.path[0]);
      items.set(entry.kind, (items.get(entry.kind) ?? 0) + itemsOf(entry));
    }
  }
  if (apps.size > 0) items.set('apps', apps.size);
  return new Map(
    KINDS.flatMap((kind) => {
      const count = items.get(kind);
      return count === undefined ? [] : [[kind, new Tally({ items: count, left: [] })]];
    }),
  );
}

/** Reads every entry that was logged as verified once more from disk. */
async function recheck(
  staging: string,
  pages: ManifestPages,
  signal: AbortSignal,
): Promise<{ states: EntryState[]; bytes: number }> {
  const verified = readVerified(staging);
  const states: EntryState[] = [];
  let bytes = 0;
  const broken = new Set<Kind>(existsSync(completeMark(staging)) ? [] : RECORD_KINDS);
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      const digest = verified.get(page.first + offset);
      const intact =
        digest !== undefined &&
        (await digestOfFile(stagedPath(staging, entry), entry.size, signal)) === digest;
      states.push(entry.type === 'folder' ? 'folder' : intact ? 'staged' : 'skipped');
      if (intact) bytes += entry.size;
      else if (entry.type === 'segment') broken.add(entry.kind);
    }
  }
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      if (entry.type === 'segment' && broken.has(entry.kind)) states[page.first + offset] = 'skipped';
    }
  }
  return { states, bytes };
}
