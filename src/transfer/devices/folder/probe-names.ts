/** Finds out what names a file system can hold, by making folders of such names and reading back what is there. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { EXACT_NAMES, type NameRules, REFUSED_SOMEWHERE, WINDOWS_NAMES } from '../name-rules.ts';

const CONTROLS = ['a\u0001b', 'a\nb', 'a\u007Fb'];
const TRAILING = ['a.', 'a '];
const DEVICES = ['aux', 'con.txt'];
/** Case, and the two normal forms. */
const ALIKE = ['case', 'CASE', '\u00E9', 'e\u0301'];
/** What file systems take at most: most of them, eCryptfs, the encrypted folders of some NAS, and what all do. */
const BYTES = [255, 143, 139, 100] as const;

/** @param folder ours, on the file system that is asked; left as it was. */
export function probeNames(folder: string): NameRules {
  if (process.platform === 'win32') return WINDOWS_NAMES;
  const characters = REFUSED_SOMEWHERE.map((character) => `a${character}b`);
  const [longest] = BYTES;
  const all = [...characters, ...CONTROLS, ...TRAILING, ...DEVICES, ...ALIKE, 'x'.repeat(longest)];
  if (holds(folder, all)) return EXACT_NAMES;
  return {
    refused: new Set(REFUSED_SOMEWHERE.filter((character) => !holds(folder, [`a${character}b`]))),
    controls: holds(folder, CONTROLS),
    trailing: holds(folder, TRAILING),
    reserved: holds(folder, DEVICES),
    distinct: holds(folder, ALIKE),
    bytes: BYTES.find((bytes) => holds(folder, ['x'.repeat(bytes)])) ?? 100,
  };
}

/** Whether these can stand beside each other, each as it was given. */
function holds(folder: string, names: readonly string[]): boolean {
  const place = mkdtempSync(join(folder, 'names-'));
  try {
    for (const name of names) mkdirSync(place + sep + name);
    const there = new Set(readdirSync(place));
    return there.size === names.length && names.every((name) => there.has(name));
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
