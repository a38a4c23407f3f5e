/** Elements as text: attributes escaped so that every reader gives back exactly the value that went in. */

/**
 * Besides markup (XML 1.0, 2.4), white space other than the blank: attribute-value normalisation (3.3.3) would turn
 * it into blanks. NEL and LINE SEPARATOR go with it because XML 1.1 readers treat them as line ends.
 */
const SPECIAL = /[&<>"\t\n\r\u0085\u2028]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escapeCharacter = (character: string): string =>
  ESCAPES[character] ?? `&#${String(character.charCodeAt(0))};`;

/** A value between double quotes. The text must be legal in XML (see value.ts). */
const escapeAttribute = (value: string): string => value.replace(SPECIAL, escapeCharacter);

/** One attribute with a blank before it; no value is written as `null`, which is how this form says so. */
export const attribute = (name: string, value: string | number | null): string =>
  typeof value === 'string' ? ` ${name}="${escapeAttribute(value)}"` : ` ${name}="${String(value)}"`;

/** The same, but left out when there is no value: for attributes the public schema types as numbers. */
export const optionalAttribute = (name: string, value: string | number | null): string =>
  value === null ? '' : attribute(name, value);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const two = (value: number): string => String(value).padStart(2, '0');

/**
 * The date for a person who opens the file, in UTC: "Dec 2, 2017 14:49:27 UTC". No program reads it back, and the
 * original one tells the time zone the old device was in.
 */
export function readableDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${month} ${String(date.getUTCDate())}, ${String(date.getUTCFullYear())} ${time} UTC`;
}
