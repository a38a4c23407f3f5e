import {
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moveNew, type NamingCalls } from '../../../../src/transfer/devices/folder/move-new.ts';
import { scratchFolder } from '../../../support/scratch.ts';

/** Names of one folder can be made, from another folder not: two file systems. */
const twoFileSystems: NamingCalls = {
  link(from, to) {
    if (basename(from).startsWith('staged')) throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' });
    linkSync(from, to);
  },
  rename(from, to) {
    if (basename(from).startsWith('staged')) throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' });
    renameSync(from, to);
  },
};

function staged(text: string | Buffer): { from: string; to: string; folder: string } {
  const from = join(scratchFolder(), 'staged');
  const folder = scratchFolder();
  writeFileSync(from, text, { mode: 0o700 });
  utimesSync(from, 1_000.25, 1_000.25);
  return { from, to: join(folder, 'name'), folder };
}

describe('moving to a new name', () => {
  it('keeps what has the name', () => {
    const { from, to } = staged('new');
    writeFileSync(to, 'old');
    expect(moveNew(from, to)).toBe(false);
    expect([readFileSync(to, 'utf8'), readFileSync(from, 'utf8')]).toEqual(['old', 'new']);
  });

  it('copies to another file system with time and mode, and leaves nothing aside', () => {
    const { from, to, folder } = staged(Buffer.alloc(3 * 1024 * 1024 + 1, 'abc'));
    expect(moveNew(from, to, twoFileSystems)).toBe(true);
    const { mtimeMs, mode, size } = lstatSync(to);
    expect([mtimeMs, mode & 0o777, size]).toEqual([1_000_250, 0o700, 3 * 1024 * 1024 + 1]);
    expect(existsSync(from)).toBe(false);
    expect(readdirSync(folder)).toEqual(['name']);
  });

  it('keeps what has the name on another file system, also when it comes about meanwhile', () => {
    const first = staged('new');
    writeFileSync(first.to, 'old');
    expect(moveNew(first.from, first.to, twoFileSystems)).toBe(false);
    const second = staged('new');
    const racing: NamingCalls = {
      ...twoFileSystems,
      link(from, to) {
        if (!basename(from).startsWith('staged')) writeFileSync(to, 'old');
        twoFileSystems.link(from, to);
      },
    };
    expect(moveNew(second.from, second.to, racing)).toBe(false);
    for (const { from, to, folder } of [first, second]) {
      expect([readFileSync(to, 'utf8'), readFileSync(from, 'utf8')]).toEqual(['old', 'new']);
      expect(readdirSync(folder)).toEqual(['name']);
    }
  });

  it('passes on what it cannot help', () => {
    const { from, to } = staged('new');
    const broken = (): never => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    expect(() => moveNew(from, to, { link: broken, rename: broken })).toThrow('EIO');
    expect(existsSync(from)).toBe(true);
  });
});
