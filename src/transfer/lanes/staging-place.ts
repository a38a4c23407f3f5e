/** Where a lane stages, as it is told to the lane's worker thread: a folder, or a port to the thread that has the device. */
import type { MessagePort } from 'node:worker_threads';
import { DeviceEntries } from './device-entries.ts';
import type { EntryStore } from './entry-store.ts';
import { StagedFiles } from './staged-file.ts';
import { stagedPath } from './staged-path.ts';

export type StagingPlace =
  | { readonly type: 'disk'; readonly folder: string }
  | { readonly type: 'device'; readonly port: MessagePort };

export function openEntryStore(place: StagingPlace): EntryStore {
  if (place.type === 'device') return new DeviceEntries(place.port);
  return new StagedFiles((entry) => stagedPath(place.folder, entry));
}
