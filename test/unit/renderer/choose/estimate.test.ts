import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../../src/main/ipc/contract.ts';
import { estimate, measuredSpeed } from '../../../../src/renderer/features/choose/estimate.ts';
import type { MoveStage, MoveState } from '../../../../src/renderer/state/move-state.ts';

const GB = 1_000_000_000;

const move = (stage: MoveStage, startedAt = 0, limit: number | null = null): MoveState => ({
  id: 'move-1',
  role: 'receiver',
  peer: undefined,
  limit,
  startedAt,
  stage,
});

const receipt = (part: Partial<Receipt> = {}): Receipt => ({
  outcome: 'complete',
  kinds: {},
  bytes: { payload: GB, wire: GB, resumed: 0 },
  seconds: 10,
  ...part,
});
const done = (part: Partial<Receipt> = {}): MoveStage => ({ at: 'done', receipt: receipt(part) });

const moving = (bytes: number, bytesPerSecond: number, waitingUntil?: number): MoveStage => ({
  at: 'moving',
  stalled: false,
  waitingUntil,
  figures: {
    bytes,
    totalBytes: 10 * GB,
    entries: 0,
    totalEntries: 1,
    kinds: {},
    bytesPerSecond,
    secondsLeft: undefined,
    phase: 'streaming',
    speeds: [],
  },
});

describe('the time a move may take', () => {
  it('is told by the measured speed once there is one', () => {
    expect(estimate(60 * GB, 100_000_000)).toEqual({ known: 'measured', seconds: 600 });
  });

  it('is a range, coarse and widening outwards, before anything was measured', () => {
    const found = estimate(61.4 * GB, undefined);
    expect(found).toEqual({ known: 'range', from: 10 * 60, to: 150 * 60 });
  });

  it('is never a range of nothing: its ends are whole minutes and in order', () => {
    for (let bytes = 80_000_000; bytes < 4_000 * GB; bytes *= 1.7) {
      const found = estimate(bytes, undefined);
      if (found.known !== 'range') throw new Error(`no range for ${bytes}`);
      expect(found.from).toBeGreaterThanOrEqual(60);
      expect(found.to).toBeGreaterThanOrEqual(found.from);
      expect(found.from % 60).toBe(0);
    }
  });

  it('is a moment for what even a weak network carries in seconds, and nothing for nothing', () => {
    expect(estimate(1_000_000, undefined)).toEqual({ known: 'moment' });
    expect(estimate(0, 1_000)).toEqual({ known: 'nothing' });
  });
});

describe('the measured speed', () => {
  it('is that of the newest move that tells something', () => {
    const older = move(done(), 1);
    const newer = move(done({ seconds: 20 }), 2);
    expect(measuredSpeed([newer, older])).toBe(GB / 20);
    expect(measuredSpeed([older, move({ at: 'agreeing' }, 3)])).toBe(GB / 10);
  });

  it('is taken from a move under way, not from one that waits for the network', () => {
    expect(measuredSpeed([move(moving(GB, 71_000_000))])).toBe(71_000_000);
    expect(measuredSpeed([move(moving(GB, 71_000_000, 5))])).toBeUndefined();
  });

  it('is not made up from what was held back, broke off, or was too short to tell', () => {
    expect(measuredSpeed([])).toBeUndefined();
    expect(measuredSpeed([move(done(), 0, 1_000_000)])).toBeUndefined();
    expect(measuredSpeed([move(done({ outcome: 'interrupted' }))])).toBeUndefined();
    expect(measuredSpeed([move(done({ seconds: 0.2 }))])).toBeUndefined();
    expect(measuredSpeed([move(done({ bytes: { payload: 900, wire: 900, resumed: 0 } }))])).toBeUndefined();
    expect(measuredSpeed([move(moving(1_000, 9_000))])).toBeUndefined();
  });
});
