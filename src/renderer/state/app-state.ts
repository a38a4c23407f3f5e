/**
 * What the whole window knows: where the person is, what they chose, and every move. Pure; main is spoken to by
 * `way/actions.ts`, which tells this reducer what came of it.
 */
import type {
  AppInfo,
  ErrorCode,
  MoveId,
  MoveUpdate,
  NearbyDevice,
  Place,
  PlaceId,
} from '../../main/ipc/contract.ts';
import { chooseLanguage, type Language } from '../i18n/languages.ts';
import { answered, isOver, reduceMove, TRIES_PER_CODE } from './reduce-move.ts';
import type { MoveState } from './move-state.ts';

export type Role = 'source' | 'destination';

/** Where the person is. What of a move is shown follows from the move's own stage. */
export type Screen =
  | { readonly at: 'start' }
  /** `then`: what was chosen at the start; absent when the promise is read again. */
  | { readonly at: 'promise'; readonly then: Role | 'several' | undefined; readonly from: Screen }
  | { readonly at: 'where'; readonly role: Role }
  /** Old device: which new one, and its code. */
  | { readonly at: 'meet' }
  | { readonly at: 'move'; readonly id: MoveId }
  /** Several moves side by side. */
  | { readonly at: 'board' };

/** The new device that the old one wants to reach. */
export type Target =
  | { readonly type: 'found'; readonly name: string; readonly emoji: string }
  | { readonly type: 'address'; readonly address: string };

/** How far the old device is with a code. */
export interface Pairing {
  readonly target: Target | undefined;
  /** The move that proves the code just now. */
  readonly trying: MoveId | undefined;
  /** Counted here: a move ends with its wrong code, and the new device counts on its own side. */
  readonly triesLeft: number;
  /** Why the last try did not succeed. */
  readonly failure: ErrorCode | undefined;
}

export interface AppState {
  readonly info: AppInfo | undefined;
  readonly language: Language;
  /** For this run only: it is written nowhere. */
  readonly consented: boolean;
  readonly several: boolean;
  readonly screen: Screen;
  /** What the next move is made of. */
  readonly sources: readonly Place[];
  readonly destination: Place | undefined;
  readonly devices: readonly NearbyDevice[];
  readonly pairing: Pairing;
  readonly moves: readonly MoveState[];
  /** Updates of a move whose number this window has not been told yet: two messages may cross. */
  readonly early: readonly { readonly id: MoveId; readonly update: MoveUpdate; readonly now: number }[];
  /** What each move was started with, to start it again. */
  readonly madeOf: Readonly<Record<MoveId, MadeOf>>;
  /** A request that failed, on the screen it was made from. */
  readonly failure: ErrorCode | undefined;
}

export interface MadeOf {
  readonly sources: readonly Place[];
  readonly destination: Place | undefined;
}

export type AppAction =
  | { readonly type: 'ready'; readonly info: AppInfo }
  | { readonly type: 'language'; readonly language: Language }
  | { readonly type: 'go'; readonly screen: Screen }
  | { readonly type: 'begin'; readonly role: Role | 'several' }
  | { readonly type: 'agree' }
  | { readonly type: 'withdraw' }
  | { readonly type: 'read-promise' }
  | { readonly type: 'source-added'; readonly place: Place }
  | { readonly type: 'source-removed'; readonly id: PlaceId }
  | { readonly type: 'destination-chosen'; readonly place: Place }
  /** Main says where the next move goes unless the person chooses. */
  | { readonly type: 'destination-suggested'; readonly place: Place }
  | { readonly type: 'devices'; readonly devices: readonly NearbyDevice[] }
  | { readonly type: 'target'; readonly target: Target | undefined }
  /** `of`: as it was when main was asked; it suggests another folder for the next move at once. */
  | { readonly type: 'move-started'; readonly move: MoveState; readonly of: MadeOf }
  | { readonly type: 'move-update'; readonly id: MoveId; readonly update: MoveUpdate; readonly now: number }
  | { readonly type: 'move-answered'; readonly id: MoveId }
  | { readonly type: 'move-limited'; readonly id: MoveId; readonly limit: number | null }
  | { readonly type: 'move-dismissed'; readonly id: MoveId }
  /** The same places once more, for another try. */
  | { readonly type: 'remake'; readonly id: MoveId }
  | { readonly type: 'failed'; readonly code: ErrorCode | undefined };

const NO_PAIRING: Pairing = {
  target: undefined,
  trying: undefined,
  triesLeft: TRIES_PER_CODE,
  failure: undefined,
};

/** More than a move sends before its number is known; a window that was never told drops the rest. */
const MAX_EARLY = 200;

export const INITIAL: AppState = {
  info: undefined,
  language: 'en',
  consented: false,
  several: false,
  screen: { at: 'start' },
  sources: [],
  destination: undefined,
  devices: [],
  pairing: NO_PAIRING,
  moves: [],
  early: [],
  madeOf: {},
  failure: undefined,
};

