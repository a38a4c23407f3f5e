import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderDestination } from '../../../src/transfer/devices/folder/destination.ts';
import type { FileEntry } from '../../../src/transfer/kinds/entry.ts';
import { withoutWriting } from '../../../src/transfer/session/commit/dry-run.ts';
import { lineFormats } from '../../support/line-format.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { readTree } from '../../support/tree.ts';
import { writeTree } from '../../support/write-tree.ts';

const entry = (name: string): FileEntry => ({
  type: 'file',
  kind: 'files',
  path: [name],
  size: 4,
  mtimeMs: 1,
  executable: false,
});

describe('a destination of a dry run', () => {
  it('tells what is there from what would come, by content, and keeps none of it', () => {
    const [root, staging] = [scratchFolder(), scratchFolder()];
    writeTree(root, { 'files/a.txt': 'same', 'files/b.txt': 'mine' });
    const before = readTree(root);
    const destination = withoutWriting(new FolderDestination(root, { formats: lineFormats }));
    const staged = join(staging, 'x');
    writeFileSync(staged, 'same');
    const identical = (path: string): boolean => readFileSync(path, 'utf8') === 'same';
    const place = (name: string): string => destination.place(entry(name), staged, identical);
    expect(['a.txt', 'b.txt', 'c.txt'].map(place)).toEqual(['same', 'added', 'added']);
    destination.placeFolder({ type: 'folder', kind: 'files', path: ['new'], size: 0 });
    expect(destination.adoptFolder('x', staging)).toBe(false);
    expect(readTree(root)).toEqual(before);
  });
});
