/** What OpenMover does and never does, before it does anything; and where consent is taken back. */
import { Button } from '@mantine/core';
import { IconEye, IconEyeOff, IconHandStop, IconRoute, type TablerIcon } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionBar, PrimaryButton } from '../../layout/action-bar.tsx';
import { Card } from '../../layout/card.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { groupClauses, type PromiseGroup } from './promise-groups.ts';
import classes from './promise-screen.module.css';

const ICONS: Readonly<Record<PromiseGroup, TablerIcon>> = {
  read: IconEye,
  goes: IconRoute,
  keep: IconEyeOff,
  stop: IconHandStop,
};

interface PromiseScreenProps {
  readonly clauses: readonly string[];
  /** It has been agreed to in this run, and is read again. */
  readonly consented: boolean;
  readonly onAgree: () => void;
  readonly onWithdraw: () => Promise<void>;
  readonly onBack: () => void;
}

export function PromiseScreen({ clauses, consented, onAgree, onWithdraw, onBack }: PromiseScreenProps) {
  const { t } = useTranslation();
  const [withdrawing, setWithdrawing] = useState(false);
  const withdraw = (): void => {
    setWithdrawing(true);
    void onWithdraw();
  };
  return (
    <>
      <StepHeader
        step={consented ? undefined : 'promise'}
        title={consented ? t('promise.titleAgain') : t('promise.title')}
        lead={t('promise.lead')}
        onBack={onBack}
      />
      <div className={classes.groups}>
        {groupClauses(clauses).map(({ group, clauses: ids }) => (
          <Group key={group} group={group} clauses={ids} />
        ))}
      </div>
      {consented ? (
        <ActionBar
          summary={t('promise.withdrawWhat')}
          primary={<PrimaryButton onClick={onBack}>{t('common.back')}</PrimaryButton>}
        >
          <Button variant="default" onClick={withdraw} loading={withdrawing}>
            {t('promise.withdraw')}
          </Button>
        </ActionBar>
      ) : (
        <ActionBar
          summary={t('promise.agreeWhat')}
          primary={<PrimaryButton onClick={onAgree}>{t('promise.agree')}</PrimaryButton>}
        />
      )}
    </>
  );
}

function Group({ group, clauses }: { readonly group: PromiseGroup; readonly clauses: readonly string[] }) {
  const { t } = useTranslation();
  const Icon = ICONS[group];
  return (
    <Card className={classes.group}>
      <span className={classes.icon} aria-hidden>
        <Icon size="1.5rem" stroke={1.75} />
      </span>
      <div className={classes.words}>
        <h2 className={classes.question}>{t(`promise.groups.${group}.title`)}</h2>
        <p className={classes.answer}>{t(`promise.groups.${group}.text`)}</p>
        {clauses.length > 0 && (
          <details className={classes.details}>
            <summary>
              {t('promise.details')}
              <span className={classes.hidden}>: {t(`promise.groups.${group}.title`)}</span>
            </summary>
            <ul>
              {clauses.map((id) => (
                <li key={id}>{t(`promise-clauses.${id}`)}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </Card>
  );
}
