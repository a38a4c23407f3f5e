/**
 * Reading what earlier attempts have staged: their manifests, their logs, and which of it a new attempt or a finished one
 * makes superfluous.
 */
import { closeSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { blake3 } from '@napi-rs/blake-hash';
import { DigestSet } from '../../kinds/digest-set.ts';
import type { Entry } from '../../kinds/entry.ts';
import { READ_ONLY } from '../../disk/read-only.ts';
import type { Digest } from '../../disk/digest.ts';
import { ManifestPages } from '../../lanes/manifest-pages.ts';
import { stagedPath } from '../../lanes/staged-path.ts';
import { yieldEvery } from '../../yield-every.ts';
import { digestTable } from './verified-log.ts';

export const manifestPath = (staging: string): string => join(staging, 'manifest');

/** Stands for a name in a set of many. */
export const keyOfText = (text: string): Uint8Array => blake3(Buffer.from(text));

/** Stands for an entry, or for an entry with its content. */
export const keyOf = (entry: Entry, digest: Digest = ''): Uint8Array =>
  keyOfText(`${stagedPath('', entry)}\0${digest}`);

/** Bytes of a staged entry; undefined where no file is. What is above it may be a file. */
export function stagedSize(staging: string, entry: Entry): number | undefined {
  try {
    const stats = lstatSync(stagedPath(staging, entry), { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a manifest was altered, and not only torn off at its end as by a crash. */
export function isDamaged(staging: string): boolean {
  let fd: number;
  try {
    fd = openSync(manifestPath(staging), READ_ONLY);
  } catch {
    return false;
  }
  try {
    ManifestPages.reopen(fd);
    return false;
  } catch {
    return true;
  } finally {
    closeSync(fd);
  }
}

/** What a manifest and a log in a staging folder say; undefined when there is no manifest that can be read. */
export async function reading<T>(
  staging: string,
  work: (pages: ManifestPages, digestOf: (entry: number) => Digest | undefined) => Promise<T>,
): Promise<T | undefined> {
  let fd: number;
  try {
    fd = openSync(manifestPath(staging), READ_ONLY);
  } catch {
    return undefined;
  }
  try {
    let pages: ManifestPages;
    try {
      pages = ManifestPages.reopen(fd);
    } catch {
      return undefined;
    }
    if (pages.count === 0) return undefined;
    return await work(pages, digestTable(staging, pages.count));
  } finally {
    closeSync(fd);
  }
}

/** Entries that have content, with their numbers. */
export async function* contentEntries(pages: ManifestPages): AsyncGenerator<readonly [number, Entry]> {
  const nextTurn = yieldEvery();
  for (const page of pages) {
    for (const [offset, entry] of page.entries.entries()) {
      if (entry.type !== 'folder') yield [page.first + offset, entry];
      const turn = nextTurn();
      if (turn !== undefined) await turn;
    }
  }
}

/**
 * Removes a staging folder. The log goes first: a folder whose removal breaks off half-way says that nothing in it was
 * verified, and the next attempt removes the rest.
 */
export async function removeStaging(folder: string): Promise<void> {
  await rm(join(folder, 'verified'), { force: true });
  await rm(folder, { recursive: true, force: true });
}

/** What an earlier attempt left. Nothing in it is written to. */
export class OlderStaging {
  readonly folder: string;
  /** The verified entries; undefined where no manifest can be read. */
  #verified: Promise<DigestSet | undefined> | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Whether an entry of that name was verified, whatever its size; true when that cannot be told. */
  async isVerified(entry: Entry): Promise<boolean> {
    this.#verified ??= this.#read();
    const verified = await this.#verified;
    return verified === undefined || verified.has(keyOf(entry));
  }

  #read(): Promise<DigestSet | undefined> {
    return reading(this.folder, async (pages, digestOf) => {
      const keys = new DigestSet();
      for await (const [number, entry] of contentEntries(pages)) {
        if (digestOf(number) !== undefined) keys.add(keyOf(entry));
      }
      return keys;
    });
  }
}

/**
 * After a move is committed: what arrived with it goes from the older staging folders, and a folder in which nothing is left
 * goes with it: nothing that was verified, and no part of an entry that this move did not name. One whose manifest cannot be
 * read stays as it is.
 */
export async function dropArrived(
  older: readonly string[],
  {
    pages,
    digestOf,
  }: { readonly pages: ManifestPages; digestOf(this: void, entry: number): Digest | undefined },
): Promise<void> {
  if (older.length === 0) return;
  const arrived = new DigestSet();
  const named = new DigestSet();
  for await (const [number, entry] of contentEntries(pages)) {
    const digest = digestOf(number);
    named.add(keyOf(entry));
    if (digest !== undefined) arrived.add(keyOf(entry, digest));
  }
  for (const folder of older) {
    const left = await reading(folder, async (olderPages, digestOfOlder) => {
      let entries = 0;
      for await (const [number, entry] of contentEntries(olderPages)) {
        const digest = digestOfOlder(number);
        const size = stagedSize(folder, entry) ?? 0;
        if (digest === undefined || size !== entry.size) {
          if (size > 0 && !named.has(keyOf(entry))) entries += 1;
        } else if (arrived.has(keyOf(entry, digest))) unlinkSync(stagedPath(folder, entry));
        else entries += 1;
      }
      return entries;
    });
    if (left === 0) await removeStaging(folder);
  }
}
