/** The six kinds as a person sees them: an icon each, a name each, always in the same order. */
import {
  IconAddressBook,
  IconApps,
  IconCalendar,
  IconFiles,
  IconMessage,
  IconPhone,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Kind } from '../../main/ipc/contract.ts';
import classes from './kinds.module.css';

/** The order of `transfer/kinds/kind.ts`; the contract gives the page types only. */
export const KIND_ORDER = [
  'contacts',
  'messages',
  'calls',
  'calendar',
  'apps',
  'files',
] as const satisfies readonly Kind[];

const ICONS: Readonly<Record<Kind, TablerIcon>> = {
  contacts: IconAddressBook,
  messages: IconMessage,
  calls: IconPhone,
  calendar: IconCalendar,
  apps: IconApps,
  files: IconFiles,
};

interface KindIconProps {
  readonly kind: Kind;
  /** `tile`: on a square of its own. */
  readonly variant?: 'plain' | 'tile';
}

/** Says nothing to a screen reader: the kind's name stands beside it. */
export function KindIcon({ kind, variant = 'tile' }: KindIconProps) {
  const Icon = ICONS[kind];
  return (
    <span className={classes.icon} data-variant={variant} aria-hidden>
      <Icon size="1.375rem" stroke={1.75} />
    </span>
  );
}

/** "Contacts" */
export function useKindName(): (kind: Kind) => string {
  const { t } = useTranslation();
  return (kind) => t(`common.kinds.${kind}`);
}
