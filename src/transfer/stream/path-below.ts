import { sep } from 'node:path';

/**
 * The path of something inside a folder, asked for every file several times: `path.join` would look at each character again.
 * @param components checked names (safe-path.ts), or names a folder was read to have.
 */
export function pathBelow(folder: string, components: readonly string[]): string {
  return components.length === 0 ? folder : folder + sep + components.join(sep);
}
