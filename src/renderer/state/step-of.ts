/** Which step of the way a screen is, and where "back" leads. */
import type { Step } from './steps.ts';
import { isOver } from './reduce-move.ts';
import { moveOf, type AppState, type Screen } from './app-state.ts';
import type { MoveState } from './move-state.ts';

export function stepOfMove({ role, stage }: MoveState): Step {
  // What had arrived is taken to its place: there is nobody to meet.
  if (role === 'keeper' && stage.at === 'starting') return 'moving';
  switch (stage.at) {
    case 'starting':
    case 'meeting':
    case 'agreeing':
      return 'meet';
    case 'offered':
    case 'choosing':
      return 'choose';
    case 'answered':
    case 'moving':
      return 'moving';
    case 'done':
    case 'failed':
      return 'receipt';
  }
}

/** Undefined beside the way: the board. */
export function stepOf(state: AppState): Step | undefined {
  const { screen } = state;
  if (screen.at === 'board') return undefined;
  if (screen.at !== 'move') return screen.at;
  const move = moveOf(state, screen.id);
  return move === undefined ? 'start' : stepOfMove(move);
}

/** Where Esc and the arrow lead; undefined at the start and out of a running move, which only Stop ends. */
export function backFrom(state: AppState): Screen | undefined {
  const { screen, several, pairing } = state;
  const top: Screen = several ? { at: 'board' } : { at: 'start' };
  switch (screen.at) {
    case 'start':
      return several ? { at: 'board' } : undefined;
    case 'promise':
      return screen.from;
    case 'where':
      return several ? { at: 'start' } : top;
    case 'meet':
      return pairing.trying === undefined ? { at: 'where', role: 'source' } : undefined;
    case 'board':
      return state.moves.every(isOver) ? { at: 'start' } : undefined;
    case 'move':
      return several ? { at: 'board' } : undefined;
  }
}
