import { describe, expect, it } from 'vitest';
import type {
  AppInfo,
  ErrorCode,
  MoveUpdate,
  Place,
  RequestName,
} from '../../../../src/main/ipc/contract.ts';
import { RequestFailure } from '../../../../src/renderer/request-failure.ts';
import {
  INITIAL,
  reduceApp,
  type AppAction,
  type AppState,
} from '../../../../src/renderer/state/app-state.ts';
import { stepOf } from '../../../../src/renderer/state/step-of.ts';
import { makeActions, type Outside } from '../../../../src/renderer/navigation/actions.ts';
import { UPDATES } from '../state/updates.ts';

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
  languages: ['en'],
  destination: place('place-1', 'destination'),
  sources: [place('place-2', 'source')],
  maxMoves: 4,
  promise: ['choice'],
};

/** A window without a page: the state, the actions, and a main that answers as told and keeps what it was asked. */
function makeWindow(failing: Partial<Record<RequestName, ErrorCode>> = {}) {
  let state: AppState = reduceApp(INITIAL, { type: 'ready', info: INFO });
  let moves = 0;
  const asked: unknown[][] = [];
  const request = (async (name: RequestName, ...args: unknown[]) => {
    asked.push([name, ...args]);
    const code = failing[name];
    if (code !== undefined) throw new RequestFailure(code);
    if (name === 'moves.start') return `move-${(moves += 1)}`;
    if (name === 'places.pick') return place('place-9', args[0] as Place['role']);
    if (name === 'receipts.save') return true;
    return null;
  }) as Outside['request'];
  const actions = makeActions(
    { current: () => state, dispatch: (action) => (state = reduceApp(state, action)) },
    {
      request,
      // As the preload: what is no file of this computer is no place.
      drop: (role, files) =>
        Promise.resolve(files.some(({ name }) => name === 'of the web') ? null : place('place-9', role)),
      now: () => 0,
    },
  );
  return {
    actions,
    asked,
    failing,
    state: () => state,
    dispatch: (action: AppAction) => (state = reduceApp(state, action)),
    askedFor: (name: RequestName) => asked.filter(([each]) => each === name).map(([, ...args]) => args),
    update: (update: MoveUpdate, id = 'move-1') =>
      (state = reduceApp(state, { type: 'move-update', id, update, now: 0 })),
  };
}

/** A new device that waits to be found. */
async function waiting() {
  const window = makeWindow();
  window.actions.begin('destination');
  window.actions.agree();
  await window.actions.receive();
  window.update(UPDATES.listening);
  return window;
}

/** An old device whose person is about to type the code. */
function typing(failing: Partial<Record<RequestName, ErrorCode>> = {}) {
  const window = makeWindow(failing);
  window.actions.begin('source');
  window.actions.agree();
  window.actions.addPlace('source', place('place-2', 'source'));
  window.actions.go({ at: 'meet' });
  window.actions.chooseTarget({ type: 'found', name: 'blue otter', emoji: '🦦' });
  return window;
}

describe('the code', () => {
  it('goes to main with the chosen places, and stays nowhere in the window', async () => {
    const window = typing();
    await window.actions.send('471902');
    expect(window.askedFor('moves.start')).toEqual([
      [
        {
          role: 'sender',
          places: ['place-2'],
          to: { type: 'found', name: 'blue otter', code: '471902' },
          limit: null,
        },
      ],
    ]);
    expect(JSON.stringify(window.state())).not.toContain('471902');
  });

  it('can be typed again after a wrong one, to the same device', async () => {
    const window = typing();
    await window.actions.send('111111');
    window.update({ type: 'ended', code: 'WRONG_CODE' });
    await window.actions.send('471902');
    expect(window.askedFor('moves.start')).toHaveLength(2);
    expect(window.state().pairing).toMatchObject({ trying: 'move-2', triesLeft: 2 });
  });
});

describe('a failed request', () => {
  it('is shown where it was made, and the person stays there', async () => {
    const window = typing({ 'moves.start': 'SOURCE_MISSING' });
    await window.actions.send('471902');
    expect(window.state()).toMatchObject({ failure: 'SOURCE_MISSING', moves: [], screen: { at: 'meet' } });
  });

  it('of an answer leaves the question open', async () => {
    const window = await waiting();
    window.update(UPDATES.offer);
    window.failing['moves.answer'] = 'UNEXPECTED';
    await window.actions.answer('move-1', { accept: false });
    expect(window.state().moves[0]?.stage.at).toBe('offered');
    delete window.failing['moves.answer'];
    await window.actions.answer('move-1', { accept: false });
    expect(window.state().moves[0]?.stage.at).toBe('answered');
  });
});

