/** What interrupted moves have left in a folder, and how it is dropped: only when the person says so. */
import { lstat } from 'node:fs/promises';
import { DigestSet } from '../../kinds/digest-set.ts';
import { itemsOf } from '../../kinds/entry.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { DeviceDestination } from '../../devices/port.ts';
import { lockFolder } from '../../disk/folder-lock.ts';
import { lockDestination } from './lock-destination.ts';
import { contentEntries, keyOf, reading, stagedSize } from './older-staging.ts';
import { discardStaging, findStaging, stagedBytes } from './staging.ts';

/** What interrupted moves have left in a folder, as `inspectStaging` finds it. */
export interface StagingReport {
  /** How many attempts have left something. */
  readonly attempts: number;
  /** Of all that is staged, verified or not. */
  readonly bytes: number;
  /** Items that were verified, by kind; what else is there is part of an item. */
  readonly verified: Readonly<Partial<Record<Kind, number>>>;
  /** When something was staged last; absent where there is nothing. */
  readonly lastUsed?: Date;
}

/** A device that is away is not waited for. */
const ANSWER_MS = 10_000;

/**
 * Reads, and changes nothing.
 * @param folder that was moved into, or a device. What a device has is known by its bytes alone.
 * @throws MoverError `DESTINATION_FAILED` when it cannot be looked into, or what is there is damaged.
 */
export async function inspectStaging(folder: string | DeviceDestination): Promise<StagingReport> {
  if (typeof folder !== 'string') {
    return { ...(await folder.stagingReport(AbortSignal.timeout(ANSWER_MS))), verified: {} };
  }
  const folders = await findStaging(folder);
  const verified: Partial<Record<Kind, number>> = {};
  const apps = new Set<string>();
  const seen = new DigestSet();
  const counted = new Set<number>();
  let bytes = 0;
  let lastUsedMs = 0;
  for (const staging of folders) {
    bytes += await stagedBytes(staging, counted);
    lastUsedMs = Math.max(lastUsedMs, (await lstat(staging)).mtimeMs);
    await reading(staging, async (pages, digestOf) => {
      for await (const [number, entry] of contentEntries(pages)) {
        const digest = digestOf(number);
        if (digest === undefined || stagedSize(staging, entry) !== entry.size) continue;
        if (!seen.add(keyOf(entry, digest))) continue;
        if (entry.type === 'apk') apps.add(entry.path[0]);
        else verified[entry.kind] = (verified[entry.kind] ?? 0) + itemsOf(entry);
      }
    });
  }
  if (apps.size > 0) verified.apps = apps.size;
  return {
    attempts: folders.length,
    bytes,
    verified,
    ...(folders.length > 0 ? { lastUsed: new Date(lastUsedMs) } : {}),
  };
}

/**
 * Drops all of it. What is at the destination stays.
 * @throws MoverError `DESTINATION_BUSY` while a move into the folder is under way, `DESTINATION_FAILED`.
 */
export async function dropStaging(folder: string | DeviceDestination): Promise<void> {
  const lock = await (typeof folder === 'string' ? lockFolder(folder) : lockDestination(folder));
  try {
    if (typeof folder === 'string') await discardStaging(await findStaging(folder));
    else await folder.dropStaging(new AbortController().signal);
  } finally {
    await lock.release();
  }
}
