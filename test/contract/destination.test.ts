/** What every destination promises, run against the folder on disk and the implementation in memory. */
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { FolderDestination } from '../../src/transfer/devices/folder/destination.ts';
import { diskDestinationContract } from '../../src/transfer/testing/index.ts';
import { lineFormats } from '../support/line-format.ts';
import { MemoryDestination } from '../support/memory/destination.ts';
import { scratchFolder } from '../support/scratch.ts';
import { readTree } from '../support/tree.ts';
import { writeTree } from '../support/write-tree.ts';

const RECORDS = {
  calendar: ['dinner', 'work:meeting', 'work:lunch'],
  contacts: ['anna', 'ben'],
} as const;

describe('a device folder as a destination', () => {
  diskDestinationContract(it, () => {
    const root = scratchFolder();
    return {
      records: RECORDS,
      destination: new FolderDestination(root, { formats: lineFormats }),
      again: () => new FolderDestination(root, { formats: lineFormats }),
      at(path) {
        const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
        if (stats === undefined) return undefined;
        return stats.isDirectory() ? '/' : readFileSync(join(root, path), 'utf8');
      },
      put: (path, text) => {
        writeTree(root, { [path]: text });
      },
      paths: () => Object.keys(readTree(root)).sort(),
      details(path) {
        const { mtimeMs, mode } = lstatSync(join(root, path));
        return { mtimeMs, executable: (mode & 0o100) !== 0 };
      },
    };
  });
});

describe('a device in memory as a destination', () => {
  diskDestinationContract(it, () => {
    const scratch = scratchFolder();
    const destination = new MemoryDestination({ scratch, formats: lineFormats });
    const textAt = (path: string): string | undefined => {
      const node = destination.at(path);
      if (node === undefined) return undefined;
      return node.type === 'folder' ? '/' : Buffer.from(node.bytes).toString('utf8');
    };
    return {
      records: RECORDS,
      destination,
      // A run is a new object; memory lives as long as its object.
      again: () => destination,
      at: textAt,
      put(path, text) {
        const components = path.split('/');
        for (let depth = 1; depth < components.length; depth += 1) {
          destination.put(components.slice(0, depth).join('/'), { type: 'folder' });
        }
        destination.put(path, { type: 'file', bytes: Buffer.from(text), mtimeMs: 0, executable: false });
      },
      paths: () => destination.paths(),
      details(path) {
        const node = destination.at(path);
        if (node?.type !== 'file') throw new TypeError(`${path} is no file`);
        return { mtimeMs: node.mtimeMs, executable: node.executable };
      },
    };
  });
});
