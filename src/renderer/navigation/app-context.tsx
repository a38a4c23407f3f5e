/** Hands the state and the actions to the screens; listens to main for as long as the window lives. */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
} from 'react';
import type { MenuCommand } from '../../main/ipc/contract.ts';
import { drop, onEvent, request, RequestFailure } from '../bridge.ts';
import { showLanguage, wordsForMain } from '../i18n/index.ts';
import { INITIAL, reduceApp, type AppAction, type AppState } from '../state/app-state.ts';
import { makeActions, type Actions } from './actions.ts';

interface App {
  readonly state: AppState;
  readonly actions: Actions;
}

const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('useApp outside of AppProvider');
  return app;
}

interface AppProviderProps {
  /** "Stop and forget" was chosen in the menu. */
  readonly onStopAsked: () => void;
  readonly children: ReactNode;
}

/** What was chosen in the menu. */
function obey(command: MenuCommand, actions: Actions, askToStop: () => void): void {
  switch (command) {
    case 'new-move':
      actions.newMove();
      break;
    case 'several':
      actions.begin('several');
      break;
    case 'promise':
      actions.readPromise();
      break;
    case 'stop':
      askToStop();
      break;
  }
}

export function AppProvider({ onStopAsked, children }: AppProviderProps) {
  const [state, show] = useReducer(reduceApp, INITIAL);
  // What an action reads next is what it has just told, before React has drawn it.
  const latest = useRef(INITIAL);
  const dispatch = useCallback((action: AppAction): void => {
    latest.current = reduceApp(latest.current, action);
    show(action);
  }, []);
  const actions = useMemo(
    () => makeActions({ current: () => latest.current, dispatch }, { request, drop, now: () => Date.now() }),
    [dispatch],
  );
  const stopAsked = useRef(onStopAsked);
  stopAsked.current = onStopAsked;

  useEffect(
    () =>
      onEvent((event) => {
        switch (event.type) {
          case 'devices':
            dispatch({ type: 'devices', devices: event.devices });
            break;
          case 'destination':
            dispatch({ type: 'destination-suggested', place: event.place });
            break;
          case 'move':
            dispatch({ type: 'move-update', id: event.id, update: event.update, now: Date.now() });
            break;
          case 'command':
            obey(event.command, actions, stopAsked.current);
            break;
        }
      }),
    [actions, dispatch],
  );

  useEffect(() => {
    request('app.ready').then(
      (info) => dispatch({ type: 'ready', info }),
      (error: unknown) => dispatch({ type: 'failed', code: RequestFailure.codeOf(error) }),
    );
  }, [dispatch]);

  const { info, language } = state;
  useEffect(() => {
    if (info === undefined) return;
    showLanguage(language)
      .then(() => request('app.words', { language, texts: wordsForMain(language) }))
      .catch((error: unknown) => dispatch({ type: 'failed', code: RequestFailure.codeOf(error) }));
  }, [dispatch, info, language]);

  const app = useMemo(() => ({ state, actions }), [state, actions]);
  return <AppContext value={app}>{children}</AppContext>;
}
