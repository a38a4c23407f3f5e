import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LeftBehind } from '../../../src/transfer/kinds/kind.ts';
import { LeftBehindList } from '../../../src/transfer/session/left-behind-list.ts';

function listOf(blockCharacters?: number): LeftBehindList {
  const list = new LeftBehindList(blockCharacters);
  onTestFinished(() => {
    list.close();
  });
  return list;
}

const thing = (number: number): LeftBehind => ({
  kind: 'files',
  path: ['Álbum\n"x"', `secret-name-${String(number)}`],
  reason: 'link',
});

describe('the list of what was left behind', () => {
  it('gives back what was added, in order and more than once, whether in memory or spooled', () => {
    for (const block of [undefined, 1, 700]) {
      const list = listOf(block);
      const items = Array.from({ length: 50 }, (_, number) => thing(number));
      for (const item of items) list.add(item);
      const renamed: LeftBehind = { kind: 'apps', path: ['a'], renamedTo: ['a (2)'] };
      list.add(renamed, 3);
      const expected = [...items.map((item) => ({ item, count: 1 })), { item: renamed, count: 3 }];
      expect([...list]).toEqual(expected);
      expect([...list]).toEqual(expected);
      expect(list.count).toBe(53);
    }
  });

  it.runIf(process.platform === 'linux')(
    'spools to a file that has no name and holds no readable path',
    () => {
      const before = new Set(openSpools());
      const list = listOf(1_000);
      for (let number = 0; number < 200; number += 1) list.add(thing(number));
      const spools = openSpools().filter((path) => !before.has(path));
      expect(spools).toHaveLength(1);
      for (const path of spools) {
        const bytes = readFileSync(path);
        expect(bytes.length).toBeGreaterThan(1_000);
        expect(bytes.includes('secret-name')).toBe(false);
        // A key stream used twice would show the same bytes in every block.
        const block = [...list].length;
        expect(block).toBe(200);
        expect(bytes.subarray(0, 64).equals(bytes.subarray(1_056, 1_120))).toBe(false);
      }
    },
  );
});

/** Descriptors of this process that lead to a removed spool. */
function openSpools(): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => `/proc/self/fd/${fd}`)
    .filter((path) => {
      try {
        return readlinkSync(path).endsWith('spool (deleted)');
      } catch {
        return false;
      }
    });
}
