/** Takes the last move to a phone back: what is still as it came goes, what was changed since stays and is named. */
import type { RecordKind } from '../../../kinds/kind.ts';
import type { DeviceUndoReport } from '../../port.ts';
import type { PhoneLink } from '../link.ts';
import type { Puller } from '../pull.ts';
import { commandsText, commandText, inCommands, quoted } from '../shell.ts';
import { takeBack as takeRows } from '../write/index.ts';
import { placeOnPhone } from './place-files.ts';
import { sha256OnPhone } from './push.ts';
import { dropJournal, type JournalLine, readJournal } from './undo-journal.ts';

interface TakingBack {
  readonly link: PhoneLink;
  readonly puller: Puller;
  readonly signal: AbortSignal;
}

type Line<Type extends JournalLine['type']> = Extract<JournalLine, { type: Type }>;

/** Undefined when no move was received there that could be taken back. */
export async function takeBack({ link, puller, signal }: TakingBack): Promise<DeviceUndoReport | undefined> {
  const lines = await readJournal(puller, signal);
  if (lines === undefined) return undefined;
  const of = <Type extends JournalLine['type']>(type: Type): Line<Type>[] =>
    lines.filter((line): line is Line<Type> => line.type === type);
  const files = await takeFilesBack(link, of('file'), signal);
  const rows = await takeRowsBack(link, of('row'), signal);
  const apps = await takeAppsBack(link, of('app'), signal);
  const folders = await takeFoldersBack(link, of('folder'), signal);
  await dropJournal(link, signal);
  return {
    removed: files.removed + apps.removed + rows.removed,
    folders,
    gone: files.gone + apps.gone + rows.gone,
    left: [...files.left, ...apps.left, ...rows.left],
  };
}

async function takeFilesBack(
  link: PhoneLink,
  files: readonly Line<'file'>[],
  signal: AbortSignal,
): Promise<{ removed: number; gone: number; left: string[] }> {
  let [removed, gone] = [0, 0];
  const left: string[] = [];
  // A line may stand twice, of a command that was run again.
  const byPlace = new Map(files.map((file) => [placeOnPhone(file.path), file]));
  // Removed soon after they were looked at: what somebody changes meanwhile is theirs.
  for (const places of inCommands(byPlace.keys())) {
    const digests = await sha256OnPhone(link, places, signal);
    const ours: string[] = [];
    for (const place of places) {
      const there = digests.get(place);
      if (there === undefined) gone += 1;
      else if (there === byPlace.get(place)?.sha256) ours.push(quoted(place));
      else left.push(byPlace.get(place)?.path.join('/') ?? '');
    }
    for (const some of inCommands(ours)) await commandText(link, `rm -f ${some.join(' ')}`, { signal });
    removed += ours.length;
  }
  return { removed, gone, left };
}

/** Records and ready files, kind by kind; what stays is named by its kind. */
async function takeRowsBack(
  link: PhoneLink,
  rows: readonly Line<'row'>[],
  signal: AbortSignal,
): Promise<{ removed: number; gone: number; left: string[] }> {
  const kinds = new Set(rows.map(({ table }) => kindOf(table)));
  let [removed, gone] = [0, 0];
  const left: string[] = [];
  for (const kind of kinds) {
    const some = rows.filter(({ table }) => kindOf(table) === kind);
    const made = some.map(({ path, ...row }) => (path === undefined ? row : { ...row, path }));
    const taken = await takeRows(link, made, signal);
    removed += taken.removed;
    gone += taken.gone;
    if (taken.left > 0) left.push(kind);
  }
  return { removed, gone, left };
}

function kindOf(table: string): RecordKind | 'files' {
  if (/^contact|^raw-contact/.test(table)) return 'contacts';
  if (table.startsWith('call')) return 'calls';
  if (table === 'file') return 'files';
  return /^(?:sms|mms|thread|part|addr)/.test(table) ? 'messages' : 'calendar';
}

async function takeAppsBack(
  link: PhoneLink,
  apps: readonly Line<'app'>[],
  signal: AbortSignal,
): Promise<{ removed: number; gone: number; left: string[] }> {
  let [removed, gone] = [0, 0];
  const left: string[] = [];
  for (const name of new Set(apps.map((app) => app.package))) {
    const { output } = await commandText(link, `pm list packages -i ${quoted(name)}`, { signal });
    const line = output.split(/\r?\n/).find((each) => each.startsWith(`package:${name} `));
    if (line === undefined) gone += 1;
    // Any app on the phone can write to shared storage: only what came over the cable is removed, whatever a journal says.
    else if (!/installer=(?:null|com\.android\.shell)\s*$/.test(line)) left.push(name);
    else if ((await uninstall(link, name, signal)).includes('Success')) removed += 1;
    else left.push(name);
  }
  return { removed, gone, left };
}

async function uninstall(link: PhoneLink, name: string, signal: AbortSignal): Promise<string> {
  return (await commandText(link, `pm uninstall ${quoted(name)} 2>&1`, { signal })).output;
}

/** From the deepest on; one in which something is stays. */
async function takeFoldersBack(
  link: PhoneLink,
  folders: readonly Line<'folder'>[],
  signal: AbortSignal,
): Promise<number> {
  const places = [...new Set(folders.map(({ path }) => placeOnPhone(path)))];
  places.sort((a, b) => b.split('/').length - a.split('/').length);
  const commands = places.map((place) => `rmdir ${quoted(place)} 2>/dev/null && echo R`);
  const output = await commandsText(link, commands, { signal });
  return output.split('\n').filter((line) => line.trim() === 'R').length;
}
