/**
 * Values made for one run of `mover verify-privacy`, so that finding one on the disk can have only one cause.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MoverError } from '../../transfer/errors.ts';
import { type Canary, needlesFor, scanTree } from '../../transfer/index.ts';

export const SECRETS = {
  code: 'Pairing code',
  'sender-android-id': 'Android ID, old device',
  'receiver-android-id': 'Android ID, new device',
  ssid: 'Wi-Fi name (SSID)',
  'host-name': 'Name of this computer',
  'private-key': 'Private key of the connection',
} as const;
export type Secret = keyof typeof SECRETS;

export interface Planted {
  readonly 'sender-android-id': string;
  readonly 'receiver-android-id': string;
  readonly ssid: string;
  /** The computer's own where no other can be given to it; absent when that is too short to look for. */
  readonly 'host-name'?: string;
  /** Known only once the receiver shows it. */
  readonly code?: string;
}

/**
 * What every PKCS #8 form of a P-256 private key begins with (RFC 5958, RFC 5915), its 32 secret bytes next. The keys
 * of a run never leave their process, so they are looked for by their form.
 */
const P256_PRIVATE_KEY = Buffer.from(
  '308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420',
  'hex',
);

/** Shorter names, and this one, turn up by chance. */
const MIN_NAME = 6;
const USUAL_NAME = 'localhost';

/** @param renamed whether the moves run on a host whose name is made up, too. */
export function plant(renamed: boolean): Planted {
  const hostName = renamed ? `host-${randomBytes(8).toString('hex')}` : hostname();
  return {
    'sender-android-id': randomBytes(8).toString('hex'),
    'receiver-android-id': randomBytes(8).toString('hex'),
    ssid: `Net ${randomBytes(12).toString('base64url')}`,
    ...(hostName.length < MIN_NAME || hostName.startsWith(USUAL_NAME) ? {} : { 'host-name': hostName }),
  };
}

export function canaries(planted: Planted): Canary[] {
  const values = Object.entries(planted).map(([name, value]) => ({ name, value: value as string }));
  return [...values, { name: 'private-key', value: P256_PRIVATE_KEY }];
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
