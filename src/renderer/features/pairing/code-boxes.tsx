/** Six boxes for six digits. The last digit sends them; a wrong code empties them for the next try. */
import { PinInput } from '@mantine/core';
import { useEffect, useState, type ClipboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { CODE_LENGTH, digitsOf } from './digits.ts';
import classes from './code-boxes.module.css';

/** Any script's digits: they are typed as the person's keyboard gives them. */
const DIGIT = /^\p{Nd}+$/u;

interface CodeBoxesProps {
  readonly busy: boolean;
  /** Said below the boxes; they are empty again then. */
  readonly error: string | undefined;
  readonly onDigits: (digits: string) => void;
}

export function CodeBoxes({ busy, error, onDigits }: CodeBoxesProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState('');
  // Boxes that were out of use while the code was tried have lost the focus: new ones take it.
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (busy) return;
    setValue('');
    setRound((before) => before + 1);
  }, [busy]);

  const change = (text: string): void => {
    const digits = digitsOf(text).slice(0, CODE_LENGTH);
    setValue(digits);
    if (digits.length === CODE_LENGTH && !busy) onDigits(digits);
  };

  // "471 902" and "471-902" are codes too.
  const paste = (event: ClipboardEvent): void => {
    const digits = digitsOf(event.clipboardData.getData('text/plain'));
    if (digits === '') return;
    event.preventDefault();
    event.stopPropagation();
    change(digits);
  };

  return (
    <div onPasteCapture={paste} className={classes.boxes}>
      <PinInput
        key={round}
        length={CODE_LENGTH}
        type={DIGIT}
        size="xl"
        gap="xs"
        placeholder=""
        oneTimeCode={false}
        autoFocus
        value={value}
        onChange={change}
        readOnly={busy}
        error={error !== undefined && value === ''}
        aria-label={t('meet.code')}
        aria-describedby="code-hint"
        getInputProps={(index) => ({
          inputMode: 'numeric',
          'aria-label': t('meet.digit', { number: index + 1, total: CODE_LENGTH }),
        })}
      />
      <p id="code-hint" className={classes.hint} role="alert" data-error={error !== undefined || undefined}>
        {busy ? t('meet.checking') : (error ?? '')}
      </p>
    </div>
  );
}
