/** Where an entry waits inside staging: the same place in every run, so that staging itself is the memory. */
import { join, sep } from 'node:path';
import type { Entry } from '../kinds/entry.ts';
import { pathBelow } from '../paths/path-below.ts';

export function stagedPath(staging: string, entry: Entry): string {
  switch (entry.type) {
    case 'file':
    case 'folder':
      return pathBelow(`${staging}${sep}files`, entry.path);
    case 'apk':
      return pathBelow(`${staging}${sep}apps`, entry.path);
    case 'segment':
      return join(staging, entry.kind, `${String(entry.index).padStart(8, '0')}.ndjson`);
  }
}
