/** Where the person is: "3 of 7 · Enter the code". Its heading takes the focus on a new step, which also reads it out. */
import { ActionIcon, VisuallyHidden } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../i18n/use-formats.ts';
import { STEPS, type Step } from '../state/steps.ts';
import classes from './step-header.module.css';

interface StepHeaderProps {
  /** Absent beside the way: the board of a store, the promise read again. */
  readonly step?: Step | undefined;
  readonly title: string;
  /** A sentence under the title. */
  readonly lead?: ReactNode;
  /** Absent where there is no way back. */
  readonly onBack?: (() => void) | undefined;
  readonly backLabel?: string | undefined;
  /** False where something on the screen takes the focus at once; that then has to say what it is for. */
  readonly takesFocus?: boolean;
}

export function StepHeader({ step, title, lead, onBack, backLabel, takesFocus = true }: StepHeaderProps) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const heading = useRef<HTMLHeadingElement>(null);

  const language = useRef(i18n.language);

  useEffect(() => {
    // The same step in another language is not a new one: the focus stays where the language was chosen.
    const translated = language.current !== i18n.language;
    language.current = i18n.language;
    if (translated) return;
    heading.current?.closest('main')?.scrollTo({ top: 0 });
    window.scrollTo({ top: 0 });
    if (takesFocus) heading.current?.focus({ preventScroll: true });
  }, [step, title, takesFocus, i18n.language]);

  useEffect(() => {
    document.title = t('common.windowTitle', { title });
  }, [t, title]);

  const number = step === undefined ? undefined : STEPS.indexOf(step) + 1;
  const count =
    number === undefined
      ? undefined
      : t('common.step', { number: formats.count(number), total: formats.count(STEPS.length) });
  return (
    <header className={classes.header}>
      {(number !== undefined || onBack !== undefined) && (
        <div className={classes.way}>
          {onBack !== undefined && (
            <ActionIcon
              className={classes.back}
              onClick={onBack}
              data-back
              aria-label={backLabel ?? t('common.back')}
              color="gray"
            >
              <IconArrowLeft className={classes.arrow} aria-hidden />
            </ActionIcon>
          )}
          {number !== undefined && (
            <div className={classes.steps} aria-hidden>
              {STEPS.map((name, index) => (
                <span key={name} className={classes.mark} data-done={index < number || undefined} />
              ))}
              <span className={classes.count}>{count}</span>
            </div>
          )}
        </div>
      )}
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        {count !== undefined && <VisuallyHidden>{`${count} · `}</VisuallyHidden>}
        {title}
      </h1>
      {lead !== undefined && <p className={classes.lead}>{lead}</p>}
    </header>
  );
}
