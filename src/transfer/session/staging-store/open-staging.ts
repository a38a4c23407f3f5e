/** Opens staging where a destination has it. */
import type { Destination } from '../../devices/port.ts';
import { DeviceStore } from './device-staging.ts';
import { DiskStaging, type StagingChoice } from './disk-staging.ts';
import type { StagingStore } from './staging-store.ts';
import { hasJournal } from '../undo/undo-lines.ts';

/** Refuses now what would be refused once everything has been sent. @throws MoverError `NOT_OURS`. */
export function checkPlace(destination: Destination, { dryRun, keepUndo }: StagingChoice): void {
  if (destination.type === 'disk' && keepUndo && !dryRun) hasJournal(destination.stagingParent);
}

/** For who holds the destination's lock. @throws MoverError `NOT_OURS`, `NO_SPACE`, `DESTINATION_FAILED`. */
export function openStaging(
  destination: Destination,
  choice: StagingChoice,
  signal: AbortSignal,
): Promise<StagingStore> {
  return destination.type === 'disk'
    ? DiskStaging.open(destination, choice)
    : DeviceStore.open(destination, choice, signal);
}
