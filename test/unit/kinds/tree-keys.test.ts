import { describe, expect, it } from 'vitest';
import { collisionKey } from '../../../src/transfer/paths/safe-path.ts';
import { TreeKeys } from '../../../src/transfer/kinds/tree-keys.ts';

function tree(...paths: string[]): boolean[] {
  const keys = new TreeKeys(collisionKey);
  return paths.map((path) =>
    path.endsWith('/') ? keys.add(path.slice(0, -1).split('/'), 'folder') : keys.add(path.split('/'), 'file'),
  );
}

describe('the paths of a manifest', () => {
  it('stand beside each other when they make one tree', () => {
    expect(tree('a/b/1', 'a/b/2', 'a/c/1', 'b/1', 'c/', 'a/b/3', '1').every(Boolean)).toBe(true);
  });

  it('do not come twice', () => {
    expect(tree('a/1', 'b/1', 'a/1')).toEqual([true, true, false]);
    expect(tree('e/', 'e/')).toEqual([true, false]);
  });

  it('do not differ in case or Unicode spelling only', () => {
    expect(tree('a/Photo.jpg', 'a/photo.JPG')).toEqual([true, false]);
    expect(tree('caf\u00E9', 'cafe\u0301')).toEqual([true, false]);
  });

  it('do not spell a folder in two ways', () => {
    expect(tree('Photos/1', 'photos/2')).toEqual([true, false]);
    expect(tree('a/Photos/', 'a/photos/2')).toEqual([true, false]);
    expect(tree('a/Photos/x/1', 'b/1', 'a/PHOTOS/y/1')).toEqual([true, true, false]);
  });

  it('are not a file here and a folder there, whichever came first', () => {
    expect(tree('a/b', 'a/b/1')).toEqual([true, false]);
    expect(tree('a/b/1', 'a/b')).toEqual([true, false]);
    expect(tree('a/b/1', 'a/B')).toEqual([true, false]);
    expect(tree('a', 'a/b/c/d')).toEqual([true, false]);
    expect(tree('a/', 'a')).toEqual([true, false]);
    expect(tree('a', 'a/')).toEqual([true, false]);
  });

  it('are not confused by a name that folds to a separator', () => {
    expect(tree('a／b', 'a/b')).toEqual([true, true]);
  });

  it('are rejected when there is nothing in them', () => {
    expect(new TreeKeys().add([], 'folder')).toBe(false);
  });
});
