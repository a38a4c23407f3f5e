/**
 * A device folder to be moved and a way to compare what arrived, byte by byte.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface OldDevice {
  readonly from: string;
  readonly into: string;
  remove(): Promise<void>;
}

/** Some small files and one of `bytes` that cannot be compressed, beside an empty folder to move into. */
export async function oldDevice(bytes: number): Promise<OldDevice> {
  const folder = await mkdtemp(join(tmpdir(), 'openmover-hosts-'));
  const [from, into] = [join(folder, 'old'), join(folder, 'new')];
  await mkdir(join(from, 'files', 'Fotos äöü', 'empty'), { recursive: true });
  await mkdir(into);
  for (let number = 0; number < 20; number += 1) {
    await writeFile(join(from, 'files', 'Fotos äöü', `${number}.jpg`), randomBytes(8_192));
  }
  const film = await open(join(from, 'files', 'film.mp4'), 'wx');
  const block = 1_048_576;
  for (let written = 0; written < bytes; written += block) {
    await film.write(randomBytes(Math.min(block, bytes - written)));
  }
  await film.close();
  return { from, into, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Path below `files/` → SHA-256, for every file. */
export async function filesOf(device: string): Promise<Record<string, string>> {
  const root = join(device, 'files');
  const digests: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    digests[relative(root, path)] = hash.digest('hex');
  }
  return digests;
}
