/**
 * Paths inside a folder and back, asked for every file several times: `node:path` would look at each character again. The folder
 * may be the root of a disk, which ends in a separator.
 */
import { sep } from 'node:path';

const opened = (folder: string): string => (folder.endsWith(sep) ? folder : folder + sep);

/** @param components checked names (safe-path.ts), or names a folder was read to have. */
export function pathBelow(folder: string, components: readonly string[]): string {
  return components.length === 0 ? folder : opened(folder) + components.join(sep);
}

/** @param path of something below the folder, both absolute and normalised. */
export function componentsBelow(folder: string, path: string): string[] {
  return path.slice(opened(folder).length).split(sep);
}
