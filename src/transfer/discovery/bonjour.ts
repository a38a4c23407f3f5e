/** Discovery on a real network: mDNS by `bonjour-service`. */
import { advertise } from './advertise.ts';
import { browse } from './browse.ts';
import type { Discovery } from './port.ts';

export const bonjour: Discovery = { advertise, browse };
