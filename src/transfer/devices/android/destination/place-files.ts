/**
 * Files from a phone's staging to their places: renamed on the phone, many by one command, and never over another. The lines
 * of the journal are written just before the renames they tell of.
 */
import type { FileEntry, FolderEntry } from '../../../kinds/entry.ts';
import { numberedName } from '../../numbered-name.ts';
import type { PlacedOnDevice, StagedOnDevice } from '../../port.ts';
import type { PhoneLink } from '../link.ts';
import { commandsText, commandText, inCommands, quoted } from '../shell.ts';
import { SHARED_STORAGE } from '../storage.ts';
import { sha256OnPhone } from './push.ts';
import type { JournalLine, PhoneJournal } from './undo-journal.ts';

export const placeOnPhone = (path: readonly string[]): string => [SHARED_STORAGE, ...path].join('/');

export interface Placing {
  readonly link: PhoneLink;
  readonly journal: PhoneJournal;
  readonly signal: AbortSignal;
  /** SHA-256 of what is staged there, where this move has written it. */
  readonly sha256Of: (staged: string) => string | undefined;
}

interface Pending {
  readonly index: number;
  readonly entry: FileEntry;
  readonly staged: string;
  readonly sha256: string;
  /** Which name of its is tried. */
  count: number;
}

/** Makes folders, and those above them, that are not known to be there. */
export class PhoneFolders {
  readonly #known = new Set<string>();

