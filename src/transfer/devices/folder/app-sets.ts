/**
 * The APKs of one app at a destination: a folder for each set that came, `apps/<package>`, `apps/<package> (2)` and so
 * on. Base and splits only work together when they are of one version, so a set is never mixed with another.
 */
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MoverError } from '../../errors.ts';
import { numberedName } from '../numbered-name.ts';
import type { CreatedPath, CreationObserver, StagedApk } from '../port.ts';
import { pathType } from './path-type.ts';
import { moveNew, nameTwice, type NamingCalls } from './move-new.ts';

/** Folders of an app's sets, up to the first name that is free. A link is none of them. */
export function* appSetFolders(apps: string, name: string): Generator<string> {
  for (let count = 1; ; count += 1) {
    const path = join(apps, numberedName(name, count, 'folder'));
    const found = pathType(path);
    if (found === 'nothing') return;
    if (found === 'folder') yield path;
  }
}

/** Something came there since it was looked at. */
const TAKEN: ReadonlySet<string> = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR']);

/**
 * Gathers a set in `workFolder` and renames that to the first free name, so that half a set is never there. Until then the
 * staged files keep their names as well: of a process that dies in between, the next one finds them.
 * @throws errors of the file system.
 */
export function placeAppSet(options: {
  readonly apps: string;
  readonly apks: readonly StagedApk[];
  readonly workFolder: string;
  readonly calls: NamingCalls;
  readonly observer: CreationObserver | undefined;
}): void {
  const { apps, apks, workFolder, calls, observer } = options;
  const [first] = apks;
  if (first === undefined) return;
  for (const { entry, staged } of apks) {
    const place = join(workFolder, entry.path[1]);
    if (!nameTwice(staged, place, calls) && !moveNew(staged, place, calls)) {
      throw new MoverError('DESTINATION_FAILED', { detail: 'two APKs of one name' });
    }
  }
  for (let count = 1; ; count += 1) {
    const folder = join(apps, numberedName(first.entry.path[0], count, 'folder'));
    const found = whatIsAt(folder);
    if (found === 'something') continue;
    const files = apks.map(({ entry }): CreatedPath => ({ type: 'file', path: join(folder, entry.path[1]) }));
    observer?.before(found === 'nothing' ? [{ type: 'folder', path: folder }, ...files] : files);
    let taken = false;
    try {
      taken = takeName(workFolder, folder, apks, calls);
    } finally {
      if (!taken) observer?.failed();
    }
    if (!taken) continue;
    for (const { staged } of apks) rmSync(staged, { force: true });
    return;
  }
}

function whatIsAt(path: string): 'nothing' | 'an empty folder' | 'something' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'nothing';
  return stats.isDirectory() && readdirSync(path).length === 0 ? 'an empty folder' : 'something';
}

function takeName(
  workFolder: string,
  folder: string,
  apks: readonly StagedApk[],
  calls: NamingCalls,
): boolean {
  try {
    // rename(2) takes the place of an empty folder and of nothing else.
    renameSync(workFolder, folder);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (TAKEN.has(code)) return false;
    // Windows replaces no folder, not even an empty one.
    if (code === 'EPERM' && lstatSync(folder, { throwIfNoEntry: false }) !== undefined) return false;
    if (code !== 'EXDEV') throw error;
  }
  // `apps` is on another file system than staging: file by file.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return apks.every(({ entry }) =>
    moveNew(join(workFolder, entry.path[1]), join(folder, entry.path[1]), calls),
  );
}
