import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../../src/transfer/errors.ts';
import { canKeepArrived, NEXT_STEPS } from '../../../../src/renderer/state/next-step.ts';
import { newMove, reduceMove } from '../../../../src/renderer/state/reduce-move.ts';
import { reportOf } from '../../../../src/renderer/state/report.ts';
import { RECEIPT, UPDATES } from './updates.ts';

const INFO = { version: '1.0.0', platform: 'linux' } as const;

describe('a report', () => {
  it('says which OpenMover, how it ended and what had moved, and nothing of the two devices', () => {
    let move = newMove('move-1', 'receiver', { now: 0 });
    for (const type of ['listening', 'code', 'offer', 'progress', 'receipt'] as const) {
      move = reduceMove(move, UPDATES[type], 0);
    }
    move = reduceMove(move, { type: 'ended', code: 'UNEXPECTED' }, 0);
    const place = { id: 'place-1', role: 'destination', type: 'files', name: 'Secret folder' } as const;
    const report = reportOf(move, {
      ...INFO,
      languages: ['en'],
      destination: { ...place, files: 0, freeBytes: 0, interrupted: false },
      sources: [],
      maxMoves: 2,
      promise: [],
    });
    expect(report).toEqual({
      openmover: '1.0.0',
      platform: 'linux',
      role: 'receiver',
      ended: 'failed',
      code: 'UNEXPECTED',
      receipt: RECEIPT,
    });
    for (const personal of ['blue otter', 'Old phone', '10.0.0.2', '471902', 'Secret']) {
      expect(JSON.stringify(report)).not.toContain(personal);
    }
  });
});

describe('the step after a failure', () => {
  it('is known for every code', () => {
    expect(Object.keys(NEXT_STEPS).sort()).toEqual([...ERROR_CODES].sort());
  });

  it('offers to keep what arrived only at the new device, and only where something may have', () => {
    expect(canKeepArrived('INTERRUPTED', 'receiver')).toBe(true);
    expect(canKeepArrived('INTERRUPTED', 'sender')).toBe(false);
    // Stopped here: what had arrived went with it.
    expect(canKeepArrived('CANCELLED', 'receiver')).toBe(false);
  });
});
