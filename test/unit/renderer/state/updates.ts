/** Made-up updates of a move, one of each type, for the tests of the window's state. */
import type { MoveUpdate, Receipt } from '../../../../src/main/ipc/contract.ts';

export const RECEIPT: Receipt = {
  outcome: 'complete',
  kinds: {},
  bytes: { payload: 0, wire: 0, resumed: 0 },
  seconds: 1,
};

const OFFERED = [{ kind: 'contacts', items: 2, entries: 1, bytes: 300, left: [] }] as const;

export const UPDATES = {
  listening: { type: 'listening', name: 'blue otter', emoji: '🦦', addresses: ['10.0.0.2:4000'] },
  code: { type: 'code', digits: '471902', qr: 'text of a QR code', expiresAt: 300_000 },
  'attempt-failed': { type: 'attempt-failed', code: 'WRONG_CODE', triesLeft: 2 },
  paired: { type: 'paired' },
  offer: {
    type: 'offer',
    peer: 'Old phone',
    kinds: [...OFFERED].map((offer) => ({ ...offer, left: [] })),
    apps: [],
    freeBytes: 1_000,
  },
  plan: { type: 'plan', peer: 'New phone', kinds: ['contacts'], verdicts: [], freeBytes: 1_000 },
  progress: {
    type: 'progress',
    phase: 'streaming',
    kinds: {},
    bytes: 100,
    totalBytes: 300,
    entries: 1,
    totalEntries: 2,
    bytesPerSecond: 50,
    secondsLeft: 4,
  },
  waiting: { type: 'waiting', until: 60_000 },
  stalled: { type: 'stalled' },
  resumed: { type: 'resumed' },
  receipt: { type: 'receipt', receipt: RECEIPT },
  ended: { type: 'ended', code: undefined },
} as const satisfies { [T in MoveUpdate['type']]: Extract<MoveUpdate, { type: T }> };

export type UpdateType = keyof typeof UPDATES;
export const UPDATE_TYPES = Object.keys(UPDATES) as UpdateType[];
