/** Where backups of iPhones are, and what a person calls each: never by the UDID that its folder is named after. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MoverError } from '../../errors.ts';
import { type BackupInfo, readBackupInfo } from './backup.ts';

/** A folder with more is no folder of backups. */
const MOST_FOLDERS = 1_000;

/** Finder's, iTunes's, and that of iTunes and Apple Devices from the Microsoft Store. */
function usualFolders(): string[] {
  const home = homedir();
  const { APPDATA: appData, USERPROFILE: profile } = process.env;
  return [
    join(home, 'Library/Application Support/MobileSync/Backup'),
    ...(appData === undefined ? [] : [join(appData, 'Apple Computer/MobileSync/Backup')]),
    ...(profile === undefined ? [] : [join(profile, 'Apple/MobileSync/Backup')]),
    // Copied from there to a computer that has no such folder of its own.
    join(home, 'Apple/MobileSync/Backup'),
    join(home, 'MobileSync/Backup'),
  ];
}

/** A backup with the name that opens it: `annas-iphone`, numbered where two are alike. The newest first. */
export interface NamedBackup {
  readonly name: string;
  readonly info: BackupInfo;
}

export function findBackups(): NamedBackup[] {
  const seen = new Set<string>();
  const found = usualFolders().flatMap((folder) => {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    const real = realpathSync(folder);
    if (seen.has(real)) return [];
    seen.add(real);
    return backupsIn(real);
  });
  return named(found);
}

/** Those in a folder: itself, or each folder in it. @throws MoverError `SOURCE_UNREADABLE`. */
export function backupsIn(folder: string): BackupInfo[] {
  try {
    const itself = readBackupInfo(folder);
    if (itself !== undefined) return [itself];
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .slice(0, MOST_FOLDERS)
      .flatMap(({ name }) => infoOf(join(folder, name)) ?? []);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new MoverError('SOURCE_UNREADABLE', { sentence: CLOSED, cause });
  }
}

/** A backup that cannot be read hides none of the others. */
function infoOf(folder: string): BackupInfo | undefined {
  try {
    return readBackupInfo(folder);
  } catch {
    return undefined;
  }
}

const CLOSED =
  'The folder of backups cannot be read. On a Mac: open Privacy & Security, Full Disk Access, and turn on the program you start OpenMover in.';

export function named(backups: readonly BackupInfo[]): NamedBackup[] {
  const taken = new Map<string, number>();
  const byDate = [...backups].sort((one, other) => (other.date?.getTime() ?? 0) - (one.date?.getTime() ?? 0));
  return byDate.map((info) => {
    const plain = slugOf(info.name);
    const count = (taken.get(plain) ?? 0) + 1;
    taken.set(plain, count);
    return { name: count === 1 ? plain : `${plain}-${String(count)}`, info };
  });
}

/** "Anna’s iPhone" as `annas-iphone`: letters and digits of any script, in words. */
function slugOf(name: string): string {
  const words = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/['’‘]/g, '')
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  return words.filter((word) => word !== '').join('-') || 'iphone';
}
