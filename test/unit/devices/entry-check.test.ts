import { describe, expect, it } from 'vitest';
import { EntryCheck, TreeCheck } from '../../../src/transfer/devices/entry-check.ts';
import type { Entry } from '../../../src/transfer/kinds/entry.ts';
import { KINDS } from '../../../src/transfer/kinds/kind.ts';

const file = (...path: string[]): Entry => ({
  type: 'file',
  kind: 'files',
  path,
  size: 1,
  mtimeMs: 0,
  executable: false,
});
const folder = (...path: string[]): Entry => ({ type: 'folder', kind: 'files', path, size: 0 });
const segment = (index: number): Entry => ({ type: 'segment', kind: 'calls', index, records: 1, size: 10 });

const checked = (entries: readonly Entry[], kinds = KINDS): EntryCheck => {
  const check = new EntryCheck(kinds);
  for (const entry of entries) check.check(entry);
  return check;
};

describe('entries of a source that was written wrong', () => {
  it.each<[string, Entry[]]>([
    ['leaves its folder', [file('..', 'a')]],
    ['has no name', [file('a', '')]],
    ['looks like our staging', [file('.openmover-1', 'a')]],
    ['has a time that is no number', [{ ...file('a'), mtimeMs: NaN } as Entry]],
    ['has a key too many', [Object.assign(file('a'), { inode: 7 })]],
    ['comes twice', [file('a'), file('a')]],
    ['is below a file', [file('a'), file('a', 'b')]],
    ['is of an earlier kind', [file('a'), segment(0)]],
    ['is a segment out of order', [segment(0), segment(2)]],
  ])('an entry that %s is refused with SOURCE_INVALID', (_, entries) => {
    expect(() => checked(entries)).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }) as Error);
  });

  it('an entry of a kind that was not asked for is refused', () => {
    expect(() => checked([file('a')], ['calls'] as never)).toThrow(/kind files, which was not asked for/);
  });

  it('paths in ascending order need no second look, others do', () => {
    expect(checked([folder('a'), file('a b'), file('b', 'c'), file('b', 'd')]).inOrder).toBe(true);
    expect(checked([file('b'), file('a'), file('b')]).inOrder).toBe(false);
  });

  it('a path that comes twice in any order is found by the second look', () => {
    const tree = new TreeCheck();
    tree.check(file('b'));
    tree.check(file('a'));
    expect(() => {
      tree.check(file('b'));
    }).toThrow(/two entries have one path/);
  });
});
