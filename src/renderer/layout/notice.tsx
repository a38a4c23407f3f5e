/** One sentence that matters, with its icon: colour never says it alone. */
import { IconAlertCircle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ComponentProps, ReactNode } from 'react';
import { Card } from './card.tsx';
import classes from './notice.module.css';

const ICONS = { accent: IconInfoCircle, good: IconCircleCheck, attention: IconAlertCircle } as const;

interface NoticeProps extends ComponentProps<'section'> {
  readonly tone: keyof typeof ICONS;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export function Notice({ tone, children, action, className = '', ...rest }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <Card {...rest} tone={tone} className={`${classes.notice ?? ''} ${className}`}>
      <Icon className={classes.icon} data-tone={tone} aria-hidden />
      <div className={classes.words}>{children}</div>
      {action}
    </Card>
  );
}