export function reduceApp(state: AppState, action: AppAction): AppState {
  switch (action.type) {
    case 'ready':
      return {
        ...state,
        info: action.info,
        language: chooseLanguage(action.info.languages),
        destination: state.destination ?? action.info.destination,
      };
    case 'language':
      return { ...state, language: action.language };
    case 'go':
      return { ...state, screen: action.screen, failure: undefined };
    case 'begin':
      return begin(state, action.role);
    case 'agree':
      return agree(state);
    case 'withdraw':
      return { ...INITIAL, info: state.info, language: state.language, destination: state.info?.destination };
    case 'read-promise':
      return state.screen.at === 'promise'
        ? state
        : { ...state, screen: { at: 'promise', then: undefined, from: state.screen } };
    case 'source-added':
      return {
        ...state,
        sources: [...state.sources.filter(({ id }) => id !== action.place.id), action.place],
        failure: undefined,
      };
    case 'source-removed':
      return { ...state, sources: state.sources.filter(({ id }) => id !== action.id) };
    case 'destination-chosen':
      return { ...state, destination: action.place, failure: undefined };
    case 'destination-suggested':
      return suggested(state, action.place);
    case 'devices':
      return { ...state, devices: action.devices };
    case 'target':
      return { ...state, pairing: { ...NO_PAIRING, target: action.target }, failure: undefined };
    case 'move-started':
      return moveStarted(state, action.move, action.of);
    case 'move-update':
      return moveUpdated(state, action);
    case 'move-answered':
      return { ...state, moves: withMove(state.moves, action.id, answered) };
    case 'move-limited':
      return {
        ...state,
        moves: withMove(state.moves, action.id, (move) => ({ ...move, limit: action.limit })),
      };
    case 'move-dismissed':
      return { ...state, moves: state.moves.filter(({ id }) => id !== action.id) };
    case 'remake':
      return { ...forNewMove(state), ...state.madeOf[action.id] };
    case 'failed':
      return { ...state, failure: action.code };
  }
}

/** What the person has chosen themselves stays. */
function suggested(state: AppState, place: Place): AppState {
  if (state.info === undefined) return state;
  const untouched = state.destination?.id === state.info.destination.id;
  return {
    ...state,
    info: { ...state.info, destination: place },
    destination: untouched ? place : state.destination,
  };
}

export const moveOf = (state: AppState, id: MoveId): MoveState | undefined =>
  state.moves.find((move) => move.id === id);

/** The move that "Stop and forget" means on this screen, when there is one to stop. */
export function stoppable(state: AppState): MoveState | undefined {
  const { screen, pairing } = state;
  const id = screen.at === 'move' ? screen.id : screen.at === 'meet' ? pairing.trying : undefined;
  const move = id === undefined ? undefined : moveOf(state, id);
  return move === undefined || isOver(move) ? undefined : move;
}

function begin(state: AppState, role: Role | 'several'): AppState {
  const screen: Screen = state.consented
    ? afterPromise(role)
    : { at: 'promise', then: role, from: state.screen };
  return { ...forNewMove(state), several: state.several || role === 'several', screen };
}

function agree(state: AppState): AppState {
  if (state.screen.at !== 'promise') return state;
  const { then, from } = state.screen;
  return { ...state, consented: true, screen: then === undefined ? from : afterPromise(then) };
}

const afterPromise = (role: Role | 'several'): Screen =>
  role === 'several' ? { at: 'board' } : { at: 'where', role };

/** A new move starts from nothing: the places of the last person are not the next one's. */
const forNewMove = (state: AppState): AppState => ({
  ...state,
  sources: [],
  destination: state.info?.destination,
  pairing: NO_PAIRING,
  failure: undefined,
});

function withMove(
  moves: readonly MoveState[],
  id: MoveId,
  change: (move: MoveState) => MoveState,
): readonly MoveState[] {
  return moves.map((move) => (move.id === id ? change(move) : move));
}

function moveStarted(state: AppState, move: MoveState, madeOf: MadeOf): AppState {
  const screen: Screen =
    move.role === 'sender'
      ? { at: 'meet' }
      : state.several && move.role === 'receiver'
        ? { at: 'board' }
        : { at: 'move', id: move.id };
  const started: AppState = {
    ...state,
    screen,
    failure: undefined,
    moves: [...state.moves, move],
    madeOf: { ...state.madeOf, [move.id]: madeOf },
    early: state.early.filter(({ id }) => id !== move.id),
    pairing:
      move.role === 'sender' ? { ...state.pairing, trying: move.id, failure: undefined } : state.pairing,
  };
  return state.early
    .filter(({ id }) => id === move.id)
    .reduce((next, update) => moveUpdated(next, update), started);
}

function moveUpdated(
  state: AppState,
  { id, update, now }: { readonly id: MoveId; readonly update: MoveUpdate; readonly now: number },
): AppState {
  const before = moveOf(state, id);
  if (before === undefined) {
    return { ...state, early: [...state.early, { id, update, now }].slice(-MAX_EARLY) };
  }
  const after = reduceMove(before, update, now);
  if (after === before) return state;
  const next = { ...state, moves: withMove(state.moves, id, () => after) };
  return state.pairing.trying === id ? pairingUpdated(next, after) : next;
}

/** From the code to its move; also behind the promise, which may be on the screen just then. */
function onTo(move: MoveState, screen: Screen): Screen {
  if (screen.at === 'meet') return { at: 'move', id: move.id };
  return screen.at === 'promise' ? { ...screen, from: onTo(move, screen.from) } : screen;
}

/** While a code is tried the person stays where they typed it; they go on when it was right. */
function pairingUpdated(state: AppState, move: MoveState): AppState {
  const { stage } = move;
  if (stage.at === 'starting') return state;
  if (stage.at !== 'failed') {
    const screen = onTo(move, state.screen);
    return { ...state, screen, pairing: { ...NO_PAIRING, target: state.pairing.target } };
  }
  // A try that failed was no move: nothing of it is shown later.
  const tries = stage.code === 'WRONG_CODE' ? state.pairing.triesLeft - 1 : state.pairing.triesLeft;
  return {
    ...state,
    moves: state.moves.filter(({ id }) => id !== move.id),
    pairing: {
      target: state.pairing.target,
      trying: undefined,
      // The new device shows another code after three; that one has three tries again.
      triesLeft: tries <= 0 ? TRIES_PER_CODE : tries,
      failure: stage.code === 'CANCELLED' ? undefined : stage.code,
    },
  };
}
