/** What the person pointed at, checked and told apart: the parts of a device that a folder source reads. */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  opendirSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, parse, resolve, sep } from 'node:path';
import { type DeviceFacts } from '../../compat/facts.ts';
import { MoverError } from '../../errors.ts';
import { sortByCodePoint } from '../../kinds/files/order.ts';
import type { WalkRoot } from '../../kinds/files/walk.ts';
import { type Kind, RECORD_KINDS, type RecordFormat, type RecordKind } from '../../kinds/kind.ts';
import { collisionKey } from '../../paths/safe-path.ts';
import { numberedName } from '../numbered-name.ts';
import { DEVICE_FILE, readDeviceFile } from './device-file.ts';
import { isRecordName, recordNames } from './record-files.ts';

/** A device folder, or its parts one by one. */
export type FolderSpec = ({ readonly from: string } | FolderLists) & {
  /** Files and folders that move although they hold credentials, because the person named them. */
  readonly include?: readonly string[];
};

export interface FolderLists extends Readonly<Partial<Record<RecordKind, readonly string[]>>> {
  /** Folder of APK files or of folders of them. */
  readonly apps?: string;
  /** Folders and files. A folder alone: its content. Else each thing by its own name. */
  readonly files?: readonly string[];
}

/** Where files of a record kind are to be looked for. */
export type RecordPlace =
  | { readonly type: 'device'; readonly root: string }
  | { readonly type: 'folder'; readonly folder: string }
  /** Named by the person: whatever its ending. */
  | { readonly type: 'file'; readonly path: string };

export interface SourceParts {
  /** The folder the person pointed at. */
  readonly top?: string;
  readonly device: DeviceFacts;
  readonly records: Readonly<Record<RecordKind, readonly RecordPlace[]>>;
  readonly apps: string | undefined;
  readonly files: readonly WalkRoot[];
  /** Kinds whose folder is a link, which is not followed. */
  readonly links: readonly Kind[];
  /** A folder without a device's layout, taken as files. */
  readonly plain: boolean;
  /** Whether the person named this to move although it holds credentials. */
  readonly isIncluded?: (location: string) => boolean;
}

/**
 * Finds the parts of a source.
 * @throws MoverError `SOURCE_MISSING`, `SOURCE_UNREADABLE`, or `SOURCE_INVALID` for what is no folder.
 */
export function findParts(
  spec: FolderSpec,
  formats: Readonly<Record<RecordKind, RecordFormat>>,
): SourceParts {
  const parts = 'from' in spec ? deviceParts(spec.from, formats) : listedParts(spec);
  const { include } = spec;
  return include === undefined ? parts : { ...parts, isIncluded: included(include, parts.files) };
}

/** @throws MoverError `SOURCE_MISSING` for a path that is nowhere: a mistyped one would be left behind without a word. */
function included(paths: readonly string[], roots: readonly WalkRoot[]): (location: string) => boolean {
  const folders = roots.flatMap((root) => ('folder' in root ? [root.folder, dirname(root.folder)] : []));
  const named = paths.map((path) => {
    const places = [path, ...folders.map((folder) => join(folder, path))];
    const place = places.find((each) => existsSync(each));
    if (place === undefined) throw new MoverError('SOURCE_MISSING', { detail: path });
    return realpathSync(place);
  });
  return (location) => named.some((each) => location === each || location.startsWith(each + sep));
}

/** The top-level names of a device folder. */
export const deviceNames = (formats: Readonly<Record<RecordKind, RecordFormat>>): readonly string[] => [
  DEVICE_FILE,
  ...RECORD_KINDS.flatMap((kind) => recordNames(formats[kind])),
  'apps',
  'files',
];

function deviceParts(from: string, formats: Readonly<Record<RecordKind, RecordFormat>>): SourceParts {
  const root = openFolder(from);
  if (!isDeviceFolder(root, formats)) return plainParts(root);
  const links: Kind[] = [];
  const folderOf = (kind: 'apps' | 'files'): string | undefined => {
    const path = join(root, kind);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() !== true) return stats === undefined ? undefined : openFolder(path);
    links.push(kind);
    return undefined;
  };
  const files = folderOf('files');
  const places: readonly RecordPlace[] = [{ type: 'device', root }];
  return {
    top: root,
    device: readDeviceFile(root),
    records: { contacts: places, messages: places, calls: places, calendar: places },
    apps: folderOf('apps'),
    // What stands beside the layout first: its names are free below `files`, whose root takes any name.
    files: [
      ...besideLayout(root, files, formats),
      ...(files === undefined ? [] : [{ folder: files, below: [] as const, context: [] }]),
    ],
    links,
    plain: false,
  };
}

