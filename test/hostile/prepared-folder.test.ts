/**
 * A folder to move into that somebody has prepared (a stick, a share): what looks like an interrupted move of ours, and
 * leads elsewhere. Digests are right: whoever prepares it can compute them.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blake3 } from '@napi-rs/blake-hash';
import { describe, expect, it } from 'vitest';
import { keepVerified, openFolderDestination } from '../../src/transfer/index.ts';
import { scratchFolder } from '../support/scratch.ts';
import { readTree } from '../support/tree.ts';
import { fileEntry } from './hostile-sender.ts';
import { sendHonestly, startVictim } from './victim.ts';

const CONTENT = Buffer.from('* * * * * root id\n');

/** Staging that names one file, which is there under `path` as staging would have it. */
function prepare(root: string, path: readonly string[]): string {
  const into = mkdtempSync(join(root, 'stick-'));
  const staging = join(into, '.openmover-00000000');
  mkdirSync(join(staging, 'files'), { recursive: true, mode: 0o700 });
  const staged = join(staging, 'files', ...path);
  mkdirSync(dirname(staged), { recursive: true });
  writeFileSync(staged, CONTENT);
  const page = { first: 0, entries: [fileEntry(path, CONTENT.length)], held: [] };
  writeFileSync(join(staging, 'manifest'), `${JSON.stringify(page)}\n`);
  writeFileSync(join(staging, 'verified'), Buffer.concat([Buffer.alloc(4), blake3(CONTENT)]));
  return into;
}

const keep = async (into: string) =>
  keepVerified({ destination: await openFolderDestination(into), signal: new AbortController().signal });

describe('what looks like an interrupted move', () => {
  it('is kept when it is one', async () => {
    const into = prepare(scratchFolder(), ['a', 'kept.txt']);
    expect((await keep(into))?.kinds.files).toMatchObject({ added: 1 });
    expect(existsSync(join(into, 'files', 'a', 'kept.txt'))).toBe(true);
  });

  it.each([
    { what: 'two dots', path: ['..', '..', '..', 'evil'] },
    { what: 'a separator', path: ['../../../evil'] },
    { what: 'a folder of ours', path: ['.openmover-undo', 'journal.ndjson'] },
  ])('cannot lead out of the folder by $what, and a later move is served', async ({ path }) => {
    const root = scratchFolder();
    const into = prepare(root, path);
    const before = readTree(root);
    await expect(keep(into)).rejects.toMatchObject({ code: 'STAGING_UNREADABLE' });
    expect(readTree(root)).toEqual(before);
    await serve(into);
  });

  it('is none when a link in it leads elsewhere: what is there is neither taken nor written', async () => {
    const root = scratchFolder();
    const into = prepare(root, ['folder', 'honest.txt']);
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'honest.txt'), CONTENT);
    const before = readTree(elsewhere);
    for (const linked of ['folder', '.']) {
      const path = join(into, '.openmover-00000000', 'files', linked);
      rmSync(path, { recursive: true });
      symlinkSync(elsewhere, path);
      await expect(keep(into)).rejects.toMatchObject({ code: 'NOT_OURS' });
      await serve(into);
      expect(readTree(elsewhere)).toEqual(before);
    }
  });
});

async function serve(into: string): Promise<void> {
  const { address, code, receiving } = await startVictim(into);
  await sendHonestly(address, code);
  expect((await receiving).outcome).toBe('complete');
}
