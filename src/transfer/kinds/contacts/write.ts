/**
 * Writes the address books of a finished merge: files of the destination with some cards exchanged and the new ones at
 * their end, each read back and compared before anyone may rename it.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MoverError } from '../../errors.ts';
import { identify } from '../file-identity.ts';
import type { MergeResult, Replacement } from '../kind.ts';
import { Tally } from '../splice/hash.ts';
import { OutputFile } from '../splice/output-file.ts';
import { pacer } from '../splice/pace.ts';
import type { RecordStore } from '../splice/record-store.ts';
import { readFileChunks, type Source } from '../splice/sources.ts';
import { cardPieces } from './read.ts';

export interface AddressBooks {
  readonly store: RecordStore;
  readonly sources: readonly Source[];
  /** Path by label of the records that came. */
  readonly targets: readonly string[];
  readonly workFolder: string;
  readonly signal: AbortSignal;
}

const LINE_END = '\r\n';

/** Gives the files that changed, none when nothing did, and how many cards all files hold then. */
export async function writeAddressBooks(
  books: AddressBooks,
): Promise<Pick<MergeResult, 'replacements' | 'after'>> {
  const { store, sources, signal } = books;
  let after = 0;
  const additions = additionsByTarget(books);
  const replacements: Replacement[] = [];
  const write = async (to: string, source: Source | undefined, first: number): Promise<number> => {
    const from = join(books.workFolder, `contacts-${replacements.length}.vcf`);
    const file = new OutputFile(from);
    const written = new Tally();
    try {
      const next =
        source === undefined ? first : await copyCards(file, source, first, store, written, signal);
      await appendCards(file, additions.get(to) ?? [], books, written);
      file.finish();
      const read = identify(from);
      after += await compare(from, written, signal);
      replacements.push({ from, to, read, was: source?.was });
      return next;
    } finally {
      file.close();
    }
  };

  let first = 0;
  for (const source of sources) {
    const count = source.tally.count;
    if (additions.has(source.original) || someNew(store, first, first + count))
      await write(source.original, source, first);
    else after += count;
    additions.delete(source.original);
    first += count;
  }
  if (first !== store.existing) throw new MoverError('UNEXPECTED');
  for (const to of additions.keys()) {
    // A file that was not read must not be overwritten.
    if (existsSync(to)) throw new MoverError('DESTINATION_FAILED');
    await write(to, undefined, first);
  }
  return { replacements, after };
}

/** Labels of the records that came and belong into each file, only of those files that get any. */
function additionsByTarget({ store, targets }: AddressBooks): Map<string, number[]> {
  const used = new Set<number>();
  for (let record = store.existing; record < store.count; record++) used.add(store.label(record));
  const additions = new Map<string, number[]>();
  for (const label of used) {
    const path = resolve(targets[label] ?? '');
    additions.set(path, [...(additions.get(path) ?? []), label]);
  }
  return additions;
}

function someNew(store: RecordStore, from: number, to: number): boolean {
  for (let record = from; record < to; record++) if (store.isNew(record)) return true;
  return false;
}

/** Copies a file with the new versions of its cards in their places. Gives the number of the next file's first card. */
async function copyCards(
  file: OutputFile,
  source: Source,
  first: number,
  store: RecordStore,
  written: Tally,
  signal: AbortSignal,
): Promise<number> {
  const seen = new Tally();
  const pause = pacer(signal);
  let record = first;
  for await (const pieces of cardPieces(source.read(), signal)) {
    await pause();
    for (const piece of pieces) {
      if (piece.type !== 'card') {
        file.write(piece.bytes);
        continue;
      }
      seen.add(piece.bytes);
      const bytes = store.isNew(record) ? store.read(record) : piece.bytes;
      file.write(bytes);
      written.add(bytes);
      record++;
    }
  }
  if (!seen.equals(source.tally)) throw new MoverError('DESTINATION_FAILED');
  return record;
}

async function appendCards(
  file: OutputFile,
  labels: readonly number[],
  { store, signal }: AddressBooks,
  written: Tally,
): Promise<void> {
  const pause = pacer(signal);
  for (let record = store.existing; record < store.count; record++) {
    await pause();
    if (!labels.includes(store.label(record))) continue;
    const bytes = store.read(record);
    file.endLine(LINE_END);
    file.write(bytes);
    written.add(bytes);
  }
}

/** Reads what was written with the reader everyone else will use. Gives the number of cards. */
async function compare(path: string, written: Tally, signal: AbortSignal): Promise<number> {
  const found = new Tally();
  const pause = pacer(signal);
  for await (const pieces of cardPieces(readFileChunks(path), signal)) {
    await pause();
    for (const piece of pieces) if (piece.type === 'card') found.add(piece.bytes);
  }
  if (!found.equals(written)) throw new MoverError('UNEXPECTED');
  return found.count;
}
