/** What helps after a failure: the one step that the button under its sentence takes. */
import type { ErrorCode } from '../../main/ipc/contract.ts';
import type { MoveState } from './move-state.ts';

/**
 * `again`: the same once more. `meet`: find the other device anew. `where`: choose another folder. `start`: from the
 * beginning, when something has to be done outside first.
 */
export type NextStep = 'again' | 'meet' | 'where' | 'start';

export const NEXT_STEPS: Readonly<Record<ErrorCode, NextStep>> = {
  UNEXPECTED: 'again',
  USAGE: 'start',
  UNSAFE_RUNTIME: 'start',
  TOO_MANY_MOVES: 'again',
  SOURCE_MISSING: 'where',
  SOURCE_UNREADABLE: 'where',
  SOURCE_INVALID: 'where',
  DESTINATION_MISSING: 'where',
  DESTINATION_UNWRITABLE: 'where',
  DESTINATION_BUSY: 'where',
  PORT_IN_USE: 'again',
  HOST_UNAVAILABLE: 'again',
  NOT_FOUND: 'meet',
  AMBIGUOUS: 'meet',
  UNREACHABLE: 'meet',
  NOT_OPENMOVER: 'meet',
  PEER_VERSION: 'start',
  WRONG_CODE: 'meet',
  PAIRING_FAILED: 'meet',
  PAIRING_BUSY: 'meet',
  PAIRING_LOCKED: 'again',
  CODE_INVALID: 'meet',
  SAME_DEVICE: 'start',
  REFUSED: 'again',
  NO_SPACE: 'where',
  PEER_VIOLATION: 'start',
  INTERRUPTED: 'again',
  PEER_CANCELLED: 'again',
  NOTHING_TO_UNDO: 'start',
  NOT_OURS: 'where',
  STAGING_UNREADABLE: 'again',
  CANCELLED: 'again',
  DESTINATION_FAILED: 'again',
  TEMP_UNWRITABLE: 'again',
  HOTSPOT_UNAVAILABLE: 'start',
  RECEIPT_CHANGED: 'start',
  RECEIPT_UNREADABLE: 'start',
  PASSWORD_NEEDED: 'where',
  PASSWORD_WRONG: 'where',
  DEVICE_LOCKED: 'again',
  DEVICE_UNAUTHORIZED: 'again',
  DEVICE_OFFLINE: 'again',
  DEVICE_MISSING: 'where',
};

/** Whether verified bytes may wait in the new device's folder that can be taken to their place without the old one. */
export const canKeepArrived = (code: ErrorCode, role: MoveState['role']): boolean =>
  role === 'receiver' &&
  (code === 'INTERRUPTED' || code === 'DESTINATION_FAILED' || code === 'PEER_CANCELLED');
