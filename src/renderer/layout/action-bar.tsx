/**
 * The foot of a screen: what it comes to, and the one button that goes on (Enter presses it). Stays in sight while a
 * long screen scrolls.
 */
import { Button, type ButtonProps } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import classes from './action-bar.module.css';

interface ActionBarProps {
  readonly summary?: ReactNode;
  /** Quieter buttons before the main one. */
  readonly children?: ReactNode;
  readonly primary: ReactNode;
}

export function ActionBar({ summary, children, primary }: ActionBarProps) {
  return (
    <div className={classes.bar}>
      <div className={classes.summary}>{summary}</div>
      <div className={classes.buttons}>
        {children}
        {primary}
      </div>
    </div>
  );
}

/** The button that goes on. */
export function PrimaryButton(props: ButtonProps & ComponentProps<'button'>) {
  return <Button {...props} data-primary />;
}
