/**
 * Values made for one run of `mover verify-privacy`, so that finding one on the disk can have only one cause.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MoverError } from '../../transfer/errors.ts';
import { type Canary, needlesFor, scanTree } from '../../transfer/index.ts';

export interface Planted {
  readonly 'sender-android-id': string;
  readonly 'receiver-android-id': string;
  readonly ssid: string;
  /** Known only once the receiver shows it. */
  readonly code?: string;
}

export function plant(): Planted {
  return {
    'sender-android-id': randomBytes(8).toString('hex'),
    'receiver-android-id': randomBytes(8).toString('hex'),
    ssid: `Net ${randomBytes(12).toString('base64url')}`,
  };
}

export function canaries(planted: Planted): Canary[] {
  return Object.entries(planted).map(([name, value]) => ({ name, value: value as string }));
}

/**
 * Writes every planted value on purpose and sees it found: a search that finds nothing proves nothing by itself.
 * @throws MoverError `UNEXPECTED` when one is missed.
 */
export async function checkTheCheck(root: string, planted: Planted, signal: AbortSignal): Promise<void> {
  const folder = join(root, 'on-purpose');
  await mkdir(folder);
  try {
    for (const { name, value } of canaries(planted)) {
      await writeFile(join(folder, name), `before ${Buffer.from(value).toString('base64')} after`);
    }
    const { findings } = await scanTree(folder, needlesFor(canaries(planted)), signal);
    for (const { name } of canaries(planted)) {
      if (!findings.some(({ canary }) => canary === name)) {
        throw new MoverError('UNEXPECTED', { detail: `the search misses ${name}` });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
