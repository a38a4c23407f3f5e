/** Which end of a move this is. */
import { Button } from '@mantine/core';
import {
  IconDeviceMobileDown,
  IconDeviceMobileShare,
  IconLayoutGrid,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { StepHeader } from '../../layout/step-header.tsx';
import type { Role } from '../../state/app-state.ts';
import classes from './start-screen.module.css';

interface StartScreenProps {
  readonly onBegin: (role: Role | 'several') => void;
  /** To the board, when several moves are under way. */
  readonly onBack: (() => void) | undefined;
}

export function StartScreen({ onBegin, onBack }: StartScreenProps) {
  const { t } = useTranslation();
  const several = onBack !== undefined;
  return (
    <>
      <StepHeader
        step="start"
        title={several ? t('start.titleSeveral') : t('start.title')}
        lead={t('start.lead')}
        onBack={onBack}
      />
      <div className={classes.choices}>
        <Choice
          icon={IconDeviceMobileShare}
          title={t('start.old')}
          text={t('start.oldWhat')}
          onClick={() => onBegin('source')}
        />
        <Choice
          icon={IconDeviceMobileDown}
          title={t('start.new')}
          text={t('start.newWhat')}
          onClick={() => onBegin('destination')}
          arriving
        />
      </div>
      {!several && (
        <Button
          className={classes.several}
          variant="subtle"
          leftSection={<IconLayoutGrid size="1.25rem" aria-hidden />}
          onClick={() => onBegin('several')}
        >
          {t('start.several')}
        </Button>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly icon: TablerIcon;
  readonly title: string;
  readonly text: string;
  readonly onClick: () => void;
  readonly arriving?: boolean;
}

function Choice({ icon: Icon, title, text, onClick, arriving = false }: ChoiceProps) {
  return (
    <button type="button" className={classes.choice} onClick={onClick}>
      <span className={classes.picture} data-arriving={arriving || undefined} aria-hidden>
        <Icon size="2.75rem" stroke={1.5} />
      </span>
      <span className={classes.name}>{title}</span>
      <span className={classes.text}>{text}</span>
    </button>
  );
}
