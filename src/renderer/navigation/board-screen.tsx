/** Several moves side by side, and how their cards reach the actions. */
import { useMemo } from 'react';
import type { MoveActions } from '../features/store/move-actions.ts';
import { StoreScreen } from '../features/store/store-screen.tsx';
import { backFrom } from '../state/step-of.ts';
import { useApp } from './app-context.tsx';
import { RequestFailed } from './request-failed.tsx';

export function BoardScreen() {
  const { state, actions } = useApp();
  const cards = useMemo<MoveActions>(
    () => ({
      onAnswer: actions.answer,
      onLimit: actions.limit,
      onRetry: (id) => void actions.retry(id),
      onStop: actions.stop,
      onOpen: (id) => void actions.open(id),
      onSave: actions.save,
      onShow: (id) => actions.go({ at: 'move', id }),
      onRemove: actions.dismiss,
    }),
    [actions],
  );
  return (
    <>
      <RequestFailed />
      <StoreScreen
        moves={state.moves}
        maxMoves={state.info?.maxMoves ?? 1}
        onNew={() => actions.go({ at: 'start' })}
        onBack={backFrom(state) === undefined ? undefined : () => void actions.back()}
        actions={cards}
      />
    </>
  );
}
