/** Where an entry waits inside staging: the same place in every run, so that staging itself is the memory. */
import { join } from 'node:path';
import type { Entry } from '../kinds/entry.ts';

export function stagedPath(staging: string, entry: Entry): string {
  switch (entry.type) {
    case 'file':
    case 'folder':
      return join(staging, 'files', ...entry.path);
    case 'apk':
      return join(staging, 'apps', ...entry.path);
    case 'segment':
      return join(staging, entry.kind, `${String(entry.index).padStart(8, '0')}.ndjson`);
  }
}