function isDeviceFolder(root: string, formats: Readonly<Record<RecordKind, RecordFormat>>): boolean {
  return deviceNames(formats).some(
    (name) => lstatSync(join(root, name), { throwIfNoEntry: false }) !== undefined,
  );
}

/** A folder without a device's layout: all of it is files. */
function plainParts(root: string): SourceParts {
  return {
    device: { platform: 'computer' },
    records: { contacts: [], messages: [], calls: [], calendar: [] },
    apps: undefined,
    files: [{ folder: root, below: [], context: contextOf(root) }],
    links: [],
    plain: true,
  };
}

/** What a person keeps at the top of a device folder beside its parts: it moves as files, under names free in `files`. */
function besideLayout(
  root: string,
  files: string | undefined,
  formats: Readonly<Record<RecordKind, RecordFormat>>,
): WalkRoot[] {
  const known = new Set(deviceNames(formats));
  const taken = new Set(files === undefined ? [] : readdirSync(files).map(collisionKey));
  const isPart = (name: string): boolean =>
    known.has(name) ||
    name.startsWith('.openmover-') ||
    RECORD_KINDS.some((kind) => isRecordName(name, formats[kind]));
  return sortByCodePoint(readdirSync(root)).flatMap((name): WalkRoot[] => {
    if (isPart(name)) return [];
    const path = join(root, name);
    // A link is walked as the single thing it is, so that it is reported and not followed.
    const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    const below = [freeName(name, isFolder ? 'folder' : 'file', taken)] as const;
    return isFolder ? [{ folder: path, below, context: [name] }] : [{ file: path, below, context: [name] }];
  });
}

function listedParts(lists: FolderLists): SourceParts {
  const places = (kind: RecordKind): readonly RecordPlace[] => (lists[kind] ?? []).map(recordPlace);
  return {
    device: { platform: 'computer' },
    records: {
      contacts: places('contacts'),
      messages: places('messages'),
      calls: places('calls'),
      calendar: places('calendar'),
    },
    apps: lists.apps === undefined ? undefined : openFolder(lists.apps),
    files: walkRoots(lists.files ?? []),
    links: [],
    plain: false,
  };
}

function walkRoots(paths: readonly string[]): WalkRoot[] {
  const taken = new Set<string>();
  return paths.map((given) => {
    const { type, path } = openFileOrFolder(given);
    const context = contextOf(path);
    const name = basename(resolve(given));
    if (type === 'file') return { file: path, below: [freeName(name, 'file', taken)], context };
    if (paths.length === 1) return { folder: path, below: [], context };
    return { folder: path, below: [freeName(name === '' ? 'files' : name, 'folder', taken)], context };
  });
}

/** The components that lead to a real path. */
const contextOf = (path: string): readonly string[] =>
  path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((name) => name !== '');

/** `Photos`, `Photos (2)`, … for things of one name from different places. */
function freeName(name: string, type: 'file' | 'folder', taken: Set<string>): string {
  for (let count = 1; ; count += 1) {
    const candidate = numberedName(name, count, type);
    const key = collisionKey(candidate);
    if (taken.has(key)) continue;
    taken.add(key);
    return candidate;
  }
}

function recordPlace(given: string): RecordPlace {
  const { type, path } = openFileOrFolder(given);
  return type === 'file' ? { type, path } : { type, folder: path };
}

/** The real path, as of `openFolder`. */
function openFileOrFolder(given: string): { readonly type: 'file' | 'folder'; readonly path: string } {
  return readingFrom(given, () => {
    const path = realpathSync(given);
    const stats = statSync(path);
    if (stats.isDirectory()) return { type: 'folder', path: openFolder(path) };
    if (!stats.isFile()) throw new MoverError('SOURCE_INVALID', { detail: `${given} is not a file` });
    accessSync(path, constants.R_OK);
    return { type: 'file', path };
  });
}

/** The folder's real path: what the person names may be a link, what is found in it may not. */
function openFolder(given: string): string {
  return readingFrom(given, () => {
    const path = realpathSync(given);
    opendirSync(path).closeSync();
    return path;
  });
}

function readingFrom<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MoverError) throw cause;
    switch ((cause as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        throw new MoverError('SOURCE_MISSING', { detail: path, cause });
      case 'ENOTDIR':
        throw new MoverError('SOURCE_INVALID', { detail: `${path} is not a folder`, cause });
      default:
        throw new MoverError('SOURCE_UNREADABLE', { detail: path, cause });
    }
  }
}
