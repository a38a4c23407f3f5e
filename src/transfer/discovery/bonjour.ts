/** Discovery on a real network: mDNS by `bonjour-service`. */
import { advertise } from './advertise.ts';
import { browse } from './browse.ts';
import type { Discovery } from './port.ts';

/** Discovery on the local network, by mDNS: what `discover` and `receive` use by default. */
export const bonjour: Discovery = { advertise, browse };
