/**
 * A folder that several people can write to, in which another user has put what looks like ours. What it says is not done,
 * and it is left as it is.
 */
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { blake3 } from '@napi-rs/blake-hash';
import { describe, expect, it } from 'vitest';
import {
  dropStaging,
  inspectStaging,
  keepVerified,
  openFolderDestination,
  undoMove,
} from '../../src/transfer/index.ts';
import { scratchFolder } from '../support/scratch.ts';
import { readTree } from '../support/tree.ts';
import { stageVerified } from '../support/verified-staging.ts';
import { sendHonestly, startVictim } from './victim.ts';

const OTHER_USER = 12_345;
const isRoot = process.getuid?.() === 0;
const { signal } = new AbortController();

/** How somebody else's folder can be told; owners can be given away by root only. */
const WAYS: readonly (readonly [string, (path: string) => void])[] = [
  ...(isRoot
    ? [
        [
          'belongs to another user',
          (path: string) => {
            chownSync(path, OTHER_USER, OTHER_USER);
          },
        ] as const,
      ]
    : []),
  [
    'can be written by others',
    (path) => {
      chmodSync(path, 0o777);
    },
  ],
];

/** A journal that has `undo` remove a file that no move brought. */
function plantJournal(into: string): { folder: string; victim: string } {
  const victim = join(into, 'diary.txt');
  writeFileSync(victim, 'mine\n');
  const folder = join(into, '.openmover-undo');
  mkdirSync(folder, { mode: 0o700 });
  const digest = blake3(Buffer.from('mine\n')).toString('base64url');
  const line = { type: 'file', path: ['diary.txt'], size: 5, digest };
  writeFileSync(join(folder, 'journal.ndjson'), `${JSON.stringify(line)}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'finished'), '', { mode: 0o600 });
  return { folder, victim };
}

describe.each(WAYS)('an undo journal that %s', (_what, spoil) => {
  it.each(['.', 'journal.ndjson'])('is refused and left alone (%s)', async (name) => {
    const into = scratchFolder();
    const { folder, victim } = plantJournal(into);
    spoil(join(folder, name));
    const before = readTree(into);
    const destination = await openFolderDestination(into);
    await expect(undoMove({ destination, signal })).rejects.toMatchObject({ code: 'NOT_OURS' });
    expect(existsSync(victim)).toBe(true);
    expect(readTree(into)).toEqual(before);
  });
});

describe.each(WAYS)('staging that %s', (_what, spoil) => {
  it('is neither kept nor gone on with nor discarded, and a move is served beside it', async () => {
    const into = scratchFolder();
    const { folder } = stageVerified(into, { files: { 'evil.txt': 'evil\n' } });
    spoil(folder);
    const before = readTree(folder);
    const destination = await openFolderDestination(into);
    for (const attempt of [
      () => keepVerified({ destination, signal }),
      () => inspectStaging(into),
      () => dropStaging(into),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_OURS' });
    }
    const { address, code, receiving } = await startVictim(into);
    await sendHonestly(address, code);
    expect((await receiving).outcome).toBe('complete');
    expect(readTree(folder)).toEqual(before);
    expect(existsSync(join(into, 'files', 'evil.txt'))).toBe(false);
  });
});

describe('an undo journal', () => {
  it('that is a link is refused before a sender is waited for, and what it leads to stays', async () => {
    const root = scratchFolder();
    const elsewhere = join(root, 'elsewhere');
    const into = join(root, 'into');
    mkdirSync(elsewhere);
    mkdirSync(into);
    writeFileSync(join(elsewhere, 'diary.txt'), 'mine\n');
    symlinkSync(elsewhere, join(into, '.openmover-undo'));
    await expect(startVictim(into)).rejects.toThrow();
    expect(lstatSync(join(into, '.openmover-undo')).isSymbolicLink()).toBe(true);
    expect(existsSync(join(elsewhere, 'diary.txt'))).toBe(true);
  });

  it('of three gigabytes of nothing is refused in little memory', async () => {
    const into = scratchFolder();
    const { folder, victim } = plantJournal(into);
    const journal = join(folder, 'journal.ndjson');
    writeFileSync(journal, '', { mode: 0o600 });
    truncateSync(journal, 3 * 1024 ** 3);
    const destination = await openFolderDestination(into);
    const before = process.memoryUsage().rss;
    await expect(undoMove({ destination, signal })).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 ** 2);
    expect(existsSync(victim)).toBe(true);
    expect(statSync(journal).size).toBe(3 * 1024 ** 3);
  });
});

describe('staging with a file of three gigabytes of nothing', () => {
  it.each(['manifest', 'verified'])('as its %s keeps what there is in little memory', async (name) => {
    const into = scratchFolder();
    const { folder } = stageVerified(into, { files: { 'a.txt': 'a' } });
    truncateSync(join(folder, name), 3 * 1024 ** 3);
    const before = process.memoryUsage().rss;
    const keeping = keepVerified({ destination: await openFolderDestination(into), signal });
    if (name === 'manifest') await expect(keeping).rejects.toMatchObject({ code: 'STAGING_UNREADABLE' });
    else expect(await keeping).toMatchObject({ kinds: { files: { added: 1 } } });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 ** 2);
  });
});
