/** What kind of place a thing comes from or goes to. */
import {
  IconAddressBook,
  IconApps,
  IconCalendar,
  IconDeviceMobile,
  IconFolder,
  IconMessage,
  IconPhone,
  type TablerIcon,
} from '@tabler/icons-react';
import type { PlaceType } from '../../../main/ipc/contract.ts';

export const PLACE_ICONS: Readonly<Record<PlaceType, TablerIcon>> = {
  device: IconDeviceMobile,
  contacts: IconAddressBook,
  calendar: IconCalendar,
  messages: IconMessage,
  calls: IconPhone,
  apps: IconApps,
  files: IconFolder,
};
