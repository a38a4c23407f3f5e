/**
 * Files from a phone's staging to their places: renamed on the phone, many by one command, and never over another. A line of
 * the journal is written by the same command, just before the rename it tells of.
 */
import type { FileEntry, FolderEntry } from '../../../kinds/entry.ts';
import { numberedName } from '../../numbered-name.ts';
import type { PlacedOnDevice, StagedOnDevice } from '../../port.ts';
import type { PhoneLink } from '../link.ts';
import { commandText, quoted } from '../shell.ts';
import { SHARED_STORAGE } from '../storage.ts';
import { sha256OnPhone } from './push.ts';
import type { JournalLine, PhoneJournal } from './undo-journal.ts';

/** adb names a service in at most 64 KiB, and a command is a part of that name. */
const COMMAND_BYTES = 36 * 1024;
const FOLDERS_AT_ONCE = 50;

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

/** Makes folders, and those above them. */
export class PhoneFolders {
  readonly #made = new Set<string>();

  /** Commands that make what is not known to be there. */
  commands(folder: readonly string[], journal: string): string {
    let commands = '';
    for (let depth = 1; depth <= folder.length; depth += 1) {
      const path = folder.slice(0, depth);
      const place = placeOnPhone(path);
      if (this.#made.has(place)) continue;
      this.#made.add(place);
      const line = JSON.stringify({ type: 'folder', path } satisfies JournalLine);
      const name = quoted(place);
      commands += `[ -d ${name} ] || { printf '%s\\n' ${quoted(line)} >> ${journal}; mkdir ${name} 2>/dev/null; }\n`;
    }
    return commands;
  }

  /** What was taken for made may be gone. */
  forget(): void {
    this.#made.clear();
  }
}

export async function placeFolders(
  { link, journal, signal }: Placing,
  folders: readonly FolderEntry[],
  made: PhoneFolders,
): Promise<void> {
  const missing = await missingFolders(link, folders, signal);
  if (missing.length === 0) return;
  const file = await journal.file(signal);
  let script = '';
  for (const { path } of missing) {
    script += made.commands(path, file);
    if (script.length < COMMAND_BYTES / 2) continue;
    await commandText(link, script, { signal });
    script = '';
  }
  if (script !== '') await commandText(link, script, { signal });
}

/** A journal is begun by the first change: folders that are there already are none. */
async function missingFolders(
  link: PhoneLink,
  folders: readonly FolderEntry[],
  signal: AbortSignal,
): Promise<FolderEntry[]> {
  const missing: FolderEntry[] = [];
  for (let next = 0; next < folders.length; next += FOLDERS_AT_ONCE) {
    const some = folders.slice(next, next + FOLDERS_AT_ONCE);
    const command = some
      .map(({ path }) => `[ -d ${quoted(placeOnPhone(path))} ] && echo Y || echo N`)
      .join('\n');
    const { output } = await commandText(link, command, { signal });
    const answers = output.split(/\r?\n/);
    missing.push(...some.filter((_, index) => answers[index] !== 'Y'));
  }
  return missing;
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

/** Ends the journal's lines in a script. No JSON is that. */
const END_OF_LINES = '~~lines~~';

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
  const taken: Pending[] = [];
  for (let next = 0; next < pending.length;) {
    const some: Pending[] = [];
    let bytes = 0;
    while (next < pending.length && bytes < COMMAND_BYTES) {
      const one = pending[next];
      next += 1;
      if (one === undefined) break;
      some.push(one);
      // Its two paths twice, and its line.
      bytes += 3 * Buffer.byteLength(one.staged) + 4 * Buffer.byteLength(placeOnPhone(pathOf(one))) + 100;
    }
    const looked = await answersTo(
      placing,
      LOOK,
      some.map((one) => `l ${pathsOf(one)}`),
    );
    const free = some.filter((_, at) => looked[at] === 'N');
    taken.push(...some.filter((_, at) => looked[at] === 'T'));
    const answers = await moveAll(placing, free, folders);
    for (const [at, one] of free.entries()) {
      if (answers[at] === 'A') {
        outcomes[one.index] =
          one.count === 1 ? { outcome: 'added' } : { outcome: 'added', name: nameOf(one) };
      } else outcomes[one.index] = { outcome: answers[at] === 'F' ? 'refused' : 'damaged' };
    }
  }
  return taken;
}

const pathsOf = (one: Pending): string => `${quoted(one.staged)} ${quoted(placeOnPhone(pathOf(one)))}`;

/** Writes the journal, moves, and looks: files that keep their names go to a folder by one command. */
async function moveAll(
  placing: Placing,
  files: readonly Pending[],
  folders: PhoneFolders,
): Promise<string[]> {
  if (files.length === 0) return [];
  const { journal, signal } = placing;
  const file = await journal.file(signal);
  let script = '';
  for (const one of files) script += folders.commands(pathOf(one).slice(0, -1), file);
  const lines = files.map((one) =>
    JSON.stringify({ type: 'file', path: pathOf(one), sha256: one.sha256 } satisfies JournalLine),
  );
  script += `cat >> ${file} <<'${END_OF_LINES}'\n${lines.join('\n')}\n${END_OF_LINES}\n`;
  const together = new Map<string, string[]>();
  for (const one of files) {
    const path = pathOf(one);
    if (one.staged.endsWith(`/${path.at(-1) ?? ''}`)) {
      const folder = placeOnPhone(path.slice(0, -1));
      together.set(folder, [...(together.get(folder) ?? []), quoted(one.staged)]);
    } else script += `mv -n ${pathsOf(one)} 2>/dev/null\n`;
  }
  for (const [folder, staged] of together) {
    script += `mv -n ${staged.join(' ')} ${quoted(folder)}/ 2>/dev/null\n`;
  }
  return answersTo(
    placing,
    `${script}${PLACED}`,
    files.map((one) => `a ${pathsOf(one)}`),
  );
}

/**
 * One letter for each call. Run again after the phone was away: what was placed by then has gone from staging, and is found
 * in its place.
 */
async function answersTo(
  { link, signal }: Placing,
  functions: string,
  calls: readonly string[],
): Promise<string[]> {
  if (calls.length === 0) return [];
  const { output } = await commandText(link, `${functions}${calls.join('\n')}\n`, { signal });
  const answers = output.split(/\r?\n/).filter((line) => /^[ATFGN]$/.test(line));
  return answers.length === calls.length ? answers : calls.map(() => 'F');
}

async function digestsOfPlaces(
  { link, signal }: Placing,
  taken: readonly Pending[],
): Promise<(string | undefined)[]> {
  const places = taken.map((one) => placeOnPhone(pathOf(one)));
  const digests = new Map<string, string>();
  for (let next = 0; next < places.length; next += 100) {
    const some = places.slice(next, next + 100);
    for (const [path, sha256] of await sha256OnPhone(link, some, signal)) digests.set(path, sha256);
  }
  return places.map((place) => digests.get(place));
}

async function dropStaged({ link, signal }: Placing, staged: string): Promise<void> {
  await commandText(link, `rm -f ${quoted(staged)}`, { signal });
}
