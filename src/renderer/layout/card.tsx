/** The surface things lie on. */
import type { ComponentProps } from 'react';
import classes from './card.module.css';

interface CardProps extends ComponentProps<'section'> {
  /** `flush`: its rows reach its edges. */
  readonly padding?: 'normal' | 'flush';
  readonly tone?: 'plain' | 'accent' | 'good' | 'attention' | 'bad';
}

export function Card({ padding = 'normal', tone = 'plain', className, ...rest }: CardProps) {
  return (
    <section
      {...rest}
      className={className === undefined ? classes.card : `${classes.card ?? ''} ${className}`}
      data-padding={padding}
      data-tone={tone}
    />
  );
}
