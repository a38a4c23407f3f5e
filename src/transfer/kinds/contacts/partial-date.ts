/**
 * Birthdays and anniversaries, whose year is often unknown. ISO 8601 basic and extended forms (RFC 6350 section
 * 4.3.1); Apple writes a missing year as 1604 with X-APPLE-OMIT-YEAR.
 */

const DATE = /^(\d{4}|--?)-?(\d{2})-?(\d{2})(?:[T ].*)?$/i;
const APPLE_NO_YEAR = '1604';

/** `1980-03-22`, `--04-12` when the year is unknown, or undefined when the text is no such date. */
export function parsePartialDate(text: string, omittedYear = APPLE_NO_YEAR): string | undefined {
  const match = DATE.exec(text.trim());
  const [, year = '', month = '', day = ''] = match ?? [];
  if (match === null || month < '01' || month > '12' || day < '01' || day > '31') return undefined;
  const known = /^\d/.test(year) && year !== omittedYear && year !== APPLE_NO_YEAR;
  return `${known ? `${year}-` : '--'}${month}-${day}`;
}

/** Whether `known` says all that `other` says: the same day, and the year if `other` has one. */
export function dateCovers(known: string, other: string): boolean {
  return known === other || (other.startsWith('--') && known.slice(4) === other.slice(1));
}
