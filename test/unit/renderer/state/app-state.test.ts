import { describe, expect, it } from 'vitest';
import type { AppInfo, MoveUpdate, Place } from '../../../../src/main/ipc/contract.ts';
import {
  INITIAL,
  reduceApp,
  stoppable,
  type AppAction,
  type AppState,
} from '../../../../src/renderer/state/app-state.ts';
import { newMove } from '../../../../src/renderer/state/reduce-move.ts';
import { backFrom, stepOf } from '../../../../src/renderer/state/step-of.ts';
import { UPDATES } from './updates.ts';

const place = (id: string, role: Place['role']): Place => ({
  id,
  role,
  type: 'files',
  name: 'Pictures',
  files: 1,
  freeBytes: undefined,
  interrupted: false,
});

const INFO: AppInfo = {
  version: '1.0.0',
  platform: 'linux',
  languages: ['es-MX', 'en'],
  destination: place('place-1', 'destination'),
  sources: [place('place-2', 'source')],
  maxMoves: 4,
  promise: ['choice'],
};

const run = (state: AppState, ...actions: AppAction[]): AppState => actions.reduce(reduceApp, state);
const READY = run(INITIAL, { type: 'ready', info: INFO });
const started = (role: 'sender' | 'receiver', id = 'move-1'): AppAction => ({
  type: 'move-started',
  move: newMove(id, role, { now: 0 }),
  of: { sources: [place('place-2', 'source')], destination: place('place-1', 'destination') },
});
const update = (what: MoveUpdate, id = 'move-1'): AppAction => ({
  type: 'move-update',
  id,
  update: what,
  now: 0,
});
const ended = (code: Extract<MoveUpdate, { type: 'ended' }>['code']): AppAction =>
  update({ type: 'ended', code });

const atWhere = (role: 'source' | 'destination', from = READY): AppState =>
  run(from, { type: 'begin', role }, { type: 'agree' });
const target = { type: 'found', name: 'blue otter', emoji: '🦦' } as const;
const atCode = run(
  atWhere('source'),
  { type: 'source-added', place: place('place-2', 'source') },
  { type: 'go', screen: { at: 'meet' } },
  { type: 'target', target },
);

describe('consent', () => {
  it('is asked for before anything is chosen, once in a run', () => {
    const asked = run(READY, { type: 'begin', role: 'source' });
    expect(stepOf(asked)).toBe('promise');
    const agreed = run(asked, { type: 'agree' });
    expect(stepOf(agreed)).toBe('where');
    expect(stepOf(run(agreed, { type: 'begin', role: 'destination' }))).toBe('where');
  });

  it('taken back leaves nothing of what was chosen or moved, and leads to the start', () => {
    const moving = run(atWhere('destination'), started('receiver'), update(UPDATES.progress));
    const without = run(moving, { type: 'withdraw' });
    expect(without).toMatchObject({ consented: false, moves: [], sources: [], screen: { at: 'start' } });
    expect(without.language).toBe('es');
  });

  it('to read the promise again loses neither the place nor the consent', () => {
    const reading = run(atCode, { type: 'read-promise' });
    expect(stepOf(reading)).toBe('promise');
    expect(run(reading, { type: 'go', screen: backFrom(reading)! })).toMatchObject({
      consented: true,
      screen: { at: 'meet' },
      pairing: { target },
    });
  });
});

describe('the code at the old device', () => {
  const tried = run(atCode, started('sender'));

  it('is tried without leaving the screen it was typed on', () => {
    expect(stepOf(tried)).toBe('meet');
    expect(tried.pairing.trying).toBe('move-1');
    expect(stoppable(tried)?.id).toBe('move-1');
  });

  it('goes on to choose when it was right', () => {
    const right = run(tried, update(UPDATES.paired), update(UPDATES.offer), update(UPDATES.plan));
    expect(stepOf(right)).toBe('choose');
    expect(right.pairing.trying).toBeUndefined();
  });

  it('goes on to choose also while the promise is read again', () => {
    const reading = run(tried, { type: 'read-promise' }, update(UPDATES.paired), update(UPDATES.plan));
    expect(stepOf(reading)).toBe('promise');
    expect(stepOf(run(reading, { type: 'go', screen: backFrom(reading)! }))).toBe('choose');
  });

  it('wrong: the same device once more, one try less, and nothing of the try is shown later', () => {
    const wrong = run(tried, ended('WRONG_CODE'));
    expect(wrong).toMatchObject({
      screen: { at: 'meet' },
      moves: [],
      pairing: { target, trying: undefined, triesLeft: 2, failure: 'WRONG_CODE' },
    });
  });

  it('three times wrong: the new device shows a new code, which has three tries again', () => {
    let state = atCode;
    for (const id of ['move-1', 'move-2', 'move-3']) {
      state = run(state, started('sender', id), update({ type: 'ended', code: 'WRONG_CODE' }, id));
    }
    expect(state.pairing).toMatchObject({ triesLeft: 3, failure: 'WRONG_CODE' });
  });

  it('another failure costs no try', () => {
    expect(run(tried, ended('UNREACHABLE')).pairing).toMatchObject({ triesLeft: 3, failure: 'UNREACHABLE' });
  });

  it('stopped by the person is no failure', () => {
    expect(run(tried, ended('CANCELLED')).pairing).toMatchObject({ trying: undefined, failure: undefined });
  });

  it('of another device starts to count anew', () => {
    const other = run(tried, ended('WRONG_CODE'), { type: 'target', target: { ...target, name: 'red fox' } });
    expect(other.pairing).toMatchObject({ triesLeft: 3, failure: undefined });
  });
});

