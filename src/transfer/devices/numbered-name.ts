/** Names for what is kept beside something else of its name: `photo (2).jpg`, as desktops do it. */
import { parse } from 'node:path';
import { LIMITS } from '../limits.ts';
import { cutAtCharacter } from './cut-at-character.ts';

/** A longer ending is no ending but a name with a dot in it. */
const ENDING_BYTES = 32;

/**
 * The `count`th name: the first is the name itself. The stem is cut where the result would be longer than a file
 * system takes.
 */
export function numberedName(
  name: string,
  count: number,
  type: 'file' | 'folder',
  maxBytes: number = LIMITS.nameBytes,
): string {
  if (count === 1) return name;
  const { name: stem, ext } = type === 'file' ? parse(name) : { name, ext: '' };
  const hasEnding = Buffer.byteLength(ext) <= ENDING_BYTES;
  const end = ` (${String(count)})${hasEnding ? ext : ''}`;
  return cutAtCharacter(hasEnding ? stem : name, maxBytes - Buffer.byteLength(end)) + end;
}