  async make({ link, journal, signal }: Placing, folders: readonly (readonly string[])[]): Promise<void> {
    const file = await journal.file(signal);
    const commands = folders.flatMap((folder) => this.#commands(folder, file));
    await commandsText(link, commands, { signal });
  }

  #commands(folder: readonly string[], journal: string): string[] {
    const commands: string[] = [];
    for (let depth = 1; depth <= folder.length; depth += 1) {
      const path = folder.slice(0, depth);
      const place = placeOnPhone(path);
      if (this.#known.has(place)) continue;
      this.#known.add(place);
      const line = JSON.stringify({ type: 'folder', path } satisfies JournalLine);
      const name = quoted(place);
      commands.push(
        `[ -d ${name} ] || { printf '%s\\n' ${quoted(line)} >> ${journal}; mkdir ${name} 2>/dev/null; }`,
      );
    }
    return commands;
  }
}

export async function placeFolders(
  placing: Placing,
  folders: readonly FolderEntry[],
  made: PhoneFolders,
): Promise<void> {
  const { link, signal } = placing;
  // A journal is begun by the first change: folders that are there already are none.
  const looking = folders.map(({ path }) => `[ -d ${quoted(placeOnPhone(path))} ] && echo Y || echo N`);
  const answers = (await commandsText(link, looking, { signal })).split(/\r?\n/);
  const missing = folders.filter((_, index) => answers[index] !== 'Y').map(({ path }) => path);
  if (missing.length > 0) await made.make(placing, missing);
}

/** `T`: something has the name. `N`: nothing has it. `G`: nothing is staged. */
const LOOK = `l() {
if [ ! -e "$1" ]; then if [ -e "$2" ]; then echo T; else echo G; fi
elif [ -e "$2" ] || [ -L "$2" ]; then echo T
else echo N; fi
}
`;

/** `A`: placed. `F`: the storage does not take it. `G`: it is nowhere. */
const PLACED = `a() {
if [ -e "$1" ]; then echo F; elif [ -e "$2" ]; then echo A; else echo G; fi
}
`;

/** Outcomes in the order of the files. */
export async function placeFiles(
  placing: Placing,
  files: readonly StagedOnDevice<FileEntry>[],
  folders: PhoneFolders,
): Promise<PlacedOnDevice[]> {
  const outcomes: PlacedOnDevice[] = files.map(() => ({ outcome: 'damaged' }));
  const digests = await digestsOf(placing, files);
  let pending = files.flatMap(({ entry, staged }, index): Pending[] => {
    const sha256 = digests.get(staged);
    return sha256 === undefined ? [] : [{ index, entry, staged, sha256, count: 1 }];
  });
  while (pending.length > 0) {
    const taken = await placeOnce(placing, pending, { folders, outcomes });
    const identical = await digestsOfPlaces(placing, taken);
    const next: Pending[] = [];
    for (const [at, one] of taken.entries()) {
      if (identical[at] === one.sha256) {
        outcomes[one.index] = { outcome: 'same' };
        await dropStaged(placing, one.staged);
      } else {
        one.count += 1;
        next.push(one);
      }
    }
    pending = next;
  }
  return outcomes;
}

/** What this move did not write itself, an earlier attempt did: the phone digests it. */
async function digestsOf(
  { link, sha256Of, signal }: Placing,
  files: readonly StagedOnDevice<FileEntry>[],
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  const unknown: string[] = [];
  for (const { staged } of files) {
    const known = sha256Of(staged);
    if (known === undefined) unknown.push(staged);
    else digests.set(staged, known);
  }
  for (const [path, sha256] of await sha256OnPhone(link, unknown, signal)) digests.set(path, sha256);
  return digests;
}

const nameOf = ({ entry, count }: Pending): string => numberedName(entry.path.at(-1) ?? '', count, 'file');

const pathOf = (one: Pending): string[] => [...one.entry.path.slice(0, -1), nameOf(one)];

/** @returns those whose name something else has. */
async function placeOnce(
  placing: Placing,
  pending: readonly Pending[],
  { folders, outcomes }: { readonly folders: PhoneFolders; readonly outcomes: PlacedOnDevice[] },
): Promise<Pending[]> {
  const looked = await answersTo(
    placing,
    LOOK,
    pending.map((one) => `l ${pathsOf(one)}`),
  );
  const free = pending.filter((_, at) => looked[at] === 'N');
  const answers = await moveAll(placing, free, folders);
  for (const [at, one] of free.entries()) {
    if (answers[at] === 'A') {
      outcomes[one.index] = one.count === 1 ? { outcome: 'added' } : { outcome: 'added', name: nameOf(one) };
    } else outcomes[one.index] = { outcome: answers[at] === 'F' ? 'refused' : 'damaged' };
  }
  return pending.filter((_, at) => looked[at] === 'T');
}

const pathsOf = (one: Pending): string => `${quoted(one.staged)} ${quoted(placeOnPhone(pathOf(one)))}`;

/** Writes the journal, moves, and looks: files that keep their names go to a folder by one command. */
async function moveAll(
  placing: Placing,
  files: readonly Pending[],
  folders: PhoneFolders,
): Promise<string[]> {
  if (files.length === 0) return [];
  const { link, journal, signal } = placing;
  await folders.make(
    placing,
    files.map((one) => pathOf(one).slice(0, -1)),
  );
  await journal.append(
    files.map((one) => ({ type: 'file', path: pathOf(one), sha256: one.sha256 })),
    signal,
  );
  const moves: string[] = [];
  const together = new Map<string, string[]>();
  for (const one of files) {
    const path = pathOf(one);
    if (one.staged.endsWith(`/${path.at(-1) ?? ''}`)) {
      const folder = placeOnPhone(path.slice(0, -1));
      const staged = together.get(folder) ?? [];
      together.set(folder, staged);
      staged.push(quoted(one.staged));
    } else moves.push(`mv -n ${pathsOf(one)} 2>/dev/null`);
  }
  for (const [folder, staged] of together) {
    for (const some of inCommands(staged)) {
      moves.push(`mv -n ${some.join(' ')} ${quoted(folder)}/ 2>/dev/null`);
    }
  }
  await commandsText(link, moves, { signal });
  return answersTo(
    placing,
    PLACED,
    files.map((one) => `a ${pathsOf(one)}`),
  );
}

/**
 * One letter for each call. Moved again after the phone was away, what was placed by then has gone from staging and is found
 * in its place.
 */
async function answersTo(
  { link, signal }: Placing,
  before: string,
  calls: readonly string[],
): Promise<string[]> {
  const output = await commandsText(link, calls, { signal, before });
  const answers = output.split(/\r?\n/).filter((line) => /^[ATFGN]$/.test(line));
  return answers.length === calls.length ? answers : calls.map(() => 'F');
}

async function digestsOfPlaces(
  { link, signal }: Placing,
  taken: readonly Pending[],
): Promise<(string | undefined)[]> {
  const places = taken.map((one) => placeOnPhone(pathOf(one)));
  const digests = await sha256OnPhone(link, places, signal);
  return places.map((place) => digests.get(place));
}

async function dropStaged({ link, signal }: Placing, staged: string): Promise<void> {
  await commandText(link, `rm -f ${quoted(staged)}`, { signal });
}