describe('updates', () => {
  it('that come before their move is known are kept for it, in order', () => {
    const early = run(atWhere('destination'), update(UPDATES.listening), update(UPDATES.code));
    expect(early.moves).toEqual([]);
    const known = run(early, started('receiver'));
    expect(known.moves[0]?.stage).toMatchObject({ at: 'meeting', code: { digits: '471902' } });
    expect(known.early).toEqual([]);
  });

  it('of a move nobody knows do not pile up', () => {
    let state = READY;
    for (let count = 0; count < 1_000; count += 1) state = run(state, update(UPDATES.progress, 'move-9'));
    expect(state.early.length).toBeLessThanOrEqual(200);
  });
});

describe('several moves', () => {
  const board = run(READY, { type: 'begin', role: 'several' }, { type: 'agree' });
  const two = run(
    board,
    { type: 'begin', role: 'destination' },
    started('receiver', 'move-1'),
    { type: 'begin', role: 'destination' },
    started('receiver', 'move-2'),
  );

  it('go on side by side, each with its own updates', () => {
    const [first, second] = run(two, update(UPDATES.progress, 'move-2')).moves;
    expect([first?.stage.at, second?.stage.at]).toEqual(['starting', 'moving']);
  });

  it('a started one shows on the board, and is looked at and left without being stopped', () => {
    expect(two.screen).toEqual({ at: 'board' });
    const looking = run(two, { type: 'go', screen: { at: 'move', id: 'move-1' } });
    expect(backFrom(looking)).toEqual({ at: 'board' });
    expect(stoppable(looking)?.id).toBe('move-1');
  });

  it('the board cannot be left while one of them runs', () => {
    expect(backFrom(two)).toBeUndefined();
    const over = run(
      two,
      update(UPDATES.receipt, 'move-1'),
      update({ type: 'ended', code: 'REFUSED' }, 'move-2'),
    );
    expect(backFrom(over)).toEqual({ at: 'start' });
  });

  it('the next one does not start with what the last one moved', () => {
    const chosen = run(
      two,
      { type: 'begin', role: 'source' },
      { type: 'source-added', place: place('place-7', 'source') },
    );
    expect(run(chosen, { type: 'begin', role: 'source' }).sources).toEqual([]);
  });
});

describe('the way back', () => {
  it('leads step by step to the start', () => {
    expect(backFrom(atCode)).toEqual({ at: 'where', role: 'source' });
    expect(backFrom(atWhere('source'))).toEqual({ at: 'start' });
    expect(backFrom(READY)).toBeUndefined();
  });

  it('does not lead out of a running move, nor away while a code is tried', () => {
    expect(
      backFrom(run(atWhere('destination'), started('receiver'), update(UPDATES.progress))),
    ).toBeUndefined();
    expect(backFrom(run(atCode, started('sender')))).toBeUndefined();
  });
});

describe('another try', () => {
  it('has the places of the move that failed, also when others were chosen since', () => {
    const failed = run(atCode, started('sender'), update(UPDATES.paired), ended('INTERRUPTED'));
    const since = run(failed, { type: 'begin', role: 'source' });
    expect(since.sources).toEqual([]);
    expect(run(since, { type: 'remake', id: 'move-1' }).sources.map(({ id }) => id)).toEqual(['place-2']);
  });
});

describe('places', () => {
  it('chosen twice are there once', () => {
    const twice = run(
      READY,
      { type: 'source-added', place: place('place-2', 'source') },
      { type: 'source-added', place: place('place-2', 'source') },
    );
    expect(twice.sources).toHaveLength(1);
    expect(run(twice, { type: 'source-removed', id: 'place-2' }).sources).toEqual([]);
  });

  it('go to where main suggests unless another folder is chosen', () => {
    expect(READY.destination?.id).toBe('place-1');
    const other = run(READY, { type: 'destination-chosen', place: place('place-5', 'destination') });
    expect(other.destination?.id).toBe('place-5');
  });
});

describe('a failed request', () => {
  it('is shown where it was made, and gone on the next screen', () => {
    const failed = run(READY, { type: 'failed', code: 'DESTINATION_BUSY' });
    expect(failed.failure).toBe('DESTINATION_BUSY');
    expect(run(failed, { type: 'go', screen: { at: 'start' } }).failure).toBeUndefined();
  });
});
