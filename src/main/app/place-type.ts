/** What a path that a person dragged in is, as far as its look tells. */
import { lstatSync, openSync, readSync, closeSync, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { DEVICE_LAYOUT, MoverError } from '../../transfer/index.ts';
import type { PlaceType } from '../ipc/contract.ts';

const ENDINGS: ReadonlyMap<string, PlaceType> = new Map([
  ['.vcf', 'contacts'],
  ['.vcard', 'contacts'],
  ['.ics', 'calendar'],
  ['.ical', 'calendar'],
  ['.icalendar', 'calendar'],
  ['.vcs', 'calendar'],
]);

/** The root element of a backup stands within its head: the declaration, a comment, a stylesheet. */
const HEAD_BYTES = 64 * 1024;

export function isDeviceFolder(folder: string): boolean {
  const kindAt = (name: string): 'file' | 'folder' | undefined => {
    const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
    return stats?.isFile() === true ? 'file' : stats?.isDirectory() === true ? 'folder' : undefined;
  };
  if (DEVICE_LAYOUT.files.some((name) => kindAt(name) === 'file')) return true;
  // A person's own folder may well have one called "files"; a device folder has nothing else.
  const folders = DEVICE_LAYOUT.folders.filter((name) => kindAt(name) === 'folder');
  return folders.length > 0 && visibleNames(folder).length === folders.length;
}

const visibleNames = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !name.startsWith('.'));

/**
 * A file that is no list of records is one of the files to move.
 * @throws MoverError `SOURCE_MISSING`, `SOURCE_UNREADABLE`, or `SOURCE_INVALID` for what is neither file nor folder.
 */
export function placeTypeOf(path: string): PlaceType {
  return reading(() => {
    const stats = statSync(path);
    if (stats.isDirectory()) return isDeviceFolder(path) ? 'device' : 'files';
    if (!stats.isFile()) throw new MoverError('SOURCE_INVALID');
    const ending = extname(path).toLowerCase();
    return ENDINGS.get(ending) ?? (ending === '.xml' ? backupType(path) : undefined) ?? 'files';
  });
}

/** "SMS Backup & Restore" names its root element after what is in it. */
function backupType(path: string): PlaceType | undefined {
  const head = Buffer.alloc(HEAD_BYTES);
  const fd = openSync(path, 'r');
  try {
    const text = head.toString('latin1', 0, readSync(fd, head, 0, HEAD_BYTES, 0));
    const root = /<(smses|calls)[\s>/]/.exec(text.replaceAll('\0', ''))?.[1];
    return root === 'smses' ? 'messages' : root === 'calls' ? 'calls' : undefined;
  } finally {
    closeSync(fd);
  }
}

export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MoverError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new MoverError(code === 'ENOENT' ? 'SOURCE_MISSING' : 'SOURCE_UNREADABLE', { cause: error });
  }
}
