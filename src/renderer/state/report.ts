/**
 * What a person may send to somebody who helps them: which OpenMover, how it ended, and the receipt's figures. No name,
 * address, path or identifier is in it.
 */
import type { AppInfo, ErrorCode, Receipt } from '../../main/ipc/contract.ts';
import type { MoveState } from './move-state.ts';

export interface Report {
  readonly openmover: string;
  readonly platform: AppInfo['platform'];
  readonly role: MoveState['role'];
  readonly ended: MoveState['stage']['at'];
  readonly code: ErrorCode | undefined;
  readonly receipt: Receipt | undefined;
}

export function reportOf(move: MoveState, info: AppInfo): Report {
  const { stage } = move;
  return {
    openmover: info.version,
    platform: info.platform,
    role: move.role,
    ended: stage.at,
    code: stage.at === 'failed' ? stage.code : undefined,
    receipt: stage.at === 'failed' || stage.at === 'done' ? stage.receipt : undefined,
  };
}
