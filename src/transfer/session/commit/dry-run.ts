/**
 * A destination on which a move leaves no trace: it compares and merges aside as the real one does, and keeps nothing.
 */
import type { DiskDestination } from '../../devices/port.ts';

export function withoutWriting(destination: DiskDestination): DiskDestination {
  return {
    type: 'disk',
    device: destination.device,
    stagingParent: destination.stagingParent,
    nameRules: (folder) => destination.nameRules(folder),
    space: () => destination.space(),
    candidates: (entry) => destination.candidates(entry),
    placeFolder: () => 'same',
    freePathFor: () => undefined,
    adoptFolder: () => false,
    place: (entry, _staged, identical) =>
      destination.candidates(entry).some((path) => identical(path)) ? 'same' : 'added',
    sizeOf: (path) => destination.sizeOf(path),
    appSets: (entries) => destination.appSets(entries),
    placeApp: () => undefined,
    merge: async (...request) => ({ ...(await destination.merge(...request)), replacements: [] }),
    flush: () => Promise.resolve(),
    holds: () => true,
    recordBytes: (kind) => destination.recordBytes(kind),
    close: () => destination.close(),
  };
}
