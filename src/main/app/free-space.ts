/** What is free where a folder is, or would be: it is not made before a move into it begins. */
import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** @returns undefined when the system does not say. */
export function freeBytesAt(folder: string): number | undefined {
  for (let path = resolve(folder); ; path = dirname(path)) {
    try {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || path === dirname(path)) return undefined;
    }
  }
}
