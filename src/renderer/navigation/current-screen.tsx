/** The screen of the step the person is at. */
import { Button, Loader } from '@mantine/core';
import { useCallback, useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PromiseScreen } from '../features/promise/promise-screen.tsx';
import { StartScreen } from '../features/start/start-screen.tsx';
import { CodeScreen } from '../features/pairing/code-screen.tsx';
import { FindScreen } from '../features/pairing/find-screen.tsx';
import { DestinationScreen } from '../features/where/destination-screen.tsx';
import { SourceScreen } from '../features/where/source-screen.tsx';
import { moveOf } from '../state/app-state.ts';
import { NEXT_STEPS } from '../state/next-step.ts';
import { backFrom } from '../state/step-of.ts';
import { useApp } from './app-context.tsx';
import { BoardScreen } from './board-screen.tsx';
import { Card } from '../layout/card.tsx';
import { FailureCard } from '../layout/failure-card.tsx';
import { MoveScreen } from './move-screen.tsx';
import { RequestFailed } from './request-failed.tsx';
import { StepHeader } from '../layout/step-header.tsx';
import classes from './navigation.module.css';

export function CurrentScreen(): ReactNode {
  const { state, actions } = useApp();
  const { screen, info } = state;
  if (info === undefined) return <Opening />;
  switch (screen.at) {
    case 'start':
      return (
        <StartScreen
          onBegin={actions.begin}
          onBack={backFrom(state) === undefined ? undefined : () => void actions.back()}
        />
      );
    case 'promise':
      return (
        <PromiseScreen
          clauses={info.promise}
          consented={state.consented}
          onAgree={actions.agree}
          onWithdraw={actions.withdraw}
          onBack={() => void actions.back()}
        />
      );
    case 'where':
      return screen.role === 'source' ? <Source /> : <Destination />;
    case 'meet':
      return <Meet />;
    case 'move': {
      const move = moveOf(state, screen.id);
      return move === undefined ? undefined : <MoveScreen key={move.id} move={move} />;
    }
    case 'board':
      return <BoardScreen />;
  }
}

/** Before main has said what this computer is. A failure then leaves nothing else to show. */
function Opening() {
  const { t } = useTranslation();
  const { state } = useApp();
  if (state.failure !== undefined) {
    return (
      <>
        <StepHeader title={t('common.noBridge')} />
        <FailureCard code={state.failure} />
      </>
    );
  }
  return (
    <p className={classes.opening} role="status">
      <Loader size="sm" aria-hidden />
      {t('common.starting')}
    </p>
  );
}

function Source() {
  const { state, actions } = useApp();
  return (
    <SourceScreen
      suggested={state.info?.sources ?? []}
      chosen={state.sources}
      inspect={actions.inspect}
      onPick={(type) => void actions.pick('source', type)}
      onDrop={useCallback((files: readonly File[]) => void actions.drop('source', files), [actions])}
      onAdd={(place) => actions.addPlace('source', place)}
      onRemove={actions.removeSource}
      onNext={() => actions.go({ at: 'meet' })}
      onBack={() => void actions.back()}
      failure={<RequestFailed />}
    />
  );
}

function Destination() {
  const { state, actions } = useApp();
  return (
    <DestinationScreen
      place={state.destination}
      onPick={() => void actions.pick('destination', 'files')}
      onDrop={useCallback((files: readonly File[]) => void actions.drop('destination', files), [actions])}
      onNext={() => void actions.receive()}
      onKeep={() => void actions.keep()}
      onBack={() => void actions.back()}
      failure={<RequestFailed onOtherFolder={() => void actions.pick('destination', 'files')} />}
    />
  );
}

function Meet() {
  const { t } = useTranslation();
  const { state, actions } = useApp();
  const { pairing, devices } = state;
  const { target, trying, failure } = pairing;
  useEffect(() => {
    void actions.watch();
    return () => void actions.unwatch();
  }, [actions]);

  // A wrong code is said at the boxes; whatever else failed is said above them.
  const failed =
    failure === undefined || (failure === 'WRONG_CODE' && target !== undefined) ? undefined : failure;
  const failureCard =
    failed === undefined ? (
      <RequestFailed />
    ) : (
      <div className={classes.failure}>
        <FailureCard code={failed}>
          {NEXT_STEPS[failed] === 'where' && (
            <Button onClick={() => actions.go({ at: 'where', role: 'source' })}>
              {t('common.otherFolder')}
            </Button>
          )}
        </FailureCard>
      </div>
    );
  if (target !== undefined) {
    return (
      <CodeScreen
        target={target}
        pairing={pairing}
        onDigits={(digits) => void actions.send(digits)}
        onOther={() => actions.chooseTarget(undefined)}
        failure={failureCard}
      />
    );
  }
  if (trying !== undefined) {
    return (
      <>
        <StepHeader step="meet" title={t('meet.qrTrying')} />
        <Card className={classes.busy} role="status">
          <Loader size="sm" aria-hidden />
          <span>{t('meet.qrTryingWhat')}</span>
        </Card>
      </>
    );
  }
  return (
    <FindScreen
      devices={devices}
      onTarget={actions.chooseTarget}
      onQr={(text) => void actions.sendByQr(text)}
      onBack={() => void actions.back()}
      failure={failureCard}
    />
  );
}
