/** The contacts of a device folder that may be there twice: found, and merged where a person says that they are one. */
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { MoverError } from '../../errors.ts';
import {
  type CardPlace,
  DuplicateFinder,
  type DuplicateGroup,
  uniteCards,
} from '../../kinds/contacts/duplicates.ts';
import { cardPieces } from '../../kinds/contacts/read.ts';
import { identify, isUnchanged } from '../../kinds/file-identity.ts';
import type { FileIdentity } from '../../kinds/kind.ts';
import { readBytes } from '../../disk/read-bytes.ts';
import { READ_ONLY } from '../../disk/read-only.ts';
import { writeAll } from '../../disk/write-all.ts';
import { FORMATS } from '../formats.ts';
import { findDeviceRecords } from './record-files.ts';

export interface Merged {
  /** Cards that are now part of another. */
  readonly merged: number;
  /** Groups whose cards could not be made one without a loss: they stay as they are. */
  readonly kept: number;
}

/**
 * Contacts of a device folder that may be there twice. Nothing is changed.
 * @throws errors of the file system for a folder or file that cannot be read.
 */
export async function findDuplicates(folder: string, signal: AbortSignal): Promise<DuplicateGroup[]> {
  const finder = new DuplicateFinder();
  for (const file of contactFiles(folder)) {
    let index = 0;
    for await (const bytes of cardsOf(file, signal)) {
      finder.add({ file, index }, bytes);
      index += 1;
    }
  }
  return finder.groups();
}

/**
 * Makes one card of each group. The files may have changed while the person was deciding, so the groups are looked for
 * again, by what is in their cards: one that is not there any more stays as it is. All files are written anew beside the
 * old ones and read back before the first is renamed, since a card may leave one file for another.
 * @throws MoverError `DESTINATION_FAILED` with the file that somebody wrote to meanwhile, or that cannot be written; no
 *   file has changed then, unless a rename itself failed.
 */
export async function mergeDuplicates(
  folder: string,
  wanted: readonly DuplicateGroup[],
  signal: AbortSignal,
): Promise<Merged> {
  const files = contactFiles(folder);
  const before = new Map<string, FileIdentity>(files.map((file) => [file, identify(file)]));
  const ids = new Set(wanted.map(({ id }) => id));
  const groups = (await findDuplicates(folder, signal)).filter(({ id }) => ids.delete(id));
  const cards = new Map<string, Buffer[]>();
  for (const file of files) {
    const list: Buffer[] = [];
    for await (const bytes of cardsOf(file, signal)) list.push(bytes);
    cards.set(file, list);
  }
  const changes = new Map<string, Map<number, Buffer | undefined>>();
  const now = ({ file, index }: CardPlace): Buffer | undefined => {
    const change = changes.get(file);
    return change?.has(index) === true ? change.get(index) : cards.get(file)?.[index];
  };
  const change = ({ file, index }: CardPlace, bytes: Buffer | undefined): void => {
    const known = changes.get(file) ?? new Map<number, Buffer | undefined>();
    changes.set(file, known.set(index, bytes));
  };
  let merged = 0;
  // What is left of the ids was changed since.
  let kept = ids.size;
  for (const group of groups) {
    const [first, ...others] = group.cards.filter((place) => now(place) !== undefined);
    for (const other of others) {
      const [mine, theirs] = [first === undefined ? undefined : now(first), now(other)];
      const union = mine === undefined || theirs === undefined ? undefined : uniteCards(mine, theirs);
      if (first === undefined || union === undefined) {
        kept += 1;
        continue;
      }
      change(first, union);
      change(other, undefined);
      merged += 1;
    }
  }
  const written: Written[] = [];
  try {
    for (const [file, edits] of changes) written.push(await writeAside(file, edits, signal));
    for (const { file } of written) {
      if (!isUnchanged(file, before.get(file))) throw failed(file);
    }
    // A card is always made one with an earlier one: renamed in that order, a failure between two renames leaves a card
    // twice, and never nowhere.
    written.sort((one, other) => files.indexOf(one.file) - files.indexOf(other.file));
    for (const { aside, file } of written) renameSync(aside, file);
  } catch (error) {
    throw MoverError.from(error, 'DESTINATION_FAILED');
  } finally {
    for (const { aside } of written) rmSync(aside, { force: true });
  }
  return { merged, kept };
}

interface Written {
  readonly file: string;
  readonly aside: string;
}

const failed = (file: string): MoverError => new MoverError('DESTINATION_FAILED', { detail: basename(file) });

/** The file with its changes, beside it, read back and on the disk. */
async function writeAside(
  file: string,
  edits: ReadonlyMap<number, Buffer | undefined>,
  signal: AbortSignal,
): Promise<Written> {
  const aside = join(dirname(file), `.${basename(file)}.openmover-${randomBytes(4).toString('hex')}`);
  const fd = openSync(aside, 'wx', 0o600);
  const wanted: Buffer[] = [];
  try {
    let index = 0;
    for await (const pieces of cardPieces(readBytes(file, { flags: READ_ONLY, signal }), signal)) {
      for (const piece of pieces) {
        let bytes: Buffer | undefined = piece.bytes;
        if (piece.type === 'card') {
          if (edits.has(index)) bytes = edits.get(index);
          if (bytes !== undefined) wanted.push(bytes);
          index += 1;
        }
        if (bytes !== undefined) writeAll(fd, bytes);
      }
    }
    fchmodSync(fd, statSync(file).mode & 0o777);
    fsyncSync(fd);
    let read = 0;
    for await (const bytes of cardsOf(aside, signal)) {
      if (wanted[read]?.equals(bytes) !== true) throw failed(file);
      read += 1;
    }
    if (read !== wanted.length) throw failed(file);
    return { file, aside };
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

const contactFiles = (folder: string): string[] =>
  findDeviceRecords(folder, FORMATS.contacts).files.map(({ path }) => path);

async function* cardsOf(file: string, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  for await (const pieces of cardPieces(readBytes(file, { flags: READ_ONLY, signal }), signal)) {
    for (const piece of pieces) if (piece.type === 'card') yield piece.bytes;
  }
}
