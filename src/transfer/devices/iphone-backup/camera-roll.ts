/**
 * Photos and videos of the camera roll, with the dates on which they were taken. What is in "Recently Deleted" stays
 * behind. An edited photo is beside its original, under the name that Apple gives it on export (`IMG_E0001`).
 */
import { extname } from 'node:path';
import type { FileEntry } from '../../kinds/entry.ts';
import type { ReportSkip } from '../../kinds/kind.ts';
import type { ReadOptions } from '../spooled-source.ts';
import type { Backup, BackupFile } from './backup.ts';
import { cocoaMs, type Database, numberOf, textOf } from './sqlite.ts';

const CAMERA_ROLL = 'CameraRollDomain';
const DCIM = 'Media/DCIM';
const EDITS = 'Media/PhotoData/Mutations/DCIM';
/** Where photos of a shared or optimised library are, under names of no meaning. */
const CLOUD = 'Media/PhotoData/CPLAssets';
const LIBRARY = 'Media/PhotoData/Photos.sqlite';
/** Files app, "On My iPhone". */
const LOCAL_FILES = 'AppDomainGroup-group.com.apple.FileProvider.LocalStorage';
const LOCAL_FOLDER = 'File Provider Storage';
const RECORDINGS = { domain: 'MediaDomain', folder: 'Media/Recordings' } as const;

const MEDIA = /\.(?:heic|heif|jpe?g|png|gif|tiff?|webp|dng|mov|mp4|m4v|3gp|aae)$/i;
const isThumbnail = (path: string): boolean => /(?:^|\/)(?:\.|Thumb|thumb)/.test(path);

interface Asset {
  readonly trashed: boolean;
  /** Milliseconds since 1970. */
  readonly takenMs: number | undefined;
  readonly originalName: string | undefined;
}

/** A file of the manifest with where its bytes are. */
export interface Found {
  readonly entry: FileEntry;
  readonly file: BackupFile;
}

export async function* filesOfBackup(backup: Backup, options: ReadOptions): AsyncGenerator<Found, void> {
  const { skip, signal } = options;
  const assets = await assetsOf(backup, skip);
  const places: readonly Place[] = [
    { domain: CAMERA_ROLL, folder: DCIM, name: (below) => ['DCIM', ...below] },
    { domain: CAMERA_ROLL, folder: EDITS, name: editedName },
    { domain: CAMERA_ROLL, folder: CLOUD, name: (below, asset) => cloudName(below, asset) },
    { domain: LOCAL_FILES, folder: LOCAL_FOLDER, name: (below) => ['On My iPhone', ...below] },
    { ...RECORDINGS, name: (below) => ['Voice Memos', ...below] },
  ];
  for (const { domain, folder, name } of places) {
    for (const { path, file } of await backup.filesBelow(domain, folder, options)) {
      signal.throwIfAborted();
      const below = path.slice(folder.length + 1).split('/');
      const asset = domain === CAMERA_ROLL ? assets.get(assetKey(path)) : undefined;
      const wanted = domain !== CAMERA_ROLL || (MEDIA.test(path) && !isThumbnail(below.at(-1) ?? ''));
      const target = wanted ? name(below, asset) : undefined;
      if (target === undefined) continue;
      if (asset?.trashed === true) skip('deleted', 1, target);
      else if (file === undefined) skip('vanished', 1, target);
      else yield { entry: entryOf(target, file, asset), file };
    }
  }
}

interface Place {
  readonly domain: string;
  readonly folder: string;
  readonly name: (below: readonly string[], asset: Asset | undefined) => readonly string[] | undefined;
}

const entryOf = (path: readonly string[], file: BackupFile, asset: Asset | undefined): FileEntry => ({
  ...{ type: 'file', kind: 'files', path, size: file.size },
  mtimeMs: asset?.takenMs ?? file.mtimeMs ?? 0,
  executable: false,
});

/** `100APPLE/IMG_0001/Adjustments/FullSizeRender.jpg` is the edited `100APPLE/IMG_0001`. */
function editedName(below: readonly string[]): readonly string[] | undefined {
  const [folder, stem, place, file] = below;
  if (place !== 'Adjustments' || folder === undefined || stem === undefined) return undefined;
  const ending = /^FullSizeRender(\.\w+)$/i.exec(file ?? '')?.[1];
  if (ending === undefined) return undefined;
  const edited = /^IMG_\d/.test(stem) ? stem.replace('IMG_', 'IMG_E') : `${stem} (edited)`;
  return ['DCIM', folder, edited + ending];
}

/** The photo and the video of a Live Photo are one asset with one original name: each keeps its own ending. */
function cloudName(below: readonly string[], asset: Asset | undefined): readonly string[] {
  const [group = 'group', file = ''] = below;
  if (asset?.originalName === undefined || below.length !== 2) return ['DCIM', group, ...below.slice(1)];
  return ['DCIM', group, `${stemOf(file).slice(0, 8)} ${stemOf(asset.originalName)}${extname(file)}`];
}

const stemOf = (file: string): string => file.replace(/\.\w+$/, '');

/** What a file and its siblings (the video of a Live Photo, the edited one) share: folder and name without ending. */
function assetKey(path: string): string {
  const edited = /^Media\/PhotoData\/Mutations\/(DCIM\/[^/]+\/[^/]+)\//.exec(path)?.[1];
  return edited ?? path.replace(/^Media\//, '').replace(/\.\w+$/, '');
}

/** A library that cannot be read costs the dates and what is known of deleted ones, not the photos. */
async function assetsOf(backup: Backup, skip: ReportSkip): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>();
  let library: Database | undefined;
  try {
    library = await backup.database(CAMERA_ROLL, LIBRARY);
    if (library === undefined) return assets;
    const table = ['ZASSET', 'ZGENERICASSET'].find((name) => library?.has(name));
    if (table === undefined) return assets;
    const column = (name: string): string => library?.column(table, name, `a.${name}`) ?? 'NULL';
    const more = library.has('ZADDITIONALASSETATTRIBUTES', 'ZORIGINALFILENAME');
    const rows = library.rows(
      `SELECT a.ZDIRECTORY, a.ZFILENAME, ${column('ZTRASHEDSTATE')}, ${column('ZDATECREATED')}, ${more ? 'm.ZORIGINALFILENAME' : 'NULL'}
       FROM ${table} a ${more ? 'LEFT JOIN ZADDITIONALASSETATTRIBUTES m ON m.ZASSET = a.Z_PK' : ''}`,
    );
    for await (const [directory, name, trashed, created, original] of rows) {
      const seconds = numberOf(created);
      assets.set(assetKey(`${textOf(directory) ?? ''}/${textOf(name) ?? ''}`), {
        trashed: numberOf(trashed) === 1,
        takenMs: seconds === undefined ? undefined : cocoaMs(seconds),
        originalName: textOf(original),
      });
    }
  } catch {
    skip('unreadable', 1, ['Photos.sqlite']);
  } finally {
    await library?.close();
  }
  return assets;
}
