/** One move at a time into a destination. */
import type { Destination } from '../../devices/port.ts';
import { type FolderLock, lockFolder, lockNamed } from '../../disk/folder-lock.ts';

/** @throws MoverError `DESTINATION_BUSY`. */
export function lockDestination(destination: Destination): Promise<FolderLock> {
  return destination.type === 'disk'
    ? lockFolder(destination.stagingParent)
    : lockNamed(destination.lockName);
}
