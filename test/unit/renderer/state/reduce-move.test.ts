import { describe, expect, it } from 'vitest';
import type { MoveState, MoveStage } from '../../../../src/renderer/state/move-state.ts';
import { answered, isOver, newMove, reduceMove } from '../../../../src/renderer/state/reduce-move.ts';
import { RECEIPT, UPDATE_TYPES, UPDATES, type UpdateType } from './updates.ts';

type Role = MoveState['role'];

const begin = (role: Role): MoveState => newMove('move-1', role, { now: 0 });

/** A move to which these updates have come. */
const after = (role: Role, ...types: UpdateType[]): MoveState =>
  types.reduce((state, type) => reduceMove(state, UPDATES[type], 1_000), begin(role));

const REACHED: Readonly<Record<string, () => MoveState>> = {
  starting: () => begin('receiver'),
  meeting: () => after('receiver', 'listening', 'code'),
  agreeing: () => after('receiver', 'listening', 'code', 'paired'),
  offered: () => after('receiver', 'listening', 'code', 'paired', 'offer'),
  choosing: () => after('sender', 'paired', 'offer', 'plan'),
  answered: () => answered(after('receiver', 'listening', 'code', 'paired', 'offer')),
  moving: () => after('receiver', 'progress'),
  done: () => after('receiver', 'progress', 'receipt'),
  failed: () => reduceMove(after('receiver', 'progress'), { type: 'ended', code: 'CANCELLED' }, 1_000),
};

/** The stage each update leads to from each stage; what is not named leaves the stage as it was. */
const LEADS: Readonly<Record<string, Partial<Record<UpdateType, MoveStage['at']>>>> = {
  starting: {
    listening: 'meeting',
    paired: 'agreeing',
    offer: 'offered',
    plan: 'choosing',
    progress: 'moving',
    receipt: 'done',
    ended: 'failed',
  },
  meeting: {
    paired: 'agreeing',
    offer: 'offered',
    plan: 'choosing',
    progress: 'moving',
    receipt: 'done',
    ended: 'failed',
  },
  agreeing: { offer: 'offered', plan: 'choosing', progress: 'moving', receipt: 'done', ended: 'failed' },
  offered: { progress: 'moving', receipt: 'done', ended: 'failed' },
  choosing: { progress: 'moving', receipt: 'done', ended: 'failed' },
  answered: { progress: 'moving', receipt: 'done', ended: 'failed' },
  moving: { receipt: 'done', ended: 'failed' },
  done: {},
  failed: {},
};

describe('every update in every stage', () => {
  for (const [at, reach] of Object.entries(REACHED)) {
    for (const type of UPDATE_TYPES) {
      const leadsTo = LEADS[at]?.[type] ?? at;
      it(`${type} in ${at} leads to ${leadsTo}`, () => {
        const state = reach();
        expect(state.stage.at).toBe(at);
        expect(reduceMove(state, UPDATES[type], 2_000).stage.at).toBe(leadsTo);
      });
    }
  }
});

describe('a new device', () => {
  it('shows the code it was given, with its three tries', () => {
    expect(after('receiver', 'listening', 'code').stage).toMatchObject({
      at: 'meeting',
      name: 'blue otter',
      code: { digits: '471902', triesLeft: 3 },
    });
  });

  it('counts a wrong code against the code that is shown, and not against the next', () => {
    const mistyped = after('receiver', 'listening', 'code', 'attempt-failed');
    expect(mistyped.stage).toMatchObject({ code: { triesLeft: 2 } });
    expect(reduceMove(mistyped, UPDATES.code, 0).stage).toMatchObject({ code: { triesLeft: 3 } });
  });

  it('keeps the code when its addresses change', () => {
    const moved = { ...UPDATES.listening, addresses: ['10.0.0.9:4000'] };
    expect(reduceMove(after('receiver', 'listening', 'code'), moved, 0).stage).toMatchObject({
      addresses: ['10.0.0.9:4000'],
      code: { digits: '471902' },
    });
  });

  it('no longer holds the code once the devices are paired', () => {
    expect(JSON.stringify(after('receiver', 'listening', 'code', 'paired'))).not.toContain('471902');
  });

  it('remembers its own name and how much was offered after both are off the screen', () => {
    expect(after('receiver', 'listening', 'offer', 'progress')).toMatchObject({
      self: { name: 'blue otter', emoji: '🦦' },
      peer: 'Old phone',
      items: { contacts: 2 },
    });
  });
});

