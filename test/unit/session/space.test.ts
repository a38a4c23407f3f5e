import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderDestination } from '../../../src/transfer/devices/folder/destination.ts';
import { MemorySource } from '../../support/memory/source.ts';
import type { DiskDestination } from '../../../src/transfer/devices/port.ts';
import { mergeBytes, noSpace, usableBytes } from '../../../src/transfer/session/agreement/space.ts';
import { lineFormats } from '../../support/line-format.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { startSession } from '../../support/session.ts';
import { readTree } from '../../support/tree.ts';
import { writeTree } from '../../support/write-tree.ts';

const MINE = 'mine\n'.repeat(100_000);

function used(): { into: string; destination: FolderDestination } {
  const into = scratchFolder();
  writeTree(into, { 'contacts.vcf': MINE, 'calendar/work.ics': 'meeting\n' });
  return { into, destination: new FolderDestination(into, { formats: lineFormats }) };
}

/** The same on a disk with so much space. */
const withRoom = (destination: DiskDestination, freeBytes: number): DiskDestination =>
  new Proxy(destination, {
    get: (target, name) => {
      if (name === 'space') return () => ({ freeBytes, totalBytes: freeBytes });
      const part: unknown = Reflect.get(target, name);
      return typeof part === 'function' ? (part.bind(target) as unknown) : part;
    },
  });

describe('the space a move needs', () => {
  it('is that of the record files, which are written anew with what came, and of no other kind', () => {
    const { into, destination } = used();
    const there = statSync(join(into, 'contacts.vcf')).size;
    const offer = [
      { kind: 'contacts', bytes: 1_000 },
      { kind: 'files', bytes: 5_000 },
      // Nothing comes, so nothing is written.
      { kind: 'calendar', bytes: 0 },
    ] as const;
    expect(mergeBytes(destination, offer)).toBe(there + 1_000);
    expect(mergeBytes(destination, [])).toBe(0);
  });

  it('is not refused by a file system that does not tell its size', async () => {
    const { destination } = used();
    const sizeless = withRoom(destination, 0);
    await expect(usableBytes(sizeless)).resolves.toBe(Number.MAX_SAFE_INTEGER);
    const source = new MemorySource({ records: { contacts: ['anna'] } });
    expect((await startSession({ source, destination: sizeless }).receiver).outcome).toBe('complete');
  });

  it('is looked at before anything is sent: too little for the new record files ends the move', async () => {
    const { into, destination } = used();
    const before = readTree(into);
    const source = (): MemorySource => new MemorySource({ records: { contacts: ['anna', 'ben'] } });
    const small = startSession({ source: source(), destination: withRoom(destination, MINE.length) });
    await expect(small.receiver).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(readTree(into)).toEqual(before);

    const enough = startSession({ source: source(), destination: withRoom(destination, MINE.length * 1.1) });
    expect((await enough.receiver).outcome).toBe('complete');
  });

  it('is told in figures that are enough when they are freed', () => {
    const error = noSpace(61_400_000_001, 12_000_999_999);
    expect([error.code, error.exitCode]).toEqual(['NO_SPACE', 5]);
    expect(error.message).toContain('61,401 MB are needed and 12,000 MB can be used');
  });
});
