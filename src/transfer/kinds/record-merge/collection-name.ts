/**
 * Names of calendars and address books come from the peer and become file names at the destination: one that could
 * lead elsewhere is refused. What only some file systems cannot hold (`Work: Team`) is the destination's to spell.
 */
import { LIMITS } from '../../limits.ts';

/** Format characters hide what a name says; the two joiners are part of emoji and of Indic and Persian spelling. */
const FORBIDDEN = /[/\p{Cc}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/u;

export function isCollectionName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.trim() !== name) return false;
  return Buffer.byteLength(name) <= LIMITS.nameBytes && !FORBIDDEN.test(name);
}
