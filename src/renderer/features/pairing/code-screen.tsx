/** Old device: the six digits that the new device shows. */
import { Button } from '@mantine/core';
import { IconDeviceLaptop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../layout/card.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { Pairing, Target } from '../../state/app-state.ts';
import { TRIES_PER_CODE } from '../../state/reduce-move.ts';
import { CodeBoxes } from './code-boxes.tsx';
import classes from './code-screen.module.css';

interface CodeScreenProps {
  readonly target: Target;
  readonly pairing: Pairing;
  readonly onDigits: (digits: string) => void;
  /** To the list, for another device. */
  readonly onOther: () => void;
  readonly failure: ReactNode;
}

export function CodeScreen({ target, pairing, onDigits, onOther, failure }: CodeScreenProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const busy = pairing.trying !== undefined;
  const wrong = pairing.failure === 'WRONG_CODE';
  const left = pairing.triesLeft;
  const error = !wrong
    ? undefined
    : left === TRIES_PER_CODE
      ? t('meet.newCode')
      : t('meet.wrongCode', { count: left, number: formats.count(left) });
  return (
    <>
      <StepHeader
        step="meet"
        title={t('meet.enter')}
        lead={t('meet.enterLead')}
        onBack={busy ? undefined : onOther}
        takesFocus={false}
      />
      {failure}
      <Card className={classes.card}>
        <div className={classes.target}>
          {target.type === 'found' ? (
            <>
              <span className={classes.emoji} aria-hidden>
                {target.emoji}
              </span>
              <span className={classes.name}>
                <bdi lang="en">{target.name}</bdi>
              </span>
            </>
          ) : (
            <>
              <IconDeviceLaptop size="2rem" stroke={1.5} aria-hidden />
              <span className={classes.name}>
                <bdi dir="ltr">{target.address}</bdi>
              </span>
            </>
          )}
          {!busy && (
            <Button variant="subtle" size="sm" onClick={onOther}>
              {t('meet.other')}
            </Button>
          )}
        </div>
        <CodeBoxes busy={busy} error={error} onDigits={onDigits} />
      </Card>
    </>
  );
}
