/** How fast this move may be at most, so that twenty of them share one network. Takes effect when the field is left. */
import { NumberInput } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { capFromMegabytes, megabytesOf, MOST_MEGABYTES } from './speed-cap.ts';
import classes from './store.module.css';

interface SpeedCapProps {
  /** Bytes per second; null for none. */
  readonly limit: number | null;
  readonly onLimit: (limit: number | null) => void;
}

export function SpeedCap({ limit, onLimit }: SpeedCapProps) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState<number | string>(megabytesOf(limit));
  useEffect(() => setTyped(megabytesOf(limit)), [limit]);
  const commit = (): void => {
    const cap = capFromMegabytes(typed);
    // What could not be taken as typed shows as what it was taken for.
    setTyped(megabytesOf(cap));
    if (cap !== limit) onLimit(cap);
  };
  return (
    <div className={classes.cap}>
      <label htmlFor={id}>{t('store.cap')}</label>
      <NumberInput
        id={id}
        size="xs"
        className={classes.capField}
        value={typed}
        onChange={setTyped}
        onBlur={commit}
        // Enter means this field here, not the button that goes on.
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.stopPropagation();
          commit();
        }}
        allowNegative={false}
        decimalScale={2}
        max={MOST_MEGABYTES}
        placeholder={t('store.noCap')}
        hideControls
      />
    </div>
  );
}
