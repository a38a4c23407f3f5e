/**
 * Writes the address books of a finished merge: files of the destination with some cards exchanged and the new ones at
 * their end, each read back and compared before anyone may rename it.
 */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { MoverError } from '../../errors.ts';
import { identify } from '../file-identity.ts';
import type { MergeResult, Replacement } from '../kind.ts';
import { DigestSum } from '../record-merge/digest-sum.ts';
import { OutputFile } from '../record-merge/output-file.ts';
import { yieldEvery } from '../../yield-every.ts';
import type { RecordStore } from '../record-merge/record-store.ts';
import { readFileChunks, type Source } from '../record-merge/sources.ts';
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

/** Files up to this many are each synced; more of them take one after another as long as a disk turns. */
const SYNCED_AT_ONCE = 16;

/** Gives the files that changed, none when nothing did, and how many cards all files hold then. */
export async function writeAddressBooks(
  books: AddressBooks,
): Promise<Pick<MergeResult, 'replacements' | 'after'>> {
  const { store, sources, signal } = books;
  let after = 0;
  const additions = additionsByTarget(books);
  const replacements: Replacement[] = [];
  const pause = yieldEvery(signal);
  const write = async (to: string, source: Source | undefined, first: number): Promise<void> => {
    const from = join(books.workFolder, `contacts-${replacements.length}.vcf`);
    const file = new OutputFile(from);
    const written = new DigestSum();
    try {
      if (source !== undefined) await copyCards(file, source, first, store, written, signal);
      for (const record of additions.get(to) ?? []) {
        await pause();
        const bytes = store.read(record);
        file.endLine(LINE_END);
        file.write(bytes);
        written.addRecord(bytes);
      }
      file.end();
      const read = identify(from);
      after += await compare(from, written, signal);
      replacements.push({ from, to, read, was: source?.was });
    } finally {
      file.close();
    }
  };

  let first = 0;
  for (const source of sources) {
    await pause();
    const count = source.sum.count;
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
  await syncAll(replacements.map(({ from }) => from));
  return { replacements, after };
}

/** Before any is renamed: a power cut must not leave an empty file where the old one was. */
async function syncAll(paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += SYNCED_AT_ONCE) {
    await Promise.all(
      paths.slice(at, at + SYNCED_AT_ONCE).map(async (path) => {
        const file = await open(path, 'r+');
        try {
          await file.sync();
        } finally {
          await file.close();
        }
      }),
    );
  }
}

/** The records that came, by the file they are put into, in the order in which they came. */
function additionsByTarget({ store, targets, sources }: AddressBooks): Map<string, number[]> {
  const bySource = new Map(sources.map((source) => [source.original, source]));
  const paths = new Map<number, string>();
  const additions = new Map<string, number[]>();
  for (let record = store.existing; record < store.count; record++) {
    const label = store.label(record);
    const path = paths.get(label) ?? placeFor(resolve(targets[label] ?? ''), bySource);
    paths.set(label, path);
    const known = additions.get(path);
    if (known === undefined) additions.set(path, [record]);
    else known.push(record);
  }
  return additions;
}

/**
 * The file itself, or where that ends within a card the first of those beside it that does not (`contacts (2).vcf`): what
 * is put behind a card without END is read as part of it by other programs.
 */
function placeFor(target: string, sources: ReadonlyMap<string, Source>): string {
  const { dir, name, ext } = parse(target);
  for (let number = 1; ; number++) {
    const path = number === 1 ? target : join(dir, `${name} (${String(number)})${ext}`);
    const source = sources.get(path);
    if (source === undefined ? number === 1 || !existsSync(path) : !source.isCutOff) return path;
  }
}

function someNew(store: RecordStore, from: number, to: number): boolean {
  for (let record = from; record < to; record++) if (store.isNew(record)) return true;
  return false;
}

/** Copies a file with the new versions of its cards in their places; `first` is the number of its first card. */
async function copyCards(
  file: OutputFile,
  source: Source,
  first: number,
  store: RecordStore,
  written: DigestSum,
  signal: AbortSignal,
): Promise<void> {
  const seen = new DigestSum();
  const pause = yieldEvery(signal);
  let record = first;
  for await (const pieces of cardPieces(source.read(), signal)) {
    await pause();
    for (const piece of pieces) {
      if (piece.type !== 'card') {
        file.write(piece.bytes);
        continue;
      }
      seen.addRecord(piece.bytes);
      const bytes = store.isNew(record) ? store.read(record) : piece.bytes;
      file.write(bytes);
      written.addRecord(bytes);
      record++;
    }
  }
  if (!seen.equals(source.sum)) throw new MoverError('DESTINATION_FAILED');
}

/** Reads what was written with the reader everyone else will use. Gives the number of cards. */
async function compare(path: string, written: DigestSum, signal: AbortSignal): Promise<number> {
  const found = new DigestSum();
  const pause = yieldEvery(signal);
  for await (const pieces of cardPieces(readFileChunks(path), signal)) {
    await pause();
    for (const piece of pieces) if (piece.type === 'card') found.addRecord(piece.bytes);
  }
  if (!found.equals(written)) throw new MoverError('UNEXPECTED');
  return found.count;
}
