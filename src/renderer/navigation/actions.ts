/**
 * What a person can make the app do: each asks main and tells the reducer what came of it. A failed request never
 * throws into a screen; it is shown on it.
 */
import type {
  Answers,
  MoveAnswer,
  MoveId,
  MoveStart,
  Place,
  PickType,
  RequestArguments,
  RequestName,
} from '../../main/ipc/contract.ts';
import type { Language } from '../i18n/languages.ts';
import { RequestFailure } from '../request-failure.ts';
import {
  moveOf,
  type AppAction,
  type AppState,
  type Role,
  type Screen,
  type Target,
} from '../state/app-state.ts';
import { isOver, newMove } from '../state/reduce-move.ts';
import { backFrom, stepOfMove } from '../state/step-of.ts';
import { reportOf } from '../state/report.ts';

export interface Outside {
  readonly request: <N extends RequestName>(name: N, ...args: RequestArguments<N>) => Promise<Answers[N]>;
  readonly drop: (role: Role, files: readonly File[]) => Promise<Place | null>;
  readonly now: () => number;
}

export interface Store {
  readonly current: () => AppState;
  readonly dispatch: (action: AppAction) => void;
}

export type Actions = ReturnType<typeof makeActions>;

export function makeActions({ current, dispatch }: Store, { request, drop, now }: Outside) {
  /** Undefined when it failed; then the failure is on the screen. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      dispatch({ type: 'failed', code: RequestFailure.codeOf(error) });
      return undefined;
    }
  }

  const go = (screen: Screen): void => dispatch({ type: 'go', screen });

  async function start(what: MoveStart, peer?: string): Promise<void> {
    dispatch({ type: 'failed', code: undefined });
    const { sources, destination } = current();
    const id = await attempt(() => request('moves.start', what));
    if (id === undefined) return;
    const limit = what.role === 'keeper' ? null : what.limit;
    const move = newMove(id, what.role, { ...(peer === undefined ? {} : { peer }), limit, now: now() });
    dispatch({ type: 'move-started', move, of: { sources, destination } });
  }

  /** Settles when the move's process has ended; it counts as ended as well when main cannot say so. */
  async function end(id: MoveId): Promise<void> {
    await attempt(() => request('moves.stop', id));
  }

  const addPlace = (role: Role, place: Place): void =>
    dispatch(role === 'source' ? { type: 'source-added', place } : { type: 'destination-chosen', place });

  const receive = async (): Promise<void> => {
    const { destination } = current();
    if (destination !== undefined) await start({ role: 'receiver', place: destination.id, limit: null });
  };

  const again = async (id: MoveId): Promise<void> => {
    const role = moveOf(current(), id)?.role;
    dispatch({ type: 'remake', id });
    dispatch({ type: 'move-dismissed', id });
    if (role === 'sender') go({ at: 'meet' });
    else await receive();
  };

  return {
    go,
    begin: (role: Role | 'several') => dispatch({ type: 'begin', role }),
    agree: () => dispatch({ type: 'agree' }),
    readPromise: () => dispatch({ type: 'read-promise' }),
    setLanguage: (language: Language) => dispatch({ type: 'language', language }),
    dismissFailure: () => dispatch({ type: 'failed', code: undefined }),

    /** Consent is given for what runs; without it nothing may. */
    withdraw: async (): Promise<void> => {
      const running = current().moves.filter((move) => !isOver(move));
      await Promise.all(running.map(({ id }) => end(id)));
      dispatch({ type: 'withdraw' });
    },

    /** A new move: beside those that run, when any does. */
    newMove: (): void => {
      const running = current().moves.some((move) => !isOver(move));
      if (running && !current().several) dispatch({ type: 'begin', role: 'several' });
      go({ at: 'start' });
    },

    back: async (): Promise<void> => {
      const state = current();
      const { screen } = state;
      const move = screen.at === 'move' ? moveOf(state, screen.id) : undefined;
      // Nothing has been read or written while a new device only waits to be found.
      if (move !== undefined && !state.several && move.role === 'receiver' && stepOfMove(move) === 'meet') {
        go({ at: 'where', role: 'destination' });
        await end(move.id);
        dispatch({ type: 'move-dismissed', id: move.id });
        return;
      }
      const back = backFrom(state);
      if (back !== undefined) go(back);
    },

    pick: async (role: Role, type: PickType): Promise<void> => {
      const place = await attempt(() => request('places.pick', role, type));
      if (place !== undefined && place !== null) addPlace(role, place);
    },
    drop: async (role: Role, files: readonly File[]): Promise<void> => {
      const place = await attempt(() => drop(role, files));
      if (place !== undefined && place !== null) addPlace(role, place);
    },
    addPlace,
    removeSource: (id: string) => dispatch({ type: 'source-removed', id }),
    inspect: (id: string) => request('places.inspect', [id]),

    watch: () => attempt(() => request('devices.watch')),
    unwatch: () => attempt(() => request('devices.unwatch')),
    chooseTarget: (target: Target | undefined) => dispatch({ type: 'target', target }),

    receive,
    again,
    keep: async (id?: MoveId): Promise<void> => {
      if (id !== undefined) {
        dispatch({ type: 'remake', id });
        dispatch({ type: 'move-dismissed', id });
      }
      const { destination } = current();
      if (destination !== undefined) await start({ role: 'keeper', place: destination.id });
    },
    /** @param digits six, ASCII */
    send: async (digits: string): Promise<void> => {
      const { sources, pairing } = current();
      const { target } = pairing;
      if (target === undefined) return;
      const to =
        target.type === 'found'
          ? { type: 'found' as const, name: target.name, code: digits }
          : { type: 'address' as const, address: target.address, code: digits };
      const peer = target.type === 'found' ? target.name : undefined;
      await start({ role: 'sender', places: sources.map(({ id }) => id), to, limit: null }, peer);
    },
    sendByQr: async (text: string): Promise<void> => {
      const places = current().sources.map(({ id }) => id);
      await start({ role: 'sender', places, to: { type: 'qr', text }, limit: null });
    },

    answer: async (id: MoveId, answer: MoveAnswer): Promise<void> => {
      const done = await attempt(() => request('moves.answer', id, answer));
      if (done !== undefined) dispatch({ type: 'move-answered', id });
    },
    limit: async (id: MoveId, limit: number | null): Promise<void> => {
      const done = await attempt(() => request('moves.limit', id, limit));
      if (done !== undefined) dispatch({ type: 'move-limited', id, limit });
    },
    retry: (id: MoveId) => attempt(() => request('moves.retry', id)),
    /** Stop and forget. */
    stop: end,
    undo: (id: MoveId) => request('moves.undo', id),
    open: (id: MoveId) => attempt(() => request('moves.open', id)),
    save: (format: 'html' | 'json' | 'report', text: string) =>
      attempt(() => request('receipts.save', format, text)),
    saveReport: async (id: MoveId): Promise<boolean> => {
      const state = current();
      const move = moveOf(state, id);
      if (move === undefined || state.info === undefined) return false;
      const text = JSON.stringify(reportOf(move, state.info), undefined, 2);
      return (await attempt(() => request('receipts.save', 'report', text))) ?? false;
    },
    dismiss: (id: MoveId): void => {
      go(current().several ? { at: 'board' } : { at: 'start' });
      dispatch({ type: 'move-dismissed', id });
    },
    /** To choose other folders for what has nothing to move; the other device hears that this move has ended. */
    chooseAgain: async (id: MoveId): Promise<void> => {
      dispatch({ type: 'remake', id });
      go({ at: 'where', role: 'source' });
      await end(id);
      dispatch({ type: 'move-dismissed', id });
    },
    /** To choose other folders for what failed. */
    elsewhere: (id: MoveId): void => {
      const role = moveOf(current(), id)?.role === 'sender' ? 'source' : 'destination';
      dispatch({ type: 'remake', id });
      dispatch({ type: 'move-dismissed', id });
      go({ at: 'where', role });
    },
  };
}
