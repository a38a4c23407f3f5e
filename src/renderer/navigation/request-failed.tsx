/** What was just asked of main did not work; the screen below is still there to try again on. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NEXT_STEPS } from '../state/next-step.ts';
import { useApp } from './app-context.tsx';
import classes from './navigation.module.css';
import { FailureCard } from '../layout/failure-card.tsx';

interface RequestFailedProps {
  /** Where another folder can be chosen at once. */
  readonly onOtherFolder?: () => void;
}

export function RequestFailed({ onOtherFolder }: RequestFailedProps) {
  const { t } = useTranslation();
  const { state, actions } = useApp();
  if (state.failure === undefined) return undefined;
  return (
    <div className={classes.failure}>
      <FailureCard code={state.failure}>
        {onOtherFolder !== undefined && NEXT_STEPS[state.failure] === 'where' && (
          <Button onClick={onOtherFolder}>{t('common.otherFolder')}</Button>
        )}
        <Button variant="default" onClick={actions.dismissFailure}>
          {t('common.close')}
        </Button>
      </FailureCard>
    </div>
  );
}
