/**
 * Points in time: never now, so that a sample is the same every day.
 */
import type { Random } from './random.ts';

const DAY_MS = 86_400_000;
/** The day the sample device was last used: 2025-06-01 12:00 UTC. */
export const LAST_DAY_MS = Date.UTC(2025, 5, 1, 12);
export const FIRST_DAY_MS = Date.UTC(2009, 9, 1, 8);

const pad = (value: number, length = 2): string => String(value).padStart(length, '0');

/** A moment for the `index`-th of `count` things, each later than the one before. */
export function momentOf(random: Random, index: number, count: number, days = 3_000): number {
  const step = (days * DAY_MS) / Math.max(count, 1);
  const start = LAST_DAY_MS - days * DAY_MS;
  return Math.floor(start + index * step + random.next() * Math.max(step - 1, 0));
}

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const anyDay = (random: Random, fromYear: number, toYear: number): Day => ({
  year: random.int(fromYear, toYear),
  month: random.int(1, 12),
  day: random.int(1, 28),
});

/** `1999-07-10` */
export const dashed = ({ year, month, day }: Day): string => `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
/** `--07-10`: a birthday whose year nobody said. */
export const withoutYear = ({ month, day }: Day): string => `--${pad(month)}-${pad(day)}`;
/** `19990710` */
export const compact = ({ year, month, day }: Day): string => `${pad(year, 4)}${pad(month)}${pad(day)}`;
/** `20250601T120000Z` */
export const utcStamp = (ms: number): string =>
  new Date(ms).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
/** `20250601T120000`, for use with a time zone or floating. */
export const localStamp = (ms: number): string => utcStamp(ms).slice(0, -1);
/** `Jun 1, 2025 12:00:00 PM`, as SMS Backup & Restore writes it. */
export function readable(ms: number): string {
  const date = new Date(ms);
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
    date.getUTCMonth()
  ];
  const hours = date.getUTCHours();
  const clock = `${String(hours % 12 || 12)}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return `${month ?? ''} ${String(date.getUTCDate())}, ${String(date.getUTCFullYear())} ${clock} ${hours < 12 ? 'AM' : 'PM'}`;
}
