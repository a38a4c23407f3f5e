/** The app as `npm run pack` makes it, of the Electron for tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronFolder } from '../electron.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Electron 25 embeds Node 18; the app relies on Node 22. */
const NODE_18 = fileURLToPath(new URL('node-18-prelude.cjs', import.meta.url));

/**
 * Packs what is in out/ into `folder`.
 * @param inspectable whether a test may look into the main process; a release is packed without.
 * @returns the app's program
 */
export async function packApp(folder: string, { inspectable }: { inspectable: boolean }): Promise<string> {
  const { VITEST: _, ...env } = process.env;
  const args = ['--electron-dist', await electronFolder(), '--output', folder, '--prelude', NODE_18];
  const child = spawn(
    process.execPath,
    [join(ROOT, 'build/pack.mjs'), ...args, ...(inspectable ? ['--inspectable'] : [])],
    // Told of Vitest, electron-builder links files instead of copying them, and then changes them in place.
    { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the app could not be packed:\n${output}`);
  return join(folder, 'linux-unpacked', 'openmover');
}
