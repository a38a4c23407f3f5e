/**
 * The files of a record kind in a device folder: `contacts.vcf`, the ones a merge put beside it (`contacts (2).vcf`),
 * and those in a folder `contacts/` (or a folder that is itself called `contacts.vcf`). The order is the same on every
 * call. A link is never followed: it could lead out of the device.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { sortByCodePoint } from '../../kinds/files/order.ts';
import type { RecordFile, RecordFormat, RecordKind } from '../../kinds/kind.ts';

/** Endings of files that hold records of a kind; the first is that of the files we write. */
const ENDINGS: Readonly<Record<RecordKind, readonly string[]>> = {
  contacts: ['.vcf', '.vcard'],
  calendar: ['.ics', '.ical', '.icalendar', '.vcs'],
  messages: ['.xml', '.zip'],
  calls: ['.xml', '.zip'],
};

/** What a desktop leaves in any folder it has shown. */
const DESKTOP_FILES = /^(?:\.|thumbs\.db$|desktop\.ini$)/i;

export interface RecordFilesFound {
  readonly files: RecordFile[];
  /** Links where a file or the folder should be. */
  readonly links: string[];
  /** Other things in the folder that are no files of this kind. */
  readonly unrecognised: string[];
}

export const nothingFound = (): RecordFilesFound => ({ files: [], links: [], unrecognised: [] });

/**
 * @param root of the device folder, or of what stands for it.
 * @throws errors of the file system for a folder that cannot be listed.
 */
function findRecordFiles(root: string, format: RecordFormat): RecordFilesFound {
  const found = nothingFound();
  const stem = parse(format.fileName).name;
  for (const name of singleNames(root, format.fileName)) {
    const path = join(root, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isSymbolicLink()) found.links.push(path);
    else if (stats.isFile()) {
      if (name !== stem) found.files.push({ path, collection: undefined });
    } else if (stats.isDirectory()) findInFolder(path, format, found);
  }
  return found;
}

/**
 * The same, and `messages.zip` beside or in place of `messages.xml`. An archive is only read: a merge writes the form of
 * the others.
 */
export function findDeviceRecords(root: string, format: RecordFormat): RecordFilesFound {
  const found = findRecordFiles(root, format);
  const name = archiveName(format);
  const stats = name === undefined ? undefined : lstatSync(join(root, name), { throwIfNoEntry: false });
  if (name === undefined || stats === undefined) return found;
  if (stats.isSymbolicLink()) found.links.push(join(root, name));
  else if (stats.isFile()) found.files.push({ path: join(root, name), collection: undefined });
  return found;
}

/** Names in a device folder that show that it has this kind. */
export function recordNames(format: RecordFormat): readonly string[] {
  const archive = archiveName(format);
  return [format.fileName, parse(format.fileName).name, ...(archive === undefined ? [] : [archive])];
}

/** Whether a name at the top of a device folder is of this kind: one of `recordNames`, or a file that a merge put beside. */
export function isRecordName(name: string, format: RecordFormat): boolean {
  return recordNames(format).includes(name) || isBeside(name, format.fileName);
}

/** Name of the single file in the kind's second form, if it has one. */
function archiveName(format: RecordFormat): string | undefined {
  return format.archive && parse(format.fileName).name + format.archive.ending;
}

/** `contacts.vcf`, `contacts (2).vcf` …, and last the folder `contacts`. */
function singleNames(root: string, fileName: string): string[] {
  const beside = readdirSync(root).filter((name) => isBeside(name, fileName));
  return [fileName, ...sortByCodePoint(beside), parse(fileName).name];
}

function isBeside(name: string, fileName: string): boolean {
  const { name: stem, ext } = parse(fileName);
  return (
    name.startsWith(`${stem} (`) &&
    name.endsWith(`)${ext}`) &&
    isCounter(name.slice(stem.length + 2, -ext.length - 1))
  );
}

const isCounter = (text: string): boolean => /^[1-9][0-9]{0,8}$/.test(text);

/** Adds what is in a folder of files of one kind. Folders in it are unrecognised. */
export function findInFolder(folder: string, format: RecordFormat, found: RecordFilesFound): void {
  for (const name of sortByCodePoint(readdirSync(folder))) {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || DESKTOP_FILES.test(name)) continue;
    if (stats.isSymbolicLink()) found.links.push(path);
    else if (stats.isFile() && hasEnding(name, format.kind)) {
      found.files.push({ path, collection: collectionOf(path, format) });
    } else found.unrecognised.push(path);
  }
}

/**
 * The collection a file holds: its name without the ending. The unnamed one is the file that is called as the single
 * file would be, wherever it stands, so that it is found again where a merge puts it.
 */
export function collectionOf(path: string, format: RecordFormat): string | undefined {
  const { base, name } = parse(path);
  return base === format.fileName ? undefined : name;
}

function hasEnding(name: string, kind: RecordKind): boolean {
  return ENDINGS[kind].includes(parse(name).ext.toLowerCase());
}
