import { join, parse, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { componentsBelow, pathBelow } from '../../../src/transfer/paths/path-below.ts';

const NAMES = ['files', 'Urlaub', 'a b.jpg'];

describe('a path inside a folder', () => {
  it.each([
    ['a folder', resolve('some', 'folder')],
    ['the root of a disk', parse(resolve('.')).root],
  ])('is what node:path makes of it, and leads back to its components: %s', (_, folder) => {
    expect(pathBelow(folder, NAMES)).toBe(join(folder, ...NAMES));
    expect(componentsBelow(folder, join(folder, ...NAMES))).toEqual(NAMES);
  });

  it('is the folder itself without components', () => {
    expect(pathBelow('/x', [])).toBe('/x');
  });
});
