/** Device folders: the source and destination that a person points at. */
import { groupApks } from '../../kinds/apps/index.ts';
import { holdsCredentials } from '../../kinds/files/credential-content.ts';
import { isCredential } from '../../privacy/left-behind.ts';
import { FORMATS } from '../formats.ts';
import type { DiskDestination, Source } from '../port.ts';
import { FolderDestination } from './destination.ts';
import { FolderSource } from './source.ts';
import { deviceNames, type FolderSpec } from './source-parts.ts';

/** Names by which a folder is a device folder: any of the files, or folders of nothing but these. */
export const DEVICE_LAYOUT: { readonly files: readonly string[]; readonly folders: readonly string[] } = {
  files: deviceNames(FORMATS).filter((name) => name.includes('.')),
  folders: deviceNames(FORMATS).filter((name) => !name.includes('.')),
};

/**
 * Opens a device folder, or files and folders one by one, to move from. Read only.
 * @throws MoverError `SOURCE_MISSING`, `SOURCE_UNREADABLE`, or `SOURCE_INVALID` with what is wrong.
 */
export function openFolderSource(spec: FolderSpec): Promise<Source> {
  return opening(
    () => new FolderSource(spec, { formats: FORMATS, readApps: groupApks, isCredential, holdsCredentials }),
  );
}

/**
 * Opens a folder to move into, and makes it when it is not there.
 * @throws MoverError `DESTINATION_MISSING`, `DESTINATION_UNWRITABLE`, or `SOURCE_INVALID` for a malformed `device.json`
 *   in it: going on without it would let apps through that cannot run there.
 */
export function openFolderDestination(folder: string): Promise<DiskDestination> {
  return opening(() => new FolderDestination(folder, { formats: FORMATS }));
}

/** Other devices take their time to open; the port is the same for all. */
function opening<T>(open: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(open());
  });
}
