/** Names at a destination that cannot hold all of them: every entry keeps a name of its own, and the name can be told back. */
import fc from 'fast-check';
import { win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorableNames } from '../../src/transfer/devices/storable-names.ts';
import {
  holdableName,
  type NameRules,
  originalName,
  REFUSED_SOMEWHERE,
  WINDOWS_NAMES,
} from '../../src/transfer/devices/name-rules.ts';
import type { FileEntry } from '../../src/transfer/kinds/entry.ts';
import { checkName, checkPortableName, collisionKey } from '../../src/transfer/paths/safe-path.ts';

/** Pieces that names are refused, replaced or confused for. */
const piece = fc.oneof(
  fc.constantFrom(
    ...REFUSED_SOMEWHERE,
    '：',
    '？',
    '＼',
    '‛',
    '．',
    '␠',
    '␊',
    '\n',
    '\x7F',
    '␡',
    '.',
    ' ',
    '..',
  ),
  fc.constantFrom(
    'con',
    'ＣON',
    'AUX',
    'ａux',
    'nul.txt',
    'com1',
    'C:',
    'a',
    'A',
    'é',
    'e\u0301',
    'ß',
    'ss',
    '😀',
    ' (2)',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const name = fc
  .array(piece, { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.join(''))
  .filter((text) => checkName(text) === undefined);
const path = fc.array(name, { minLength: 1, maxLength: 3 });

const rules: fc.Arbitrary<NameRules> = fc.oneof(
  fc.constant(WINDOWS_NAMES),
  fc.record({
    refused: fc.subarray([...REFUSED_SOMEWHERE]).map((some) => new Set(some)),
    controls: fc.boolean(),
    trailing: fc.boolean(),
    reserved: fc.boolean(),
    distinct: fc.boolean(),
    bytes: fc.constantFrom(255, 143, 100),
  }),
);

const file = (parts: readonly string[]): FileEntry => ({
  type: 'file',
  kind: 'files',
  path: parts,
  size: 0,
  mtimeMs: 0,
  executable: false,
});

/** Files that can stand beside each other on a source: none is another's folder, none comes twice. */
function tree(paths: readonly string[][]): string[][] {
  const taken = new Set<string>();
  const folders = new Set<string>();
  return paths.filter((parts) => {
    const key = parts.join('/');
    const above = parts.slice(1).map((_, depth) => parts.slice(0, depth + 1).join('/'));
    if (taken.has(key) || folders.has(key) || above.some((folder) => taken.has(folder))) return false;
    taken.add(key);
    for (const folder of above) folders.add(folder);
    return true;
  });
}

describe('a name that a destination cannot hold', () => {
  it('has one nearest name, from which it can be told, at any destination', () => {
    fc.assert(
      fc.property(name, rules, (text, some) => {
        const held = holdableName(text, some);
        expect(Buffer.byteLength(held)).toBeLessThanOrEqual(some.bytes);
        for (const character of some.refused) expect(held).not.toContain(character);
        if (!/~[0-9a-f]{8}/.test(held)) expect(originalName(held, some)).toBe(text);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is one component, no device and no stream on Windows', () => {
    fc.assert(
      fc.property(name, (text) => {
        const held = holdableName(text, WINDOWS_NAMES);
        expect(win32.join('C:\\into', held)).toBe(`C:\\into\\${held}`);
        expect(win32.isAbsolute(held)).toBe(false);
        // Invisible and bidirectional characters are held, and escaped where they are shown.
        expect(checkPortableName(held) ?? 'control-character').toBe('control-character');
        expect(held).not.toMatch(/[\u0001-\u001F\u007F]/);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('two files of a source', () => {
  it('are two files at any destination, under the same names every time', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), rules, (paths, some) => {
        const entries = tree(paths).map(file);
        const held = (): readonly string[][] => {
          const names = new StorableNames(some);
          return entries.map((entry) => [...(names.pathFor(entry) as FileEntry).path]);
        };
        const first = held();
        const key = (parts: readonly string[]): string =>
          parts.map((part) => (some.distinct ? part : collisionKey(part))).join('/');
        const files = first.map(key);
        expect(new Set(files).size).toBe(entries.length);
        const folders = new Set(
          first.flatMap((parts) => parts.slice(1).map((_, depth) => key(parts.slice(0, depth + 1)))),
        );
        expect(files.filter((each) => folders.has(each))).toEqual([]);
        expect(held()).toEqual(first);
      }),
      { numRuns: 5_000 },
    );
  });

  it('stay in one folder when they were in one, and pairs keep one stem', () => {
    const names = new StorableNames({ ...WINDOWS_NAMES, bytes: 143 });
    const long = `Trip: ${'day '.repeat(40)}`;
    const held = [
      ['Photos?', `${long}.HEIC`],
      ['Photos?', `${long}.MOV`],
      ['photos？', 'x'],
      ['Photos?', 'IMG:1.DNG'],
      ['Photos?', 'IMG:1.JPG'],
    ].map((parts) => (names.pathFor(file(parts)) as FileEntry).path);
    expect(held.map(([folder]) => folder)).toEqual([
      'Photos？',
      'Photos？',
      'photos‛？',
      'Photos？',
      'Photos？',
    ]);
    const stems = held.map((parts) => (parts[1] ?? '').replace(/\.[A-Z]+$/, ''));
    expect(stems[0]).toBe(stems[1]);
    expect(stems[0]).toMatch(/^Trip： day .*~[0-9a-f]{8}$/);
    expect(stems.slice(3)).toEqual(['IMG：1', 'IMG：1']);
  });
});
