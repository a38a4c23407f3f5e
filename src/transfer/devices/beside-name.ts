/** Names for what is kept beside something else of its name: `photo (2).jpg`, as desktops do it. */
import { parse } from 'node:path';
import { LIMITS } from '../limits.ts';

/** A longer ending is no ending but a name with a dot in it. */
const ENDING_BYTES = 32;

/**
 * The `count`th name: the first is the name itself. The stem is cut where the result would be longer than a file
 * system takes.
 */
export function besideName(name: string, count: number, type: 'file' | 'folder'): string {
  if (count === 1) return name;
  const { name: stem, ext } = type === 'file' ? parse(name) : { name, ext: '' };
  const hasEnding = Buffer.byteLength(ext) <= ENDING_BYTES;
  const end = ` (${String(count)})${hasEnding ? ext : ''}`;
  return cut(hasEnding ? stem : name, LIMITS.nameBytes - Buffer.byteLength(end)) + end;
}

/** Never within a code point. */
function cut(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