describe('back', () => {
  it('from a device that only waits to be found stops the waiting', async () => {
    const window = await waiting();
    await window.actions.back();
    expect(window.askedFor('moves.stop')).toEqual([['move-1']]);
    expect(stepOf(window.state())).toBe('where');
    expect(window.state().moves).toEqual([]);
  });

  it('never stops a move that runs', async () => {
    const window = await waiting();
    window.update(UPDATES.progress);
    await window.actions.back();
    expect(window.askedFor('moves.stop')).toEqual([]);
    expect(stepOf(window.state())).toBe('moving');
  });
});

describe('consent taken back', () => {
  it('stops every move that runs and leads to the start', async () => {
    const window = await waiting();
    window.actions.newMove();
    window.actions.begin('destination');
    await window.actions.receive();
    window.update(UPDATES.receipt, 'move-1');
    await window.actions.withdraw();
    expect(window.askedFor('moves.stop')).toEqual([['move-2']]);
    expect(window.state()).toMatchObject({ consented: false, moves: [], screen: { at: 'start' } });
  });

  it('is taken back also when main cannot say that a move has ended', async () => {
    const window = await waiting();
    window.failing['moves.stop'] = 'UNEXPECTED';
    await window.actions.withdraw();
    expect(window.state()).toMatchObject({ consented: false, screen: { at: 'start' } });
  });
});

describe('a new move', () => {
  it('while another runs makes it several, and loses none', async () => {
    const window = await waiting();
    window.actions.newMove();
    expect(window.state()).toMatchObject({
      several: true,
      screen: { at: 'start' },
      moves: [{ id: 'move-1' }],
    });
  });
});

describe('after a move that was interrupted', () => {
  it('the new device tries again with the folder of that move, or keeps what arrived in it', async () => {
    for (const choose of ['again', 'keep'] as const) {
      const window = await waiting();
      window.update({ type: 'ended', code: 'INTERRUPTED' });
      await window.actions[choose]('move-1');
      expect(window.askedFor('moves.start').at(-1)).toEqual([
        expect.objectContaining({ role: choose === 'keep' ? 'keeper' : 'receiver', place: 'place-1' }),
      ]);
      expect(window.state().moves.map(({ id }) => id)).toEqual(['move-2']);
    }
  });

  it('the old device looks for the new one again, with the same places', async () => {
    const window = typing();
    await window.actions.send('471902');
    window.update(UPDATES.paired);
    window.update({ type: 'ended', code: 'INTERRUPTED' });
    await window.actions.again('move-1');
    expect(stepOf(window.state())).toBe('meet');
    expect(window.state().sources.map(({ id }) => id)).toEqual(['place-2']);
  });
});

describe('what is dragged in', () => {
  it('is a place of the role it was let go for; what is no file of this computer is none', async () => {
    const window = makeWindow();
    await window.actions.drop('source', [new File([], 'of the web')]);
    expect(window.state().sources).toEqual([]);
    await window.actions.drop('source', [new File([], 'Photos')]);
    expect(window.state().sources.map(({ id }) => id)).toEqual(['place-9']);
    await window.actions.drop('destination', [new File([], 'Photos')]);
    expect(window.state().destination?.role).toBe('destination');
  });
});

describe('a device with nothing to move', () => {
  it('leads back to where its things are, with what was chosen, and the other device hears of it', async () => {
    const window = typing();
    await window.actions.send('471902');
    window.update(UPDATES.paired);
    expect(stepOf(window.state())).toBe('meet');
    await window.actions.chooseAgain('move-1');
    expect(window.state()).toMatchObject({ screen: { at: 'where', role: 'source' }, moves: [] });
    expect(window.state().sources.map(({ id }) => id)).toEqual(['place-2']);
    expect(window.askedFor('moves.stop')).toEqual([['move-1']]);
  });
});

describe('the folder main suggests', () => {
  const later = place('place-5', 'destination');

  it('is the next move’s, and the one that has just begun keeps its own', async () => {
    const window = makeWindow();
    window.actions.begin('destination');
    window.actions.agree();
    const started = window.actions.receive();
    // Main tells of it before it answers.
    window.dispatch({ type: 'destination-suggested', place: later });
    await started;
    expect(window.askedFor('moves.start')).toMatchObject([[{ place: 'place-1' }]]);
    window.update({ type: 'ended', code: 'INTERRUPTED' });
    await window.actions.again('move-1');
    expect(window.askedFor('moves.start')).toMatchObject([[{ place: 'place-1' }], [{ place: 'place-1' }]]);
    window.actions.begin('destination');
    expect(window.state().destination).toEqual(later);
  });

  it('does not take the place of one the person has chosen', async () => {
    const window = makeWindow();
    await window.actions.pick('destination', 'files');
    window.dispatch({ type: 'destination-suggested', place: later });
    expect(window.state().destination?.id).toBe('place-9');
    expect(window.state().info?.destination).toEqual(later);
  });
});
