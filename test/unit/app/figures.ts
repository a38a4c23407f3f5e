/** Updates and receipts for tests that only care for some of their figures. */
import type { HostUpdate } from '../../../src/main/app/host/host-messages.ts';
import type { Receipt } from '../../../src/main/ipc/contract.ts';

export const progress = (bytes: number, totalBytes = 100): Extract<HostUpdate, { type: 'progress' }> => ({
  type: 'progress',
  phase: 'streaming',
  kinds: {},
  bytesPerSecond: 1,
  secondsLeft: undefined,
  bytes,
  totalBytes,
  entries: 0,
  totalEntries: 0,
});

export const receipt = (outcome: Receipt['outcome'] = 'complete'): Receipt => ({
  outcome,
  kinds: {
    contacts: { offered: 6, sent: 6, verified: 6, added: 1, merged: 2, same: 3, renamed: 0, skipped: [] },
    files: {
      offered: 5,
      sent: 4,
      verified: 4,
      added: 4,
      merged: 0,
      same: 0,
      renamed: 0,
      skipped: [{ reason: 'unreadable', count: 1 }],
    },
  },
  bytes: { payload: 1, wire: 2, resumed: 0 },
  seconds: 1,
});
