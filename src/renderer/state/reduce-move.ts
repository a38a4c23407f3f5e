/**
 * One move, from the updates main sends. Pure, and total: an update that does not belong to the stage it meets changes
 * nothing, because main and window are two processes and a stop may cross an update on its way.
 */
import type { KindFigures, MoveId, MoveUpdate } from '../../main/ipc/contract.ts';
import type { Code, MoveStage, MoveState, MovingFigures } from './move-state.ts';

/** A code burns after as many wrong ones. */
export const TRIES_PER_CODE = 3;

/** How much of the speed's past the graph shows. */
const GRAPH_MS = 120_000;
/** Main sends ten updates a second at most; the graph is drawn from fewer. */
const GRAPH_STEP_MS = 500;

export function newMove(
  id: MoveId,
  role: MoveState['role'],
  options: { readonly peer?: string; readonly limit?: number | null; readonly now: number },
): MoveState {
  return {
    id,
    role,
    peer: options.peer,
    limit: options.limit ?? null,
    startedAt: options.now,
    stage: { at: 'starting' },
  };
}

/** @param now ms since 1970 */
export function reduceMove(state: MoveState, update: MoveUpdate, now: number): MoveState {
  const stage = reduceStage(state, update, now);
  const lostUntil = lostBefore(stage, update);
  if (stage === state.stage && lostUntil === state.lostUntil) return state;
  return { ...state, ...(stage === state.stage ? {} : remembered(update)), stage, lostUntil };
}

/** A network lost between the code and the first byte; a move that has figures says it in them. */
function lostBefore({ at }: MoveStage, update: MoveUpdate): number | undefined {
  const met = at === 'agreeing' || at === 'offered' || at === 'choosing' || at === 'answered';
  return met && update.type === 'waiting' ? update.until : undefined;
}

/** What a move keeps of an update beyond the stage it belongs to. */
function remembered(update: MoveUpdate): Partial<MoveState> {
  switch (update.type) {
    case 'listening':
      return { self: { name: update.name, emoji: update.emoji } };
    case 'offer':
      return {
        ...(update.peer === undefined ? {} : { peer: update.peer }),
        items: Object.fromEntries(update.kinds.map(({ kind, items }) => [kind, items])),
      };
    case 'plan':
      return update.peer === undefined ? {} : { peer: update.peer };
    default:
      return {};
  }
}

/** The person has answered an offer or a plan; main has taken the answer. */
export function answered(state: MoveState): MoveState {
  const { at } = state.stage;
  return at === 'offered' || at === 'choosing' ? { ...state, stage: { at: 'answered' } } : state;
}

/** Nothing more comes, and nothing is left to stop. */
export const isOver = ({ stage }: MoveState): boolean => stage.at === 'done' || stage.at === 'failed';

function reduceStage({ role, stage }: MoveState, update: MoveUpdate, now: number): MoveStage {
  if (stage.at === 'failed') return stage;
  switch (update.type) {
    case 'listening':
      if (stage.at !== 'starting' && stage.at !== 'meeting') return stage;
      return {
        at: 'meeting',
        name: update.name,
        emoji: update.emoji,
        addresses: update.addresses,
        code: stage.at === 'meeting' ? stage.code : undefined,
      };
    case 'code':
      return stage.at === 'meeting' ? { ...stage, code: codeOf(update) } : stage;
    case 'attempt-failed':
      if (stage.at !== 'meeting' || stage.code === undefined) return stage;
      return { ...stage, code: { ...stage.code, triesLeft: update.triesLeft } };
    case 'paired':
      return stage.at === 'starting' || stage.at === 'meeting' ? { at: 'agreeing' } : stage;
    case 'offer':
    case 'plan':
      return reduceTalk(role, stage, update);
    case 'progress':
      if (stage.at === 'done') return stage;
      return {
        at: 'moving',
        figures: figuresOf(update, stage.at === 'moving' ? stage.figures : undefined, now),
        waitingUntil: undefined,
        stalled: false,
      };
    case 'stalled':
      return stage.at === 'moving' ? { ...stage, stalled: true } : stage;
    case 'waiting':
      return stage.at === 'moving' ? { ...stage, waitingUntil: update.until } : stage;
    case 'resumed':
      return stage.at === 'moving' ? { ...stage, waitingUntil: undefined } : stage;
    case 'receipt':
      return { at: 'done', receipt: update.receipt };
    case 'ended':
      return reduceEnd(stage, update.code);
  }
}

function codeOf({ digits, qr, expiresAt }: Extract<MoveUpdate, { type: 'code' }>): Code {
  return { digits, qr, expiresAt, triesLeft: TRIES_PER_CODE };
}

/** A receiver is asked about an offer. A sender hears of its own, which is kept for the plan it is asked about. */
function reduceTalk(
  role: MoveState['role'],
  stage: MoveStage,
  update: Extract<MoveUpdate, { type: 'offer' | 'plan' }>,
): MoveStage {
  if (stage.at !== 'starting' && stage.at !== 'meeting' && stage.at !== 'agreeing') return stage;
  if (update.type === 'offer') {
    const { peer, kinds, apps, freeBytes } = update;
    return role === 'receiver'
      ? { at: 'offered', peer, kinds, apps, freeBytes }
      : { at: 'agreeing', said: { offer: kinds, apps } };
  }
  const said = stage.at === 'agreeing' ? stage.said : undefined;
  const { peer, kinds, verdicts, freeBytes } = update;
  return {
    at: 'choosing',
    peer,
    offer: said?.offer ?? [],
    kinds,
    apps: said?.apps ?? [],
    verdicts,
    freeBytes,
  };
}

function reduceEnd(stage: MoveStage, code: Extract<MoveUpdate, { type: 'ended' }>['code']): MoveStage {
  if (stage.at === 'done') {
    return code === undefined ? stage : { at: 'failed', code, receipt: stage.receipt };
  }
  // A move that ends well has a receipt; one without is a fault.
  return { at: 'failed', code: code ?? 'UNEXPECTED', receipt: undefined };
}

function figuresOf(
  update: Extract<MoveUpdate, { type: 'progress' }>,
  before: MovingFigures | undefined,
  now: number,
): MovingFigures {
  const { bytes, totalBytes, entries, totalEntries } = update satisfies KindFigures;
  return {
    bytes,
    totalBytes,
    entries,
    totalEntries,
    kinds: update.kinds,
    bytesPerSecond: update.bytesPerSecond,
    secondsLeft: update.secondsLeft,
    phase: update.phase,
    speeds: withSpeed(before?.speeds ?? [], { at: now, bytesPerSecond: update.bytesPerSecond }),
  };
}

type Speeds = MovingFigures['speeds'];

function withSpeed(speeds: Speeds, sample: Speeds[number]): Speeds {
  const last = speeds.at(-1);
  if (last !== undefined && sample.at - last.at < GRAPH_STEP_MS) return speeds;
  return [...speeds.filter(({ at }) => sample.at - at <= GRAPH_MS), sample];
}

/** Whether what has arrived stays when the person stops this move: on the other device, or waiting for it to come back. */
export const arrivedStays = ({ role, stage }: MoveState): boolean =>
  role === 'sender' || (stage.at === 'moving' && stage.waitingUntil !== undefined);
