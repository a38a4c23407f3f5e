/** This computer: the folders a person keeps their own things in, as files. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { MoverError } from '../../errors.ts';

/** As every desktop makes them in English; XDG's file says what they are called in other languages. */
const USUAL = ['Desktop', 'Documents', 'Downloads', 'Movies', 'Music', 'Pictures', 'Videos'];
/** Longer than any of these files, which are a dozen lines. */
const USER_DIRS_BYTES = 64 * 1024;

/** @throws MoverError `USAGE` for a name: there is one computer; `SOURCE_MISSING` where it has none of the folders. */
export function computerFolders(name: string | undefined): readonly string[] {
  if (name !== undefined) throw new MoverError('USAGE', { detail: 'computer takes no name: it is this one' });
  const folders = personalFolders(homedir());
  if (folders.length === 0) throw new MoverError('SOURCE_MISSING', { detail: USUAL.join(', ') });
  return folders;
}

export function* listComputer(): Generator<{
  readonly device: 'computer';
  readonly kind: 'computer';
  readonly name: string;
  readonly state: 'ready';
  readonly details: string;
}> {
  const folders = personalFolders(homedir());
  if (folders.length === 0) return;
  const details = folders.map((folder) => basename(folder)).join(', ');
  yield { device: 'computer', kind: 'computer', name: 'This computer', state: 'ready', details };
}

/** Each once, none that lies in another of them, and never the whole home folder, which a person may have set one to. */
function personalFolders(home: string): readonly string[] {
  const homePath = existsSync(home) ? realpathSync(home) : home;
  const named = [...userDirs(home), ...USUAL.map((name) => join(home, name))];
  const real = named
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    .map((path) => realpathSync(path))
    .filter((path) => path !== homePath && !homePath.startsWith(`${path}/`));
  const once = [...new Set(real)].sort();
  return once.filter((path) => !once.some((other) => path !== other && path.startsWith(`${other}/`)));
}

/** `XDG_PICTURES_DIR="$HOME/Bilder"` (xdg-user-dirs, user-dirs.dirs(5)): a path below home, or an absolute one. */
function userDirs(home: string): string[] {
  const config = process.env.XDG_CONFIG_HOME;
  const file = join(config === undefined || config === '' ? join(home, '.config') : config, 'user-dirs.dirs');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? Infinity) > USER_DIRS_BYTES) return [];
  const rows = readFileSync(file, 'utf8').matchAll(/^XDG_(\w+)_DIR="(\$HOME\/)?(.+)"$/gm);
  const own = new Set(['DESKTOP', 'DOCUMENTS', 'DOWNLOAD', 'MUSIC', 'PICTURES', 'VIDEOS']);
  return [...rows].flatMap(([, name = '', below, path = '']) => {
    if (!own.has(name)) return [];
    const plain = path.replace(/\\(.)/g, '$1');
    return below === undefined ? [plain] : [join(home, plain)];
  });
}
