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
const COMMAND_BYTES = 24 * 1024;
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

/** `A`: placed. `T`: something has the name. `F`: the storage does not take it. `G`: nothing is staged. */
const PLACE = `p() {
[ -e "$1" ] || { if [ -e "$2" ]; then echo T; else echo G; fi; return; }
if [ -e "$2" ] || [ -L "$2" ]; then echo T; return; fi
printf '%s\\n' "$3" >> "$j"
mv -n "$1" "$2" 2>/dev/null
[ -e "$1" ] && [ ! -e "$2" ] && mv "$1" "$2" 2>/dev/null
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
  { link, journal, signal }: Placing,
  pending: readonly Pending[],
  { folders, outcomes }: { readonly folders: PhoneFolders; readonly outcomes: PlacedOnDevice[] },
): Promise<Pending[]> {
  const file = await journal.file(signal);
  const taken: Pending[] = [];
  for (let next = 0; next < pending.length;) {
    const some: Pending[] = [];
    let script = `j=${file}\n${PLACE}`;
    while (next < pending.length && (some.length === 0 || Buffer.byteLength(script) < COMMAND_BYTES)) {
      const one = pending[next];
      next += 1;
      if (one === undefined) break;
      some.push(one);
      const path = pathOf(one);
      const line = JSON.stringify({ type: 'file', path, sha256: one.sha256 } satisfies JournalLine);
      script += folders.commands(path.slice(0, -1), file);
      script += `p ${quoted(one.staged)} ${quoted(placeOnPhone(path))} ${quoted(line)}\n`;
    }
    const answers = await runPlacing(link, script, { count: some.length, signal });
    for (const [at, one] of some.entries()) {
      const answer = answers[at];
      if (answer === 'A')
        outcomes[one.index] =
          one.count === 1 ? { outcome: 'added' } : { outcome: 'added', name: nameOf(one) };
      else if (answer === 'T') taken.push(one);
      else outcomes[one.index] = { outcome: answer === 'F' ? 'refused' : 'damaged' };
    }
  }
  return taken;
}

/** Run again after the phone was away: what was placed then has gone from staging, and its place is looked at by content. */
async function runPlacing(
  link: PhoneLink,
  script: string,
  { count, signal }: { readonly count: number; readonly signal: AbortSignal },
): Promise<string[]> {
  const { output } = await commandText(link, script, { signal });
  const answers = output.split(/\r?\n/).filter((line) => /^[ATFG]$/.test(line));
  return answers.length === count ? answers : Array.from({ length: count }, () => 'F');
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
