/** Staging is ours, and what somebody swapped in for a staged file all the same is not followed. */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileEntry } from '../../../src/transfer/kinds/entry.ts';
import { StagedFiles } from '../../../src/transfer/lanes/staged-file.ts';
import { scratchFolder } from '../../support/scratch.ts';

const entry: FileEntry = { type: 'file', kind: 'files', path: ['a'], size: 9, mtimeMs: 0, executable: false };

describe('a link in the place of a staged file', () => {
  it.each([3, 0])('is not written through, going on from byte %i', (from) => {
    const folder = scratchFolder();
    const [theirs, staged] = [join(folder, 'theirs'), join(folder, 'staged')];
    writeFileSync(theirs, 'precious!');
    symlinkSync(theirs, staged);
    const files = new StagedFiles(() => staged);
    if (from > 0)
      expect(() => files.open(entry, from)).toThrow(
        expect.objectContaining({ code: 'DESTINATION_FAILED' }) as Error,
      );
    else {
      const file = files.open(entry, from);
      file.write(Buffer.from('arrived!!'));
      file.close();
    }
    expect(readFileSync(theirs, 'utf8')).toBe('precious!');
  });
});