describe('an old device', () => {
  it('chooses of what it offered, although the plan does not repeat it', () => {
    expect(after('sender', 'paired', 'offer', 'plan').stage).toMatchObject({
      at: 'choosing',
      offer: [{ kind: 'contacts', items: 2 }],
      kinds: ['contacts'],
    });
  });

  it('calls the new device what that calls itself, and by its found name until then', () => {
    const found = newMove('move-1', 'sender', { peer: 'blue otter', now: 0 });
    expect(found.peer).toBe('blue otter');
    expect(reduceMove(found, UPDATES.plan, 0).peer).toBe('New phone');
  });
});

describe('a move under way', () => {
  it('waits while the network is gone, and moves on by itself', () => {
    const waiting = after('receiver', 'progress', 'waiting');
    expect(waiting.stage).toMatchObject({ waitingUntil: 60_000, figures: { bytes: 100 } });
    expect(reduceMove(waiting, UPDATES.resumed, 0).stage).toMatchObject({ waitingUntil: undefined });
    expect(reduceMove(waiting, UPDATES.progress, 0).stage).toMatchObject({ waitingUntil: undefined });
  });

  it('says before the first byte, too, that the network is gone, until anything comes', () => {
    for (const at of ['agreeing', 'offered', 'choosing', 'answered']) {
      const before = REACHED[at]!();
      const lost = reduceMove(before, UPDATES.waiting, 0);
      expect(lost).toEqual({ ...before, lostUntil: 60_000 });
      expect(reduceMove(lost, UPDATES.resumed, 0).lostUntil).toBeUndefined();
      expect(reduceMove(lost, UPDATES.progress, 0).lostUntil).toBeUndefined();
    }
    for (const at of ['starting', 'moving', 'done', 'failed']) {
      expect(reduceMove(REACHED[at]!(), UPDATES.waiting, 0).lostUntil).toBeUndefined();
    }
  });

  it('draws its graph from two samples a second at most, of the last two minutes', () => {
    let state = begin('receiver');
    for (let at = 0; at <= 300_000; at += 100) {
      state = reduceMove(state, { ...UPDATES.progress, bytesPerSecond: at }, at);
    }
    const speeds = state.stage.at === 'moving' ? state.stage.figures.speeds : [];
    expect(speeds.length).toBeLessThanOrEqual(241);
    expect(speeds[0]?.at).toBe(180_000);
    expect(speeds.at(-1)).toEqual({ at: 300_000, bytesPerSecond: 300_000 });
  });
});

describe('the end of a move', () => {
  it('is its receipt when it ended well', () => {
    expect(after('receiver', 'progress', 'receipt', 'ended').stage).toEqual({ at: 'done', receipt: RECEIPT });
  });

  it('keeps the receipt of what had moved before it failed', () => {
    const failed = reduceMove(
      after('receiver', 'progress', 'receipt'),
      { type: 'ended', code: 'INTERRUPTED' },
      0,
    );
    expect(failed.stage).toEqual({ at: 'failed', code: 'INTERRUPTED', receipt: RECEIPT });
  });

  it('is a fault when there is neither a receipt nor a code', () => {
    expect(after('receiver', 'progress', 'ended').stage).toMatchObject({ code: 'UNEXPECTED' });
  });

  it('is the end: nothing that comes later brings it back', () => {
    for (const at of ['done', 'failed']) {
      const over = REACHED[at]!();
      expect(isOver(over)).toBe(true);
      for (const type of UPDATE_TYPES) expect(isOver(reduceMove(over, UPDATES[type], 0))).toBe(true);
    }
  });

  it('an update that changes nothing gives back the very same state', () => {
    const failed = REACHED['failed']!();
    expect(reduceMove(failed, UPDATES.progress, 0)).toBe(failed);
  });
});

describe('an answer', () => {
  it('is given to an offer or a plan, and to nothing else', () => {
    for (const [at, reach] of Object.entries(REACHED)) {
      const expected = at === 'offered' || at === 'choosing' ? 'answered' : at;
      expect(answered(reach()).stage.at).toBe(expected);
    }
  });
});
