/** What has a name, without following a link. */
import { lstatSync } from 'node:fs';

export function pathType(path: string): 'folder' | 'file' | 'other' | 'nothing' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'nothing';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'other';
}
