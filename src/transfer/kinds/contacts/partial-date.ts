/**
 * Birthdays and anniversaries, whose year is often unknown. ISO 8601 basic and extended forms (RFC 6350 section
 * 4.3.1); Apple writes a missing year as 1604 with X-APPLE-OMIT-YEAR.
 */

const DATE = /^(\d{4}|--?)-?(\d{2})-?(\d{2})(?:[T ].*)?$/i;
const APPLE_NO_YEAR = '1604';

const YEAR_AND_MONTH = /^(\d{4})(?:-(\d{2}))?$/;

/**
 * `1980-03-22`, `--04-12` when the year is unknown, `1980` or `1980-03` when no more is known, or undefined when the text
 * is no such date.
 */
export function parsePartialDate(text: string, omittedYear = APPLE_NO_YEAR): string | undefined {
  const plain = text.trim();
  const start = YEAR_AND_MONTH.exec(plain);
  if (start !== null) return (start[2] ?? '01') <= '12' && start[2] !== '00' ? plain : undefined;
  const match = DATE.exec(plain);
  const [, year = '', month = '', day = ''] = match ?? [];
  if (match === null || month < '01' || month > '12' || day < '01' || day > '31') return undefined;
  const known = /^\d/.test(year) && year !== omittedYear && year !== APPLE_NO_YEAR;
  return `${known ? `${year}-` : '--'}${month}-${day}`;
}

/** Whether `known` says all that `other` says: the same day, and the year if `other` has one. */
export function dateCovers(known: string, other: string): boolean {
  if (other.startsWith('--')) return known.slice(-5) === other.slice(2) && known.length >= 7;
  return known === other || known.startsWith(`${other}-`);
}

/** Whether two dates both say year, month and day, and not the same. */
export const datesContradict = (a: string, b: string): boolean =>
  a !== b && [a, b].every((date) => /^\d{4}-\d{2}-\d{2}$/.test(date));
