/** What a phone's shared storage can hold as a name, found out by making files of such names and listing them. */
import { randomBytes } from 'node:crypto';
import { EXACT_NAMES, type NameRules, REFUSED_SOMEWHERE } from '../../name-rules.ts';
import type { PhoneLink } from '../link.ts';
import { commandText, quoted } from '../shell.ts';
import { listFolder } from '../sync.ts';

const CONTROLS = ['a\u0001b', 'a\u007Fb', 'a\nb'];
const TRAILING = ['a.', 'a '];
const DEVICES = ['aux', 'con.txt'];
/** Case, and the two normal forms. */
const ALIKE = ['case', 'CASE', '\u00E9', 'e\u0301'];
const BYTES = [255, 143, 139, 100] as const;

/** @param folder ours, on the storage that is asked; left as it was. */
export async function probeNames(link: PhoneLink, folder: string, signal: AbortSignal): Promise<NameRules> {
  const place = `${folder}/names-${randomBytes(4).toString('hex')}`;
  const characters = REFUSED_SOMEWHERE.map((character) => `a${character}b`);
  const long = BYTES.map((bytes) => 'x'.repeat(bytes));
  const all = [...characters, ...CONTROLS, ...TRAILING, ...DEVICES, ...ALIKE, ...long];
  // Files, not folders: of some names storage takes a folder and nothing in it.
  const make = all.map((name) => `: > ${quoted(`${place}/${name}`)}`);
  await commandText(
    link,
    `mkdir -p ${quoted(place)}; (${make.map((each) => `(${each})`).join('; ')}) 2>/dev/null`,
    { signal },
  );
  const there = new Set((await listFolder(link, place, signal)).map(({ name }) => name));
  await commandText(link, `rm -rf ${quoted(place)}`, { signal });
  const holds = (names: readonly string[]): boolean => names.every((name) => there.has(name));
  if (holds(all)) return EXACT_NAMES;
  return {
    refused: new Set(REFUSED_SOMEWHERE.filter((character) => !holds([`a${character}b`]))),
    controls: holds(CONTROLS),
    trailing: holds(TRAILING),
    reserved: holds(DEVICES),
    distinct: holds(ALIKE),
    bytes: BYTES.find((bytes) => holds(['x'.repeat(bytes)])) ?? 100,
  };
}
