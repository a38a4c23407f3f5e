/** Times that files have: each arrives with its file, or the nearest that can. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFolderDestination, openFolderSource } from '../../src/transfer/index.ts';
import { startSession } from '../support/session.ts';

/** Seconds since 1970, as touch(1) takes them. */
const TIMES = {
  'before 1970': '-86400.25',
  'before 1900': '-2500000000',
  'sub-second': '1700000000.123456',
  'after 2106': '4300000000.5',
  'beyond what a Date holds': '9000000000000',
} as const;

/** ECMA-262, "Time Values and Time Range". */
const FARTHEST_MS = 8.64e15;

/** Memory as a file system holds any time; ext4 none before 1901 and after 2446. */
function inMemory(): string {
  const folder = mkdtempSync('/dev/shm/openmover-test-');
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

describe('a file of any time', () => {
  it('arrives with it, or with the farthest one that can be told', async () => {
    const [from, into] = [inMemory(), inMemory()];
    mkdirSync(join(from, 'files'));
    for (const [name, seconds] of Object.entries(TIMES)) {
      writeFileSync(join(from, 'files', name), name);
      execFileSync('touch', ['-d', `@${seconds}`, join(from, 'files', name)]);
    }
    const { receiver } = startSession({
      source: await openFolderSource({ from }),
      destination: await openFolderDestination(into),
    });
    const { outcome, kinds } = await receiver;
    expect([outcome, kinds.files?.added]).toEqual(['complete', Object.keys(TIMES).length]);
    for (const name of Object.keys(TIMES)) {
      const [was, is] = [statSync(join(from, 'files', name)), statSync(join(into, 'files', name))];
      expect(Math.abs(is.mtimeMs - Math.min(was.mtimeMs, FARTHEST_MS)), name).toBeLessThan(0.01);
    }
  });
});
