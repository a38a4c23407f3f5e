/** The window: one screen in the middle, the promise at the foot. */
import { useDirection } from '@mantine/core';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { AppProvider, useApp } from './navigation/app-context.tsx';
import { LanguageMenu } from './layout/language-menu.tsx';
import { PromiseFooter } from './layout/promise-footer.tsx';
import { useKeys } from './layout/use-keys.ts';
import { CurrentScreen } from './navigation/current-screen.tsx';
import { directionOf } from './i18n/languages.ts';
import { arrivedStays } from './state/reduce-move.ts';
import { stoppable } from './state/app-state.ts';
import { stepOf } from './state/step-of.ts';
import classes from './app.module.css';

export function App() {
  const [asking, setAsking] = useState(false);
  return (
    <AppProvider onStopAsked={useCallback(() => setAsking(true), [])}>
      <Window asking={asking} onAsk={setAsking} />
    </AppProvider>
  );
}

interface WindowProps {
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
}

function Window({ asking, onAsk }: WindowProps): ReactNode {
  const { state, actions } = useApp();
  const { setDirection } = useDirection();
  const { screen, language } = state;
  const running = stoppable(state);
  useKeys();
  useEffect(() => setDirection(directionOf(language)), [setDirection, language]);

  // Asked for where there is nothing to stop, it is not asked later.
  const nothing = running === undefined;
  useEffect(() => {
    if (asking && nothing) onAsk(false);
  }, [asking, nothing, onAsk]);

  const stop = async (): Promise<void> => {
    if (running !== undefined) await actions.stop(running.id);
  };
  return (
    <div className={classes.window}>
      <main className={classes.main} data-screen={stepOf(state) ?? 'board'}>
        <div className={classes.column} data-wide={screen.at === 'board' || undefined}>
          <CurrentScreen />
        </div>
      </main>
      <PromiseFooter
        onPromise={screen.at === 'promise' ? undefined : actions.readPromise}
        onStop={nothing ? undefined : stop}
        asking={asking}
        onAsk={onAsk}
        keepsArrived={running !== undefined && arrivedStays(running)}
      >
        <LanguageMenu language={language} onLanguage={actions.setLanguage} />
      </PromiseFooter>
    </div>
  );
}
